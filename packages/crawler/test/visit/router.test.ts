import { assert, suite } from '@oxbow/testkit';
import { Page, type PageInit } from '../../src/visit/page.ts';
import { type RouteOptions, Router } from '../../src/visit/router.ts';

const page = (url: string, init: Partial<PageInit> = {}) =>
  new Page({ url, status: 200, charset: 'utf-8', contentType: 'text/html', ...init } as PageInit);
const takes = (options: RouteOptions | undefined, init: Partial<PageInit>) => {
  const router = new Router();
  router.add('/**', () => {}, options);
  return router.find(page('http://h/', init)) !== undefined;
};
const pdf = { charset: null, contentType: 'application/pdf' };

const test = suite('Router');
test('gives the first route that covers a URL', () => {
  const router = new Router();
  assert.ok(router.isEmpty);
  const [docs, all] = [() => 'docs', () => 'all'];
  router.add('/docs/**', docs);
  router.add('/**', all);
  assert.is(router.find(page('http://h/docs/a')), docs);
  assert.is(router.find(page('http://h/other')), all);
  assert.not.ok(router.isEmpty);
});
test('takes HTML with a 2xx status unless told otherwise', () => {
  assert.equal(
    [{}, { status: 204 }, { status: 404 }, { status: 301 }, pdf].map((init) => takes(undefined, init)),
    [true, true, false, false, false],
  );
});
test('takes the statuses and types it names', () => {
  assert.ok(takes({ status: 404 }, { status: 404 }));
  assert.not.ok(takes({ status: 404 }, { status: 410 }));
  assert.ok(takes({ status: '4xx' }, { status: 410 }));
  assert.ok(takes({ status: 'any' }, { status: 503 }));
  assert.ok(takes({ type: 'application/pdf' }, pdf));
  assert.ok(takes({ type: 'application/*' }, pdf));
  assert.not.ok(takes({ type: 'image/*' }, pdf));
  assert.ok(takes({ type: 'any' }, { ...pdf, contentType: null }));
});
test('falls through to a later route when it does not take the page', () => {
  const router = new Router();
  const [good, missing] = [() => 'good', () => 'missing'];
  router.add('/**', good);
  router.add('/**', missing, { status: 404 });
  assert.is(router.find(page('http://h/', { status: 404 })), missing);
});
test('refuses a status or a type that is none', () => {
  for (const options of [{ status: 'ok' }, { type: 'pdf' }, { type: 5 }, { mime: 'x' }])
    assert.throws(() => new Router().add('/**', () => {}, options as object));
});
test.run();
