import { assert, suite } from '@oxbow/testkit';
import { Router } from '../../src/visit/router.ts';

const test = suite('Router');
test('gives the first route that covers a URL', () => {
  const router = new Router();
  const [docs, all] = [() => 'docs', () => 'all'];
  router.add('/docs/**', docs);
  router.add('/**', all);
  assert.is(router.find('http://h/docs/a'), docs);
  assert.is(router.find('http://h/other'), all);
  assert.is(new Router().find('http://h/'), undefined);
});
test.run();
