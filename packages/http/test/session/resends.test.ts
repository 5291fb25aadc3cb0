import { Backoff } from '@oxbow/loop/backoff';
import { assert, suite } from '@oxbow/testkit';
import type { Upload } from '../../src/body/upload.ts';
import { ConnectError, HttpError, ReadError } from '../../src/errors.ts';
import { RETRY_DEFAULTS, type RetryPolicy } from '../../src/policy/retry.ts';
import type { Hop } from '../../src/session/hop.ts';
import { Resends, type Tried } from '../../src/session/resends.ts';
import { targetOf } from '../../src/session/target.ts';

const test = suite('sending again');

const NOW = Date.UTC(2026, 0, 1);

const POLICY: RetryPolicy = {
  ...RETRY_DEFAULTS,
  backoff: new Backoff({ maxAttempts: 2, baseMs: 100, random: () => 0.5 }),
};
const ONCE: Upload = {
  isReplayable: false,
  open: () => ({ payload: '', contentType: undefined, length: undefined }),
  close() {},
};

const hopOf = (method = 'GET', upload?: Upload): Hop => ({
  target: targetOf(new URL('https://a.test/')),
  method,
  fields: [],
  upload,
  credentials: [],
  homeOrigin: undefined,
});

const tried = (changes: Partial<Tried> = {}): Tried => ({
  status: 0,
  rawHeaders: {},
  body: null,
  reusedConnection: false,
  ...changes,
});

const lost = new ReadError('ERR_OXBOW_HTTP_CONNECTION_CLOSED', 'closed');
const refused = new ConnectError('ERR_OXBOW_HTTP_CONNECT', 'refused');
const kept = tried({ reusedConnection: true });
const RECONNECT = { reason: 'reconnect', delayMs: 0 };

test('an answer of a status worth another try is waited for with growing delays, up to the limit', () => {
  const resends = new Resends(POLICY);
  const busy = tried({ status: 503 });
  assert.equal(resends.afterAnswer(hopOf(), busy, NOW), { reason: 'retry', delayMs: 50 });
  assert.equal(resends.afterAnswer(hopOf(), busy, NOW), { reason: 'retry', delayMs: 100 });
  assert.is(resends.afterAnswer(hopOf(), busy, NOW), undefined);
});

test('Retry-After is the least to wait', () => {
  const busy = tried({ status: 503, rawHeaders: { 'retry-after': '2' } });
  assert.equal(new Resends(POLICY).afterAnswer(hopOf(), busy, NOW), { reason: 'retry', delayMs: 2050 });
});

test('answers and failures count together', () => {
  const resends = new Resends(POLICY);
  assert.ok(resends.afterAnswer(hopOf(), tried({ status: 503 }), NOW));
  assert.ok(resends.afterFailure(hopOf(), tried(), lost));
  assert.is(resends.afterFailure(hopOf(), tried(), lost), undefined);
});

test('without a policy nothing is tried again, but a kept connection that was closed is replaced', () => {
  const resends = new Resends(undefined);
  assert.is(resends.afterAnswer(hopOf(), tried({ status: 503 }), NOW), undefined);
  assert.is(resends.afterFailure(hopOf(), tried(), lost), undefined);
  assert.equal(resends.afterFailure(hopOf(), kept, lost), RECONNECT);
});

test('a kept connection is replaced once, and takes none of the retries', () => {
  const resends = new Resends(POLICY);
  assert.equal(resends.afterFailure(hopOf(), kept, lost), RECONNECT);
  assert.equal(resends.afterFailure(hopOf(), kept, lost), { reason: 'retry', delayMs: 50 });
});

test('a POST is not repeated over a connection that was lost', () => {
  assert.is(new Resends(POLICY).afterFailure(hopOf('POST'), kept, lost), undefined);
});

test('a body that can be sent once is sent again only if nothing of it was taken', () => {
  const hop = hopOf('PUT', ONCE);
  assert.is(new Resends(POLICY).afterAnswer(hop, tried({ status: 503, body: '' }), NOW), undefined);
  assert.is(new Resends(POLICY).afterFailure(hop, tried({ body: '' }), refused), undefined);
  assert.equal(new Resends(POLICY).afterFailure(hop, tried(), refused), { reason: 'retry', delayMs: 50 });
});

test('a failure that another try cannot mend is final', () => {
  assert.is(new Resends(POLICY).afterFailure(hopOf(), kept, new HttpError('ERR_X', 'no')), undefined);
});

test.run();
