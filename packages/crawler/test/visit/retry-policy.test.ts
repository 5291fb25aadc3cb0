import { assert, suite } from '@oxbow/testkit';
import { DEFAULT_RETRY, isRetriedStatus, retryDelayMs, retryPolicy } from '../../src/visit/retry-policy.ts';

const test = suite('retry policy');
const longest = retryPolicy({ random: () => 1 });

test('doubles the wait from half a second to a minute, twice at most', () => {
  const { baseMs, maxMs, factor, maxAttempts } = DEFAULT_RETRY.backoff;
  assert.equal([baseMs, maxMs, factor, maxAttempts], [500, 60_000, 2, 2]);
  assert.equal(
    [1, 2, 3].map((attempt) => retryDelayMs(longest, attempt)),
    [500, 1_000, undefined],
  );
});
test('takes whole milliseconds, as frontiers keep them', () => {
  assert.is(retryDelayMs(retryPolicy({ baseMs: 5, random: () => 0.5 }), 1), 3);
});
test('has no retries when it is switched off', () => {
  assert.is(retryDelayMs(retryPolicy(false), 1), undefined);
});
test('tries overload and server errors again, and nothing else', () => {
  assert.equal(
    [200, 301, 404, 408, 410, 429, 500, 501, 502, 503, 504].filter(isRetriedStatus),
    [408, 429, 500, 502, 503, 504],
  );
});
test.run();
