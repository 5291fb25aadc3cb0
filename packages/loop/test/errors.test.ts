import { assert, suite } from '@oxbow/testkit';
import {
  BrokenBarrierError,
  CancelledError,
  InvalidStateError,
  OxbowError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  TimeoutError,
  UsageError,
} from '../src/index.ts';

const test = suite('errors');

test('each has its name, a stable code, and the one base', () => {
  const errors: [Error & { code: string }, string, string][] = [
    [new CancelledError(), 'CancelledError', 'ERR_OXBOW_LOOP_CANCELLED'],
    [new TimeoutError(5), 'TimeoutError', 'ERR_OXBOW_LOOP_TIMEOUT'],
    [new InvalidStateError('x'), 'InvalidStateError', 'ERR_OXBOW_LOOP_INVALID_STATE'],
    [new QueueEmpty(), 'QueueEmpty', 'ERR_OXBOW_LOOP_QUEUE_EMPTY'],
    [new QueueFull(3), 'QueueFull', 'ERR_OXBOW_LOOP_QUEUE_FULL'],
    [new QueueShutDown(), 'QueueShutDown', 'ERR_OXBOW_LOOP_QUEUE_SHUT_DOWN'],
    [new BrokenBarrierError(), 'BrokenBarrierError', 'ERR_OXBOW_LOOP_BROKEN_BARRIER'],
    [new UsageError('x', { code: 'ERR_OXBOW_X' }), 'UsageError', 'ERR_OXBOW_X'],
    [new OxbowError('x'), 'OxbowError', 'ERR_OXBOW'],
  ];
  for (const [error, name, code] of errors) {
    assert.is(error.name, name);
    assert.is(error.code, code);
    assert.instance(error, OxbowError);
    assert.match(String(error.stack), name);
  }
});

test('a CancelledError carries its reason, and stays one error through cancel(reason)', () => {
  const cause = new RangeError('because');
  assert.is(new CancelledError(cause).message, 'Cancelled: because');
  assert.is(new CancelledError('why').message, 'Cancelled: why');
  assert.is(new CancelledError().message, 'Cancelled');
  const error = new CancelledError('x');
  assert.is(CancelledError.from(error), error);
  assert.is(CancelledError.from('y').reason, 'y');
});

test('a message gives the limit and the actual value', () => {
  assert.is(new QueueFull(3).message, 'The queue is full: it holds 3 of at most 3 items');
  assert.is(new TimeoutError(5).message, 'Timed out after 5 ms');
  assert.is(new TimeoutError(5).timeoutMs, 5);
});

test('a cause is kept, and absent when there is none', () => {
  const cause = new Error('inner');
  assert.is(new OxbowError('x', { cause }).cause, cause);
  assert.not('cause' in new OxbowError('x'));
});

test.run();
