import { assert, suite } from '@oxbow/testkit';
import { MockTransport, Session, type SessionOptions } from '../../src/index.ts';
import {
  DEFAULT_TIMEOUTS,
  resolveLimits,
  resolveRedirect,
  resolveRetry,
  resolveTimeouts,
} from '../../src/session/session-options.ts';
import { thrownBy } from '../rejection.ts';

const test = suite('session options');

test('an unknown option is refused, with the nearest known one', () => {
  const error = thrownBy(() => new Session({ timeout: 5 } as SessionOptions));
  assert.is(error.code, 'ERR_OXBOW_UNKNOWN_OPTION');
  assert.match(error.message, 'timeouts');
  assert.match(thrownBy(() => new Session({ limits: { perOrgin: 5 } as never })).message, 'perOrigin');
  assert.match(thrownBy(() => new Session({ timeouts: { connectms: 5 } as never })).message, 'connectMs');
  assert.match(thrownBy(() => new Session({ retry: { maxAttempt: 5 } as never })).message, 'maxAttempts');
});

for (const [name, options] of Object.entries({
  'a negative timeout': { timeouts: { connectMs: -1 } },
  'a timeout that is not a number': { timeouts: { totalMs: Number.NaN } },
  'no connections at all': { limits: { perOrigin: 0 } },
  'half a connection': { limits: { total: 1.5 } },
  'a negative number of retries': { retry: { maxAttempts: -1 } },
  'a negative body limit': { maxBodyBytes: -1 },
  'a bad redirect limit': { redirect: { max: -1 } },
  'a negative time to keep names': { dnsTtlMs: -1 },
  'a bad redirect policy': { redirect: 'sometimes' },
  'a bad baseUrl': { baseUrl: 'nonsense' },
  'lookup beside a transport': { transport: new MockTransport(), lookup: () => {} },
})) {
  test(`${name} is refused at the door`, () => {
    assert.match(
      thrownBy(() => new Session(options as SessionOptions)).code ?? '',
      /^ERR_OXBOW_HTTP_INVALID/,
    );
  });
}

test('Infinity is no timeout, 0 is refused', () => {
  const { POSITIVE_INFINITY } = Number;
  assert.is(resolveTimeouts({ connectMs: POSITIVE_INFINITY }, DEFAULT_TIMEOUTS).connectMs, POSITIVE_INFINITY);
  assert.match(
    thrownBy(() => resolveTimeouts({ connectMs: 0 }, DEFAULT_TIMEOUTS)).message,
    'Infinity is no limit',
  );
  assert.is(DEFAULT_TIMEOUTS.totalMs, POSITIVE_INFINITY);
  assert.is(DEFAULT_TIMEOUTS.connectMs, 10_000);
});

test('what is not given keeps its default', () => {
  assert.is(resolveRetry({ maxAttempts: 7 })?.backoff.baseMs, 200);
  assert.is(resolveRetry(false), undefined);
  assert.is(resolveRedirect(undefined), 10);
  assert.is(resolveRedirect({ max: 3 }), 3);
  assert.is(resolveTimeouts({ bodyMs: 5, sendMs: undefined }, DEFAULT_TIMEOUTS).sendMs, 60_000);
});

test('a polluted Object.prototype sets no option', () => {
  Object.defineProperty(Object.prototype, 'perOrigin', { value: 0, configurable: true, enumerable: true });
  try {
    assert.is(resolveLimits({}).perOrigin, 100);
  } finally {
    delete (Object.prototype as Record<string, unknown>).perOrigin;
  }
});

test.run();
