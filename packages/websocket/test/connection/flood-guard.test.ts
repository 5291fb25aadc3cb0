import { assert, suite } from '@oxbow/testkit';
import { FloodGuard } from '../../src/connection/flood-guard.ts';

const test = suite('flood guard');

test('messages and control frames are counted apart, each to its limit', () => {
  const guard = new FloodGuard({ maxMessagesPerSecond: 1, maxControlFramesPerSecond: 2 });
  assert.is(guard.message(0), undefined);
  assert.is(guard.controlFrame(0), undefined);
  assert.is(guard.controlFrame(1), undefined);
  assert.is(guard.message(1)?.code, 'ERR_OXBOW_WS_TOO_MANY_MESSAGES');
  assert.is(guard.controlFrame(2)?.code, 'ERR_OXBOW_WS_TOO_MANY_CONTROL_FRAMES');
});

test('one too many tells the limit, the count and 1008', () => {
  const guard = new FloodGuard({ maxMessagesPerSecond: 1, maxControlFramesPerSecond: 1 });
  guard.message(0);
  const error = guard.message(0);
  assert.equal([error?.closeCode, error?.limit, error?.actual], [1008, 1, 2]);
  assert.match(error?.message ?? '', 'maxMessagesPerSecond (1)');
});

test.run();
