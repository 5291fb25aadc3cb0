import { OxbowError } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import * as errors from '../src/errors.ts';
import { ProtocolViolation } from '../src/protocol/errors.ts';

const test = suite('errors');

const info = {
  code: 1006,
  reason: 'gone',
  wasClean: false,
  initiator: 'network',
  error: new Error('reset'),
} as const;

const samples: readonly (readonly [errors.WebSocketError, string, string])[] = [
  [new errors.HandshakeError(403, 'no'), 'HandshakeError', 'ERR_OXBOW_WS_HANDSHAKE'],
  [new errors.ConnectError('no'), 'ConnectError', 'ERR_OXBOW_WS_CONNECT'],
  [new errors.PeerError('ERR_OXBOW_WS_KEEPALIVE', 1011, 'no'), 'PeerError', 'ERR_OXBOW_WS_KEEPALIVE'],
  [new errors.ConnectionClosedError(info), 'ConnectionClosedError', 'ERR_OXBOW_WS_CLOSED'],
  [
    new errors.SlowConsumerError('ERR_OXBOW_WS_TOO_MANY_SENDS', 'no', 1, 2),
    'SlowConsumerError',
    'ERR_OXBOW_WS_TOO_MANY_SENDS',
  ],
  [new errors.RequestTimeoutError(5), 'RequestTimeoutError', 'ERR_OXBOW_WS_REQUEST_TIMEOUT'],
  [new errors.RequestRefusedError('why'), 'RequestRefusedError', 'ERR_OXBOW_WS_REQUEST_REFUSED'],
  [new errors.TopicForbiddenError('join', 'a'), 'TopicForbiddenError', 'ERR_OXBOW_WS_TOPIC_FORBIDDEN'],
  [new errors.HandlersRunningError(['a']), 'HandlersRunningError', 'ERR_OXBOW_WS_HANDLERS_RUNNING'],
  [new errors.SocketInputError('no'), 'SocketInputError', 'ERR_OXBOW_WS_INPUT'],
];

for (const [error, name, code] of samples) {
  test(`${name} has its name, its code and the base of all`, () => {
    assert.equal([error.name, error.code], [name, code]);
    assert.ok(error instanceof OxbowError && error instanceof errors.WebSocketError);
  });
}

test('a closed connection tells how it ended, and keeps the cause', () => {
  const error = new errors.ConnectionClosedError(info);
  assert.match(error.message, '1006, "gone"');
  assert.is(error.cause, info.error);
  assert.is(error.closeInfo, info);
});

for (const [kind, code] of [
  ['PROTOCOL', 'ERR_OXBOW_WS_PROTOCOL'],
  ['INVALID_UTF8', 'ERR_OXBOW_WS_INVALID_UTF8'],
  ['BAD_COMPRESSION', 'ERR_OXBOW_WS_BAD_COMPRESSION'],
  ['MESSAGE_TOO_BIG', 'ERR_OXBOW_WS_MESSAGE_TOO_BIG'],
  ['TOO_MANY_FRAGMENTS', 'ERR_OXBOW_WS_TOO_MANY_FRAGMENTS'],
] as const) {
  test(`the core's ${kind} becomes ${code}, with limit, actual and cause`, () => {
    const violation = new ProtocolViolation(kind, 1009, 'what happened', 1, 2);
    const error = errors.PeerError.from(violation);
    assert.equal([error.code, error.closeCode, error.limit, error.actual], [code, 1009, 1, 2]);
    assert.is(error.cause, violation);
  });
}

test.run();
