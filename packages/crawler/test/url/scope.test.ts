import { assert, suite } from '@oxbow/testkit';
import { CrawlScope, type Scope } from '../../src/url/scope.ts';

const inScope = (scope: Scope, ...urls: string[]) =>
  urls.map((url) => new CrawlScope(scope, ['http://h.test']).check(url) === undefined);

const test = suite('scope');
test('is the origin of a seed: scheme, host and port', () => {
  assert.equal(
    inScope('same-origin', 'http://h.test/x', 'https://h.test/x', 'http://h.test:81/', 'http://o.test/'),
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
  assert.match(new CrawlScope('same-origin', ['http://h']).check('http://o/') ?? '', /origin http:\/\/o/));
test('is the site of a seed by the public suffix list, whatever scheme and port', () => {
  assert.equal(
    inScope('same-site', 'https://www.h.test:8443/x', 'http://h.test/', 'http://o.test/', 'http://test/'),
    [true, true, false, false],
  );
});
test('is widened by an origin, and narrowed by rules and functions together', () => {
  const scope = new CrawlScope('same-origin', ['http://h.test']);
  scope.widen('https://www.h.test');
  assert.is(scope.check('https://www.h.test/a'), undefined);
  scope.narrow({ include: ['/a/**'], exclude: ['/a/no'] });
  scope.narrow((url) => !url.search);
  assert.equal(
    ['http://h.test/a/x', 'http://h.test/b', 'http://h.test/a/no', 'http://h.test/a/x?q'].map(
      (url) => scope.narrowed(url) === undefined,
    ),
    [true, false, false, false],
  );
  assert.match(scope.check('http://h.test/b') ?? '', /narrowed/);
});
test('names the word that was meant', () => {
  assert.throws(() => new CrawlScope('origin' as 'same-origin', []), /did you mean 'same-origin'/);
});
test.run();
