import { assert, suite } from '@oxbow/testkit';
import {
  isPassing,
  RedisClosedError,
  RedisConnectionError,
  RedisReplyError,
  RedisServerError,
} from '../src/index.ts';

const test = suite('errors');

test('carry a stable code for each fault', () => {
  assert.is(new RedisServerError('eviction', 'x').code, 'ERR_OXBOW_REDIS_EVICTION');
  assert.is(new RedisConnectionError('silent', 'x').code, 'ERR_OXBOW_REDIS_SILENT');
  assert.is(new RedisClosedError().code, 'ERR_OXBOW_REDIS_CLOSED');
});

test('name the kind of a reply by its first word', () => {
  const kinds = ['OOM command not allowed', 'ERR no such key', 'NOSCRIPT', 'Something else'];
  assert.equal(
    kinds.map((message) => new RedisReplyError(message).kind),
    ['OOM', 'ERR', 'NOSCRIPT', 'ERR'],
  );
});

test('tell what passes by itself from what does not', () => {
  const passing = [
    new RedisConnectionError('cut', ''),
    new RedisReplyError('LOADING Redis is loading'),
    new RedisReplyError('READONLY You can’t write'),
  ];
  assert.ok(passing.every(isPassing));
  const staying = [
    new RedisReplyError('OOM x'),
    new RedisReplyError('ERR x'),
    new RedisClosedError(),
    new TypeError(),
  ];
  assert.not.ok(staying.some(isPassing));
});

test.run();
