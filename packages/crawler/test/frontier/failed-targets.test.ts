import { assert, suite } from '@oxbow/testkit';
import { FailedTargets, MAX_KEPT_FAILURES } from '../../src/frontier/failed-targets.ts';

const failed = (url: string, reason: string) => ({
  entry: { url },
  failure: { reason, message: '' },
});
const urls = (entries: readonly { readonly url: string }[]) => entries.map(({ url }) => url);

const test = suite('FailedTargets');
test('gives out those of one reason, or all, once', () => {
  const targets = new FailedTargets<{ readonly url: string }>();
  targets.add(failed('a', 'network'));
  targets.add(failed('b', 'handler'));
  assert.is(targets.failureOf('b')?.reason, 'handler');
  assert.equal(
    [urls(targets.take('handler')), urls(targets.take()), urls(targets.take())],
    [['b'], ['a'], []],
  );
});
test('keeps 100,000 of them, and forgets the first of 100,001', () => {
  const targets = new FailedTargets<{ readonly url: string }>();
  for (let count = 0; count < MAX_KEPT_FAILURES; count++) targets.add(failed(String(count), ''));
  assert.ok(targets.failureOf('0') !== null);
  targets.add(failed('more', ''));
  assert.is(targets.failureOf('0'), null);
  assert.is(targets.take().length, MAX_KEPT_FAILURES);
});
test.run();
