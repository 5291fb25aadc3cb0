import { Backoff } from '@oxbow/loop/backoff';
import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { ConnectError, HeadersTimeoutError, ProtocolError, ReadError, TlsError } from '../../src/errors.ts';
import {
  RETRY_DEFAULTS,
  retryAfterMs,
  retryErrorDelayMs,
  retryResponseDelayMs,
} from '../../src/policy/retry.ts';

const test = suite('retries');

const half = { ...RETRY_DEFAULTS, backoff: new Backoff({ random: () => 0.5 }, RETRY_DEFAULTS.backoff) };
const answer = (status: number, method = 'GET', retryAfter?: string) => ({ status, method, retryAfter });

test('the waits double from 200 ms to 10 s, for two retries', () => {
  const { baseMs, maxMs, factor, maxAttempts, random } = RETRY_DEFAULTS.backoff;
  assert.equal([baseMs, maxMs, factor, maxAttempts], [200, 10_000, 2, 2]);
  assert.is(random, Math.random);
});

test('Retry-After is seconds or an HTTP date', () => {
  const now = Date.parse('2026-11-23T02:00:00Z');
  assert.is(retryAfterMs('120', now), 120_000);
  assert.is(retryAfterMs(' 0 ', now), 0);
  assert.is(retryAfterMs('Mon, 23 Nov 2026 02:00:30 GMT', now), 30_000);
  assert.is(retryAfterMs('Mon, 23 Nov 2026 01:00:30 GMT', now), 0);
  assert.is(retryAfterMs('Mon Nov 23 02:00:30 2026', now), 30_000);
  assert.is(retryAfterMs('Monday, 23-Nov-26 02:00:30 GMT', now), 30_000);
});

test('of several Retry-After fields the longest wait counts, those that are none apart', () => {
  assert.is(retryAfterMs(['1', 'soon', '3'], 0), 3_000);
  assert.is(retryAfterMs(['soon', '-1'], 0), undefined);
});

for (const value of ['', '-1', '1.5', 'soon', 'soon 1', '1e3', '99999999999', '2026-11-23', 'Foo, bar']) {
  test(`Retry-After: ${JSON.stringify(value)} is ignored`, () => {
    assert.is(retryAfterMs(value, 0), undefined);
  });
}

test('Retry-After never gives a negative wait, whatever it says', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (value, now) => {
      const waitMs = retryAfterMs(value, now);
      assert.ok(waitMs === undefined || waitMs >= 0);
    }),
  );
});

test('the wait is at least what Retry-After asks, and more only by the jitter', () => {
  assert.is(retryResponseDelayMs(half, 1, answer(503, 'GET', '7'), 0), 7100);
});

test('a Retry-After beyond the limit hands the response back', () => {
  assert.ok(retryResponseDelayMs(half, 1, answer(503, 'GET', '60'), 0) !== undefined);
  assert.is(retryResponseDelayMs(half, 1, answer(503, 'GET', '61'), 0), undefined);
});

test('only listed statuses of idempotent methods are tried again, up to the limit', () => {
  assert.is(retryResponseDelayMs(half, 1, answer(503), 0), 100);
  assert.is(retryResponseDelayMs(half, 1, answer(404), 0), undefined);
  assert.is(retryResponseDelayMs(half, 1, answer(503, 'POST'), 0), undefined);
  assert.is(retryResponseDelayMs(half, 2, answer(503), 0), 200);
  assert.is(retryResponseDelayMs(half, 3, answer(503), 0), undefined);
});

test('what was never sent is tried again for every method', () => {
  const refused = new ConnectError('ERR_OXBOW_HTTP_CONNECT', 'refused');
  assert.is(retryErrorDelayMs(half, 1, 'POST', refused), 100);
});

test('what may have been sent is tried again for idempotent methods only', () => {
  const lost = new ReadError('ERR_OXBOW_HTTP_CONNECTION_CLOSED', 'lost');
  const late = new HeadersTimeoutError('headers', 1, 'ERR_OXBOW_HTTP_HEADERS_TIMEOUT', 'late');
  assert.is(retryErrorDelayMs(half, 1, 'GET', lost), 100);
  assert.is(retryErrorDelayMs(half, 1, 'PUT', late), 100);
  assert.is(retryErrorDelayMs(half, 1, 'POST', lost), undefined);
  assert.is(retryErrorDelayMs(half, 3, 'GET', lost), undefined);
});

test('what would fail again is not tried again', () => {
  assert.is(retryErrorDelayMs(half, 1, 'GET', new TlsError('ERR_OXBOW_HTTP_TLS', 'expired')), undefined);
  assert.is(
    retryErrorDelayMs(half, 1, 'GET', new ProtocolError('ERR_OXBOW_HTTP_BAD_RESPONSE', 'bad')),
    undefined,
  );
});

test.run();
