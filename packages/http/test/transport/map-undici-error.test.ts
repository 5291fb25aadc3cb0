import { assert, suite } from '@oxbow/testkit';
import { errors } from 'undici';
import { ConnectError, type HttpError } from '../../src/errors.ts';
import { type FailurePhase, mapUndiciError } from '../../src/transport/map-undici-error.ts';

const test = suite('translating undici');

const coded = (code: string) => Object.assign(new Error('x'), { code });

for (const [what, error, phase, code] of [
  ['HeadersOverflowError', new errors.HeadersOverflowError(), 'waiting', 'ERR_OXBOW_HTTP_HEADERS_TOO_LARGE'],
  [
    'ResponseContentLengthMismatchError',
    new errors.ResponseContentLengthMismatchError(),
    'receiving',
    'ERR_OXBOW_HTTP_BODY_CUT_SHORT',
  ],
  [
    'ResponseContentLengthMismatchError',
    new errors.ResponseContentLengthMismatchError(),
    'waiting',
    'ERR_OXBOW_HTTP_BAD_RESPONSE',
  ],
  [
    'RequestContentLengthMismatchError',
    new errors.RequestContentLengthMismatchError(),
    'sending',
    'ERR_OXBOW_HTTP_LENGTH_MISMATCH',
  ],
  ['HTTPParserError', new errors.HTTPParserError('bad'), 'waiting', 'ERR_OXBOW_HTTP_BAD_RESPONSE'],
  [
    'InvalidArgumentError',
    new errors.InvalidArgumentError('bad'),
    'sending',
    'ERR_OXBOW_HTTP_INVALID_REQUEST',
  ],
  ['ClientDestroyedError', new errors.ClientDestroyedError(), 'sending', 'ERR_OXBOW_HTTP_SESSION_CLOSED'],
  [
    'SocketError bad response',
    new errors.SocketError('bad response'),
    'waiting',
    'ERR_OXBOW_HTTP_BAD_RESPONSE',
  ],
  [
    'SocketError other side closed',
    new errors.SocketError('other side closed'),
    'waiting',
    'ERR_OXBOW_HTTP_CONNECTION_CLOSED',
  ],
  [
    'SocketError other side closed',
    new errors.SocketError('other side closed'),
    'receiving',
    'ERR_OXBOW_HTTP_BODY_CUT_SHORT',
  ],
  ['ECONNRESET', coded('ECONNRESET'), 'waiting', 'ERR_OXBOW_HTTP_CONNECTION_CLOSED'],
  ['EPIPE', coded('EPIPE'), 'sending', 'ERR_OXBOW_HTTP_SEND_FAILED'],
  ['what nobody knows', new Error('?'), 'waiting', 'ERR_OXBOW_HTTP_TRANSPORT'],
] as const) {
  test(`${what} while ${phase} becomes ${code}`, () => {
    const mapped = mapUndiciError(error, phase as FailurePhase) as HttpError;
    assert.is(mapped.code, code);
    assert.is(mapped.cause, error);
  });
}

test("this package's own errors pass unchanged", () => {
  const own = new ConnectError('ERR_OXBOW_HTTP_CONNECT', 'no');
  assert.is(mapUndiciError(own, 'waiting'), own);
});

test.run();
