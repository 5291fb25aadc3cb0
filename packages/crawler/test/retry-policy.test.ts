import { assert, suite } from '@oxbow/testkit';
import { DEFAULT_RETRY, isRetriedStatus, retryAfterMs, retryDelayMs } from '../src/retry-policy.ts';

const test = suite('retry policy');
test('doubles the wait, spread over its upper half, up to the longest', () => {
  const policy = { limit: 9, baseDelayMs: 100, maxDelayMs: 500 };
  assert.equal(
    [1, 2, 3, 4].map((attempt) => retryDelayMs(policy, attempt, 0)),
    [50, 100, 200, 250],
  );
  assert.equal(
    [1, 2, 3, 4].map((attempt) => retryDelayMs(policy, attempt, 0.999)),
    [100, 200, 400, 500],
  );
});
test('allows two tries after the first, and no third', () => {
  assert.is.not(retryDelayMs(DEFAULT_RETRY, 2, 0), undefined);
  assert.is(retryDelayMs(DEFAULT_RETRY, 3, 0), undefined);
});
test('waits as long as the server asks, unless that is too long', () => {
  assert.is(retryDelayMs(DEFAULT_RETRY, 1, 0, 60_000), 60_000);
  assert.is(retryDelayMs(DEFAULT_RETRY, 1, 0, 60_001), undefined);
});
test('reads Retry-After as seconds or a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  assert.is(retryAfterMs('120', now), 120_000);
  assert.is(retryAfterMs('Thu, 01 Jan 2026 00:00:30 GMT', now), 30_000);
  assert.is(retryAfterMs('Wed, 31 Dec 2025 00:00:00 GMT', now), 0);
  assert.is(retryAfterMs('soon', now), undefined);
  assert.is(retryAfterMs(undefined, now), undefined);
});
test('tries overload and server errors again, and nothing else', () => {
  assert.equal(
    [200, 301, 404, 408, 410, 429, 500, 501, 502, 503, 504].filter(isRetriedStatus),
    [408, 429, 500, 502, 503, 504],
  );
});
test.run();
