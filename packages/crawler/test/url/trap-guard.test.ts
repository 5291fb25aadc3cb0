import { assert, suite } from '@oxbow/testkit';
import { TrapGuard } from '../../src/url/trap-guard.ts';

const isTrap = (path: string, guard = new TrapGuard()) => guard.check(`http://h.test${path}`) !== undefined;

const test = suite('trap guard');
test('takes a path of 30 segments and not of 31', () => {
  const path = (count: number) => Array.from({ length: count }, (_, index) => `/${index}`).join('');
  assert.not.ok(isTrap(path(30)));
  assert.not.ok(isTrap(`${path(30)}/`));
  assert.ok(isTrap(path(31)));
});
test('takes a sequence of segments twice in a row and not three times', () => {
  assert.equal(
    ['/a/a', '/a/a/a', '/x/a/b/a/b', '/x/a/b/a/b/a/b/y', '/a/b/a/c/a'].map((path) => isTrap(path)),
    [false, true, false, true, false],
  );
});
test('takes 1,000 queries of one path and not 1,001, and a known one again', () => {
  const guard = new TrapGuard();
  for (let index = 0; index < 1000; index++) assert.not.ok(isTrap(`/?n=${index}`, guard));
  assert.ok(isTrap('/?n=1000', guard));
  assert.not.ok(isTrap('/?n=5', guard));
  assert.not.ok(isTrap('/other?n=1000', guard));
});
test('takes two orders of the same parameters and not a third', () => {
  const guard = new TrapGuard();
  assert.equal(
    ['/?a&b&c', '/?b&a&c', '/?c&a&b', '/?a&b&c'].map((path) => isTrap(path, guard)),
    [false, false, true, false],
  );
});
test('forgets the path it saw first once it knows 200,000 queries', () => {
  const guard = new TrapGuard({ maxQueriesPerPath: 1 });
  isTrap('/first?a', guard);
  for (let index = 1; index < 200_000; index++) guard.check(`http://h.test/${index}?a`);
  assert.ok(isTrap('/first?b', guard));
  guard.check('http://h.test/last?a');
  assert.not.ok(isTrap('/first?b', guard));
});
test('says the limit and the value', () =>
  assert.match(new TrapGuard({ maxPathSegments: 1 }).check('http://h/a/b') ?? '', /2 segments.*limit is 1/));
test.run();
