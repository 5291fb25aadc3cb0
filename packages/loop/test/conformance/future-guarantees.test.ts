// What asyncio promises of futures, callbacks and the loop's own calls, and tests: each promise once.
// covers: src/task/future.ts, src/scheduler/event-loop.ts, src/scheduler/handle.ts

import { assert, suite } from '@oxbow/testkit';
import {
  CancelledError,
  checkpoint,
  createTask,
  currentLoop,
  currentTask,
  EventLoop,
  Future,
  gather,
  InvalidStateError,
  sleep,
  type TimerHandle,
  wait,
} from '../../src/index.ts';
import { eachForm, nameOf, virtually, virtuallyGenerated } from '../forms.ts';
import { outcomeOf } from './outcome.ts';

const test = suite('future guarantees');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

inEachForm(
  'a new future is neither done nor cancelled, and has nothing to give',
  [false, false, 'InvalidStateError', 'InvalidStateError'],
  function* () {
    const future = new Future<void>();
    const log: unknown[] = [future.done, future.cancelled];
    for (const read of [() => future.result(), () => future.exception()]) {
      try {
        read();
      } catch (error) {
        log.push(nameOf(error));
      }
    }
    yield* checkpoint();
    return log;
  },
);

inEachForm(
  'cancelled once, it stays cancelled: no result, no exception, no second cancellation',
  [true, false, true, 'InvalidStateError', 'InvalidStateError', 'why'],
  function* () {
    const future = new Future<number>();
    const log: unknown[] = [future.cancel('why'), future.cancel('again'), future.cancelled];
    for (const write of [() => future.setResult(1), () => future.setException(new Error('late'))]) {
      try {
        write();
      } catch (error) {
        log.push(nameOf(error));
      }
    }
    try {
      yield* future;
    } catch (error) {
      log.push((error as CancelledError).reason);
    }
    return log;
  },
);

inEachForm(
  'a result stays: it cannot be cancelled away, replaced or followed by an exception',
  [false, 'InvalidStateError', 'InvalidStateError', 42, undefined],
  function* () {
    const future = new Future<number>();
    future.setResult(42);
    const log: unknown[] = [future.cancel()];
    for (const write of [() => future.setResult(1), () => future.setException(new Error('late'))]) {
      try {
        write();
      } catch (error) {
        log.push(nameOf(error));
      }
    }
    return [...log, yield* future, future.exception()];
  },
);

inEachForm(
  'an exception is thrown by every read, and is the same object each time',
  [true, true, true],
  function* () {
    const future = new Future<void>();
    const failure = new RangeError('failed');
    future.setException(failure);
    const log: boolean[] = [future.exception() === failure];
    try {
      future.result();
    } catch (error) {
      log.push(error === failure);
    }
    try {
      yield* future;
    } catch (error) {
      log.push(error === failure);
    }
    return log;
  },
);

inEachForm(
  'all who wait for it get it, in the order in which they began to wait',
  [['a', 'b', 'c'], 'value'],
  function* () {
    const future = new Future<string>();
    const log: string[] = [];
    const tasks = ['a', 'b', 'c'].map((name) =>
      createTask(function* () {
        const value = yield* future;
        log.push(name);
        return value;
      }),
    );
    yield* checkpoint();
    future.setResult('value');
    const values = yield* gather(tasks);
    return [log, values[2]];
  },
);

inEachForm(
  'one of two that wait for it is cancelled: the future is cancelled, for both',
  ['cancelled', 'cancelled', [1, 0]],
  function* () {
    const future = new Future<void>();
    const tasks = [1, 2].map(() =>
      createTask(function* () {
        yield* future;
      }),
    );
    yield* checkpoint();
    tasks[0]!.cancel();
    yield* wait(tasks);
    return [...tasks.map(outcomeOf), tasks.map((task) => task.cancelling())];
  },
);

test('a generator that waits for a future that is done does not wait', async () => {
  const result = await virtuallyGenerated(function* () {
    const future = new Future<string>();
    future.setResult('value');
    const log: string[] = [];
    currentLoop().callSoon(() => log.push('others had their turn'));
    return [yield* future, [...log]];
  });
  assert.equal(result, ['value', []]);
});

inEachForm(
  'done callbacks run in the order in which they were added, each with the future, none at once',
  [[], ['a', 'b', 'true']],
  function* () {
    const future = new Future<void>();
    const log: string[] = [];
    future.addDoneCallback(() => log.push('a'));
    future.addDoneCallback(() => log.push('b'));
    future.addDoneCallback((done) => log.push(String(done === future)));
    future.setResult();
    const before = [...log];
    yield* checkpoint();
    yield* checkpoint();
    return [before, log];
  },
);

inEachForm(
  'a callback added to a future that is done runs on a later turn too',
  [[], ['late']],
  function* () {
    const future = new Future<void>();
    future.cancel();
    const log: string[] = [];
    future.addDoneCallback(() => log.push('late'));
    const before = [...log];
    yield* checkpoint();
    yield* checkpoint();
    return [before, log];
  },
);

inEachForm('callbacks may take others back, and themselves, while they run', ['a', 'c'], function* () {
  const future = new Future<void>();
  const log: string[] = [];
  const removers: (() => void)[] = [];
  removers.push(
    future.addDoneCallback(() => {
      log.push('a');
      removers[0]!();
      removers[1]!();
    }),
  );
  removers.push(future.addDoneCallback(() => log.push('b')));
  removers.push(future.addDoneCallback(() => log.push('c')));
  future.setResult();
  yield* sleep(1);
  return log;
});

