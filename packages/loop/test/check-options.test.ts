import { assert, suite } from '@oxbow/testkit';
import {
  CancelScope,
  createTask,
  EventLoop,
  Future,
  gather,
  PriorityQueue,
  Queue,
  TaskGroup,
  traceLoop,
  VirtualClock,
  wait,
} from '../src/index.ts';
import { checkOptions } from '../src/lowlevel.ts';

const test = suite('checkOptions');

const code = (body: () => void): string => {
  try {
    body();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return '';
};

test('passes known names and nothing at all', () => {
  checkOptions(undefined, ['a'], 'f()');
  checkOptions({}, [], 'f()');
  checkOptions({ a: 1 }, ['a', 'b'], 'f()');
});

test('refuses an unknown name and tells the nearest known one', () => {
  const check = (): void => checkOptions({ timeoutMS: 5 }, ['timeoutMs', 'returnWhen'], 'wait()');
  assert.is(code(check), 'ERR_OXBOW_UNKNOWN_OPTION');
  assert.throws(check, 'wait() has no option "timeoutMS": did you mean "timeoutMs"?');
});

test('lists the known names when none is near', () => {
  assert.throws(() => checkOptions({ zebra: 1 }, ['name', 'clock'], 'f()'), 'it knows name, clock');
  assert.throws(() => checkOptions({ zebra: 1 }, [], 'f()'), 'it knows none');
});

test('refuses what is no options object', () => {
  for (const given of [null, 5, 'x', [], () => {}]) {
    assert.is(
      code(() => checkOptions(given, ['a'], 'f()')),
      'ERR_OXBOW_INVALID_OPTIONS',
    );
  }
});

test('a bare value is told the option it was most likely meant for', () => {
  assert.throws(() => checkOptions(5, ['a'], 'f()'), 'f() takes an options object, got 5: write { a: 5 }');
  const check = (given: unknown) => () =>
    checkOptions(given, ['name', 'maxSize'], 'f()', { number: 'maxSize', string: 'name' });
  assert.throws(check(5), 'got 5: write { maxSize: 5 }');
  assert.throws(check('x'), "got 'x': write { name: 'x' }");
  assert.throws(check(true), /got true$/);
});

test('so it is where people write one', () => {
  for (const [call, hint] of [
    [() => new Queue(10 as never), 'new Queue() takes an options object, got 10: write { maxSize: 10 }'],
    [() => new PriorityQueue(10 as never), '{ maxSize: 10 }'],
    [() => new CancelScope(50 as never), '{ timeoutMs: 50 }'],
    [() => new VirtualClock(50 as never), '{ startMs: 50 }'],
    [() => new TaskGroup('cancel' as never), "{ onExit: 'cancel' }"],
    [() => new EventLoop(true as never), '{ debug: true }'],
    [() => createTask(async () => {}, 'name' as never), "{ name: 'name' }"],
    [() => wait([], 50 as never), '{ timeoutMs: 50 }'],
    [() => gather([], true as never), '{ returnExceptions: true }'],
    [() => new Future('name' as never), "{ name: 'name' }"],
    [() => traceLoop(10 as never), '{ maxEvents: 10 }'],
  ] as const)
    assert.throws(call, hint);
});

test.run();
