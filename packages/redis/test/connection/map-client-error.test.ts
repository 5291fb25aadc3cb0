import { assert, suite } from '@oxbow/testkit';
import { mapClientError, mapConnectError } from '../../src/connection/map-client-error.ts';

const test = suite('errors of client libraries');

class ReplyError extends Error {
  override name = 'ReplyError';
}
/** As @redis/client's: known by its class, not by its name. */
class SimpleError extends Error {}

test('a reply is told from a cut', () => {
  assert.is(mapClientError(new ReplyError('OOM full'), 'redis://h').code, 'ERR_OXBOW_REDIS_REPLY');
  assert.is(mapClientError(new SimpleError('OOM full'), 'redis://h').code, 'ERR_OXBOW_REDIS_REPLY');
  assert.is(mapClientError(new Error('Socket closed unexpectedly'), 'redis://h').code, 'ERR_OXBOW_REDIS_CUT');
});

test('a wrong password is told with the remedy', () => {
  for (const message of ['WRONGPASS invalid username-password pair', 'NOAUTH Authentication required.']) {
    const error = mapConnectError(new ReplyError(message), 'redis://h');
    assert.is(error.code, 'ERR_OXBOW_REDIS_ACCESS');
    assert.match(error.message, 'redis://user:password@host');
  }
});

test('a server that is not there is told with the first reason', () => {
  const refused = new AggregateError([new Error('connect ECONNREFUSED ::1:1')], '');
  const error = mapConnectError(refused, 'redis://h:1');
  assert.is(error.code, 'ERR_OXBOW_REDIS_UNREACHABLE');
  assert.match(error.message, 'redis://h:1 (connect ECONNREFUSED ::1:1)');
  assert.is(error.cause, refused);
});

test.run();