inEachForm(
  'the same callback added twice runs twice, and each is taken back by its own remover',
  [3, 1],
  function* () {
    let runs = 0;
    const count = (): void => void runs++;
    const first = new Future<void>();
    for (let each = 0; each < 3; each++) first.addDoneCallback(count);
    first.setResult();
    yield* sleep(1);
    const before = runs;
    const second = new Future<void>();
    const remove = second.addDoneCallback(count);
    second.addDoneCallback(count);
    remove();
    remove();
    second.setResult();
    yield* sleep(1);
    return [before, runs - before];
  },
);

inEachForm('a callback that fails is reported, and the others run', [['b'], ['RangeError']], function* () {
  const reports: string[] = [];
  currentLoop().onUnhandled = (failure) => reports.push(nameOf(failure.error));
  const future = new Future<void>();
  const log: string[] = [];
  future.addDoneCallback(() => {
    throw new RangeError('callback');
  });
  future.addDoneCallback(() => log.push('b'));
  future.setResult();
  yield* sleep(1);
  return [log, reports];
});

inEachForm(
  "a callback taken back before its turn never runs, by hand, and by the future's end",
  [[], true, true],
  function* () {
    const log: string[] = [];
    const soon = currentLoop().callSoon(() => log.push('soon'));
    const later: TimerHandle = currentLoop().callLater(5, () => log.push('later'));
    soon.cancel();
    later.cancel();
    soon.cancel();
    yield* sleep(10);
    return [log, soon.cancelled, later.cancelled];
  },
);

inEachForm(
  'what a callback schedules runs in a later round: it cannot keep the others from theirs',
  ['a', 'b', 'a again'],
  function* () {
    const log: string[] = [];
    const loop = currentLoop();
    loop.callSoon(() => {
      log.push('a');
      loop.callSoon(() => log.push('a again'));
    });
    loop.callSoon(() => log.push('b'));
    yield* sleep(1);
    return log;
  },
);

inEachForm(
  'timers of different delays run by their times, however they were set, and say when that is',
  [['2', '5', '5 too', '9'], 9],
  function* () {
    const log: string[] = [];
    const loop = currentLoop();
    const last = loop.callLater(9, () => log.push('9'));
    loop.callAt(5, () => log.push('5'));
    loop.callLater(2, () => log.push('2'));
    loop.callLater(5, (what: string) => log.push(what), '5 too');
    yield* sleep(10);
    return [log, last.whenMs];
  },
);

inEachForm('callbacks run on behalf of no task', [undefined, undefined], function* () {
  const future = new Future<unknown>();
  currentLoop().callSoon(() => future.setResult(currentTask()));
  const first = yield* future;
  const second = new Future<unknown>();
  future.addDoneCallback(() => second.setResult(currentTask()));
  return [first, yield* second];
});

inEachForm(
  'a task that waits settles with its callbacks in the order of the waits',
  ['callback', 'waiter'],
  function* () {
    const future = new Future<void>();
    const log: string[] = [];
    future.addDoneCallback(() => log.push('callback'));
    const task = createTask(function* () {
      yield* future;
      log.push('waiter');
    });
    yield* checkpoint();
    future.setResult();
    yield* task;
    return log;
  },
);

inEachForm(
  'a callback next in line after the first step of a task belongs to no task either',
  [true, undefined],
  function* () {
    const future = new Future<unknown>();
    let inTask = false;
    createTask(async () => {
      inTask = currentTask() !== undefined;
    });
    currentLoop().callSoon(() => future.setResult(currentTask()));
    const outside = yield* future;
    return [inTask, outside];
  },
);

test('a failure that is set and never looked at is reported once, by name, when its loop ends', async () => {
  const reports: string[] = [];
  await virtually(async () => {
    currentLoop().onUnhandled = (failure) => reports.push(`${failure.name}: ${String(failure.error)}`);
    new Future<void>({ name: 'nobody looks' }).setException(new RangeError('unseen'));
    const seen = new Future<void>({ name: 'seen' });
    seen.setException(new RangeError('seen'));
    seen.exception();
    new Future<void>({ name: 'cancelled' }).cancel();
    new Future<number>({ name: 'fine' }).setResult(1);
  });
  assert.equal(reports, ['nobody looks: RangeError: unseen']);
});

test('onCancel hears of a cancellation once, and may settle the future by itself', () => {
  const heard: unknown[] = [];
  const future: Future<string> = new Future<string>({
    onCancel: (reason) => {
      heard.push(reason.reason);
      future.setResult('saved');
    },
  });
  assert.is(future.cancel('why'), true);
  assert.is(future.cancel('again'), false);
  assert.equal([heard, future.cancelled, future.result()], [['why'], false, 'saved']);
});

test('a loop that is closed takes no more calls, and says so', () => {
  const loop = new EventLoop();
  loop.close();
  loop.close();
  for (const call of [
    () => loop.callSoon(() => {}),
    () => loop.callLater(1, () => {}),
    () => loop.callAt(1, () => {}),
  ]) {
    assert.throws(call, /This event loop is closed/);
  }
  assert.ok(loop.closed);
});

test('an error of the wrong state says what was wrong', () => {
  const future = new Future<void>({ name: 'answer' });
  assert.throws(
    () => future.result(),
    (error: unknown) => error instanceof InvalidStateError && /answer/.test(error.message),
  );
  assert.ok(!future.cancelled);
  assert.ok(!(new InvalidStateError('x') instanceof CancelledError));
});

test.run();
