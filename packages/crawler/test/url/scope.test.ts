import { assert, suite } from '@oxbow/testkit';
import { compileScope, type Scope } from '../../src/url/scope.ts';

const inScope = (scope: Scope, ...urls: string[]) =>
  urls.map((url) => compileScope(scope, ['http://h.test/start'])(url) === undefined);

const test = suite('scope');
test('is the origin of a seed: scheme, host and port', () => {
  assert.equal(
    inScope('origin', 'http://h.test/x', 'https://h.test/x', 'http://h.test:81/', 'http://o.test/'),
    [true, false, false, false],
  );
});
test('is narrowed by include and exclude, where exclude goes first', () => {
  const rules = { include: ['/docs/**'], exclude: ['/docs/old/**'] };
  assert.equal(
    inScope(
      rules,
      'http://h.test/docs/a',
      'http://h.test/docs/old/a',
      'http://h.test/x',
      'http://o.test/docs/a',
    ),
    [true, false, false, false],
  );
});
test('reaches other origins by absolute patterns', () => {
  assert.equal(
    inScope({ include: ['/**', 'http://o.test/**'] }, 'http://o.test/a', 'http://h.test/a', 'http://p.test/'),
    [true, true, false],
  );
});
test('is what a function says', () =>
  assert.equal(
    inScope((url) => url.port === '9', 'http://x:9/', 'http://x/'),
    [true, false],
  ));
test('says why a URL is out', () =>
  assert.match(compileScope('origin', ['http://h/'])('http://o/') ?? '', /origin http:\/\/o/));
test.run();
