// What asyncio promises of tasks, and of waiting for several: each promise once, in both forms of coroutine where both can.
// covers: src/task/task.ts, src/task/gather.ts, src/task/wait.ts, src/task/shield.ts, src/task/as-completed.ts

import { assert, suite } from '@oxbow/testkit';
import {
  asCompleted,
  CancelledError,
  CancelScope,
  checkpoint,
  createTask,
  currentLoop,
  currentSignal,
  currentTask,
  Event,
  Future,
  gather,
  race,
  shield,
  sleep,
  type Task,
  wait,
  waitFor,
} from '../../src/index.ts';
import { eachForm, nameOf, virtually } from '../forms.ts';
import { outcomeOf } from './outcome.ts';

const test = suite('task guarantees');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

inEachForm(
  'cancel is true until the task is done, and counted each time',
  [
    [true, true, 2, 'pending'],
    [false, 2, 'cancelled'],
  ],
  function* () {
    const task = createTask(function* () {
      yield* sleep(1000);
    });
    yield* checkpoint();
    const before = [task.cancel(), task.cancel(), task.cancelling(), outcomeOf(task)];
    yield* wait([task]);
    return [before, [task.cancel(), task.cancelling(), outcomeOf(task)]];
  },
);

inEachForm('uncancel after the end changes nothing', ['cancelled', 0], function* () {
  const task = createTask(function* () {
    yield* sleep(1000);
  });
  yield* checkpoint();
  task.cancel();
  yield* wait([task]);
  task.uncancel();
  task.uncancel();
  return [outcomeOf(task), task.cancelling()];
});

inEachForm(
  'a request reaches through any number of tasks that wait for each other, and is one error all the way',
  [true, ['cancelled', 'cancelled', 'cancelled'], true],
  function* () {
    const future = new Future<void>();
    const inner = createTask(function* () {
      yield* future;
    });
    const middle = createTask(function* () {
      yield* inner;
    });
    const outer = createTask(function* () {
      yield* middle;
    });
    yield* sleep(1);
    outer.cancel('why');
    yield* wait([outer]);
    const errors: unknown[] = [];
    for (const each of [future, inner, middle, outer]) {
      try {
        each.result();
      } catch (error) {
        errors.push(error);
      }
    }
    const one = errors.every((error) => error === errors[0]);
    return [one, [inner, middle, outer].map(outcomeOf), (errors[0] as CancelledError).reason === 'why'];
  },
);

inEachForm(
  'a task that is to be cancelled and then waits for another cancels that one at once',
  ['cancelled', 'cancelled', true],
  function* () {
    const future = new Future<void>();
    let nested: Task<void> | undefined;
    const task = createTask(function* () {
      nested = createTask(function* () {
        yield* future;
      });
      yield* checkpoint();
      currentTask()!.cancel();
      yield* nested;
    });
    yield* wait([task]);
    return [outcomeOf(task), outcomeOf(nested!), future.cancelled];
  },
);

inEachForm(
  'a task that is to be cancelled and then gathers others cancels them',
  ['cancelled', ['cancelled', 'cancelled'], ['cleaned up', 'cleaned up']],
  function* () {
    const log: string[] = [];
    const children = [1, 2].map(() =>
      createTask(function* () {
        try {
          yield* sleep(1000);
        } finally {
          yield* sleep(5);
          log.push('cleaned up');
        }
      }),
    );
    const task = createTask(function* () {
      yield* sleep(1);
      currentTask()!.cancel();
      yield* gather(children);
    });
    yield* wait([task]);
    yield* wait(children);
    return [outcomeOf(task), children.map(outcomeOf), log];
  },
);

inEachForm(
  'a task that is to be cancelled gets what is there already, and is cancelled at the wait after it',
  [['there'], 'cancelled'],
  function* () {
    const log: string[] = [];
    const there = createTask(function* () {
      yield* checkpoint();
      return 'there';
    });
    const task = createTask(function* () {
      yield* sleep(1);
      currentTask()!.cancel();
      log.push(yield* there);
      yield* sleep(1);
      log.push('never');
    });
    yield* wait([task]);
    return [log, outcomeOf(task)];
  },
);

inEachForm('a wait in a loop leaves nothing behind on what goes on', ['pending', 0], function* () {
  const long = new Future<void>();
  for (let round = 0; round < 5; round++) {
    const short = createTask(function* () {
      yield* checkpoint();
    });
    yield* wait([short, long], { returnWhen: 'first-completed' });
    yield* wait([short, long], { returnWhen: 'first-completed' });
  }
  const before = outcomeOf(long);
  // Who still waited for it would be told now, and fail: nobody does.
  const waiters = long.outcome === undefined ? 0 : 1;
  long.cancel();
  return [before, waiters];
});

inEachForm(
  'a future cancelled by others ends the task that waits for it as cancelled, though nobody asked that task to stop',
  ['cancelled', 0],
  function* () {
    const future = new Future<void>();
    const task = createTask(function* () {
      yield* future;
    });
    yield* checkpoint();
    future.cancel();
    yield* wait([task]);
    return [outcomeOf(task), task.cancelling()];
  },
);

inEachForm(
  'a future and the task that waits for it cancelled in one tick: both are cancelled',
  ['cancelled', true],
  function* () {
    const future = new Future<void>();
    const task = createTask(function* () {
      yield* future;
    });
    yield* checkpoint();
    future.cancel();
    task.cancel();
    yield* wait([task]);
    return [outcomeOf(task), future.cancelled];
  },
);

inEachForm(
  'a sleeping task that is cancelled ends at once and leaves no timer',
  ['cancelled', 100],
  function* () {
    const task = createTask(function* () {
      yield* sleep(5000);
    });
    currentLoop().callLater(100, () => task.cancel());
    yield* wait([task]);
    return [outcomeOf(task), currentLoop().time()];
  },
);

inEachForm(
  'a cancelled task asked for its result or its exception gives the cancellation, with its reason',
  ['Cancelled: why', 'Cancelled: why', 'why'],
  function* () {
    const started = createTask(function* () {
      yield* sleep(1000);
    });
    const unstarted = createTask(function* () {
      yield* sleep(1000);
    });
    unstarted.cancel('why');
    yield* checkpoint();
    started.cancel('why');
    yield* wait([started, unstarted]);
    const log: unknown[] = [];
    for (const read of [() => started.result(), () => unstarted.exception()]) {
      try {
        read();
      } catch (error) {
        log.push((error as Error).message);
      }
    }
    try {
      yield* started;
    } catch (error) {
      log.push((error as CancelledError).reason);
    }
    return log;
  },
);

test('an async task may catch its cancellation and return: it has not been cancelled', async () => {
  const result = await virtually(async () => {
    const future = new Future<void>();
    const task = createTask(async () => {
      try {
        await future;
      } catch {
        return 42;
      }
      return 0;
    });
    await checkpoint();
    task.cancel();
    const result = await task;
    return [result, future.cancelled, task.cancelled];
  });
  assert.equal(result, [42, true, false]);
});

test('an async task may ignore its cancellation, go on waiting, and be cancelled again', async () => {
  const result = await virtually(async () => {
    const log: unknown[] = [];
    const task = createTask(async () => {
      try {
        await sleep(1000);
      } catch {
        log.push('went on');
      }
      await sleep(1000);
      log.push('never');
    });
    await checkpoint();
    task.cancel();
    await sleep(1);
    task.cancel();
    await wait([task]);
    return [...log, outcomeOf(task), task.cancelling()];
  });
  assert.equal(result, ['went on', 'cancelled', 2]);
});

test('uncancel lets a block turn its own request into something else, and the task goes on as if never asked', async () => {
  const result = await virtually(async () => {
    const block = async (workMs: number, limitMs: number): Promise<string> => {
      const task = currentTask()!;
      let timedOut = false;
      const timer = currentLoop().callLater(limitMs, () => {
        timedOut = true;
        task.cancel();
      });
      let ended = 'finished';
      try {
        await sleep(workMs);
      } catch (error) {
        if (!timedOut || task.uncancel() > 0) throw error;
        ended = 'timed out';
      } finally {
        timer.cancel();
      }
      await sleep(1);
      return ended;
    };
    const cases = [
      createTask(() => block(100, 5)),
      createTask(() => block(1, 100)),
      createTask(() => block(100, 5)),
    ];
    // The last one is asked from outside as well, in the tick of its own deadline.
    currentLoop().callLater(5, () => cases[2]!.cancel());
    await wait(cases);
    return cases.map((task) => [outcomeOf(task), task.cancelling()]);
  });
  assert.equal(result, [
    ['timed out', 0],
    ['finished', 0],
    ['cancelled', 1],
  ]);
});

test('an inner function that lets the cancellation pass, and an outer one that stops it', async () => {
  const result = await virtually(async () => {
    const future = new Future<void>();
    const log: string[] = [];
    const inner = async (): Promise<void> => {
      try {
        await future;
      } catch (error) {
        log.push('inner');
        throw error;
      }
    };
    const task = createTask(async () => {
      try {
        await inner();
      } catch {
        log.push('outer');
      }
      return 'done';
    });
    await checkpoint();
    task.cancel();
    return [log, await task, future.cancelled] as unknown[];
  });
  assert.equal(result, [['inner', 'outer'], 'done', true]);
});

inEachForm(
  'a done callback gets the task, on a later turn, however it ended',
  [[], ['a', 'cancelled', 'RangeError']],
  function* () {
    const log: unknown[] = [];
    const tasks = [
      createTask(function* () {
        yield* checkpoint();
        return 'a';
      }),
      createTask(function* () {
        yield* sleep(1000);
      }),
      createTask(function* () {
        yield* checkpoint();
        throw new RangeError('c');
      }),
    ];
    for (const task of tasks as Task<unknown>[]) task.addDoneCallback((done) => log.push(outcomeOf(done)));
    tasks[1]!.cancel();
    const before = [...log];
    yield* wait(tasks);
    yield* checkpoint();
    const expected = ['a', 'cancelled', 'RangeError'];
    return [before, expected.filter((each) => log.includes(each))];
  },
);

inEachForm(
  'wait takes any iterable, each member once, and gives those passed in',
  [['ham', 'spam'], 0],
  function* () {
    const ham = createTask(function* () {
      yield* sleep(1);
      return 'ham';
    });
    const spam = createTask(function* () {
      yield* sleep(2);
      return 'spam';
    });
    const { done, pending } = yield* wait([ham, ham, spam].values());
    return [[...done].map((task) => task.result()), pending.size];
  },
);

inEachForm('wait for those that are done takes no time', [2, 15, 15], function* () {
  const tasks = [10, 15].map((ms) =>
    createTask(function* () {
      yield* sleep(ms);
    }),
  );
  yield* wait(tasks);
  const first = currentLoop().time();
  const { done } = yield* wait(tasks);
  return [done.size, first, currentLoop().time()];
});

inEachForm('first-completed tells of all that are done by then', [['a', 'b'], ['c']], function* () {
  const event = new Event();
  const tasks = ['a', 'b', 'c'].map((name) =>
    createTask(
      function* () {
        if (name === 'c') yield* sleep(1000);
        else yield* event.wait();
      },
      { name },
    ),
  );
  currentLoop().callLater(1, () => event.set());
  const { done, pending } = yield* wait(tasks, { returnWhen: 'first-completed' });
  for (const task of pending) task.cancel();
  const names = (set: Set<Task<void>>) => [...set].map((task) => task.name);
  return [names(done), names(pending)];
});

inEachForm(
  'first-exception does not take a cancelled task for a failed one',
  [['RangeError', 'cancelled'], 1, 10],
  function* () {
    const cancelled = createTask(function* () {
      yield* sleep(1000);
    });
    const failing = createTask(function* () {
      yield* sleep(10);
      throw new RangeError('failed');
    });
    const long = createTask(function* () {
      yield* sleep(1000);
    });
    currentLoop().callLater(5, () => cancelled.cancel());
    const { done, pending } = yield* wait([failing, cancelled, long] as Task<unknown>[], {
      returnWhen: 'first-exception',
    });
    const time = currentLoop().time();
    for (const task of pending) task.cancel();
    return [[...done].map(outcomeOf), pending.size, time];
  },
);

inEachForm(
  'first-exception returns at once when one has failed already, and waits for all when none does',
  [1, 2, 8],
  function* () {
    const failed = createTask(function* () {
      yield* checkpoint();
      throw new RangeError('failed');
    });
    const long = createTask(function* () {
      yield* sleep(1000);
    });
    yield* sleep(1);
    const early = yield* wait([long, failed] as Task<unknown>[], { returnWhen: 'first-exception' });
    long.cancel();
    const fine = [5, 7].map((ms) =>
      createTask(function* () {
        yield* sleep(ms);
      }),
    );
    const all = yield* wait(fine, { returnWhen: 'first-exception' });
    return [early.done.size, all.done.size, currentLoop().time()];
  },
);

inEachForm('cancelling a wait leaves what it watched running', ['cancelled', 1], function* () {
  const future = new Future<void>();
  let proof = 0;
  const inner = createTask(function* () {
    yield* future;
    proof++;
  });
  const outer = createTask(function* () {
    yield* wait([inner]);
    proof += 100;
  });
  yield* checkpoint();
  outer.cancel();
  yield* wait([outer]);
  future.setResult();
  yield* inner;
  return [outcomeOf(outer), proof];
});

inEachForm(
  'a timeout of wait that passes in the tick of a result tells of that result or not, and loses nothing',
  [2, ['a', 'b']],
  function* () {
    const tasks = [10, 15].map((ms, index) =>
      createTask(function* () {
        yield* sleep(ms);
        return 'ab'[index];
      }),
    );
    const { done, pending } = yield* wait(tasks, { timeoutMs: 10 });
    return [done.size + pending.size, yield* gather(tasks)];
  },
);

inEachForm('gather of nothing is an empty list', [[], []], function* () {
  return [yield* gather([]), yield* gather()];
});

inEachForm(
  'gather gives results in the order asked, not of their coming, of whatever kind they are',
  ['slow', 'plain', 'future'],
  function* () {
    const future = new Future<string>();
    currentLoop().callLater(1, () => future.setResult('future'));
    return yield* gather([
      createTask(function* () {
        yield* sleep(5);
        return 'slow';
      }),
      Promise.resolve('plain'),
      future,
    ]);
  },
);

inEachForm(
  'a failure of one does not touch the others gathered with it',
  ['RangeError', 'pending', 'done'],
  function* () {
    const other = createTask(function* () {
      yield* sleep(10);
      return 'done';
    });
    const failing = createTask(function* () {
      yield* sleep(1);
      throw new RangeError('one');
    });
    const log: unknown[] = [];
    try {
      yield* gather([other, failing]);
    } catch (error) {
      log.push(nameOf(error), outcomeOf(other));
    }
    return [...log, yield* other];
  },
);

inEachForm(
  'cancelling a gather cancels all that are not done, and those that are keep their results',
  ['first', ['cancelled', 'cancelled'], 'cancelled'],
  function* () {
    const done = createTask(function* () {
      yield* checkpoint();
      return 'first';
    });
    const waiting = [1, 2].map(() =>
      createTask(function* () {
        yield* sleep(1000);
      }),
    );
    const gathering = createTask(function* () {
      yield* gather([done, ...waiting] as Task<unknown>[]);
    });
    yield* sleep(1);
    gathering.cancel();
    yield* wait([gathering]);
    return [outcomeOf(done), waiting.map(outcomeOf), outcomeOf(gathering)];
  },
);

inEachForm(
  'a loop over gather with returnExceptions can be cancelled: the request is not turned into a result',
  ['cancelled', true],
  function* () {
    let rounds = 0;
    const task = createTask(function* () {
      for (;;) {
        rounds++;
        yield* gather([sleep(5)], { returnExceptions: true });
      }
    });
    yield* sleep(22);
    task.cancel();
    yield* wait([task]);
    return [outcomeOf(task), rounds >= 4];
  },
);

inEachForm(
  'with returnExceptions one that is cancelled by itself is an error among the results',
  ['CancelledError', 'b'],
  function* () {
    const cancelled = createTask(function* () {
      yield* sleep(1000);
    });
    const fine = createTask(function* () {
      yield* sleep(5);
      return 'b';
    });
    currentLoop().callLater(1, () => cancelled.cancel());
    const [first, second] = yield* gather([cancelled, fine], { returnExceptions: true });
    return [nameOf(first), second];
  },
);

inEachForm(
  'shielded gather: who waited is gone, all that was gathered goes on',
  ['cancelled', ['a', 'b']],
  function* () {
    const tasks = ['a', 'b'].map((name) =>
      createTask(function* () {
        yield* sleep(5);
        return name;
      }),
    );
    const together = gather(tasks);
    const outer = createTask(function* () {
      yield* shield(together);
    });
    yield* sleep(1);
    outer.cancel();
    yield* wait([outer]);
    return [outcomeOf(outer), yield* together];
  },
);

inEachForm(
  'gathered shields: the gather is cancelled, what is shielded is not',
  ['cancelled', ['a', 'b']],
  function* () {
    const tasks = ['a', 'b'].map((name) =>
      createTask(function* () {
        yield* sleep(5);
        return name;
      }),
    );
    const outer = createTask(function* () {
      yield* gather(tasks.map((task) => shield(task)));
    });
    yield* sleep(1);
    outer.cancel();
    yield* wait([outer]);
    return [outcomeOf(outer), yield* gather(tasks)];
  },
);

inEachForm(
  'what is shielded and cancelled itself ends the wait as cancelled',
  ['cancelled', 0],
  function* () {
    const inner = createTask(function* () {
      yield* sleep(1000);
    });
    const outer = createTask(function* () {
      yield* shield(inner);
    });
    yield* checkpoint();
    inner.cancel();
    yield* wait([outer]);
    return [outcomeOf(outer), outer.cancelling()];
  },
);

inEachForm(
  'asCompleted gives each as it ends, failures and cancellations in their places',
  ['quick', 'RangeError', 'CancelledError', 'slow'],
  function* () {
    const tasks = [
      createTask(function* () {
        yield* sleep(20);
        return 'slow';
      }),
      createTask(function* () {
        yield* sleep(1);
        return 'quick';
      }),
      createTask(function* () {
        yield* sleep(5);
        throw new RangeError('failed');
      }),
      createTask(function* () {
        yield* sleep(1000);
      }),
    ] as Task<unknown>[];
    currentLoop().callLater(10, () => tasks[3]!.cancel());
    const log: unknown[] = [];
    for (const op of asCompleted(tasks)) {
      try {
        log.push(yield* op);
      } catch (error) {
        log.push(nameOf(error));
      }
    }
    return log;
  },
);

inEachForm(
  "two tasks that wait for one another's futures each know themselves after every wait",
  [true, true],
  function* () {
    const first = new Future<void>();
    const second = new Future<void>();
    const a: Task<boolean> = createTask(function* () {
      const before = currentTask() === a;
      yield* first;
      const after = currentTask() === a;
      second.setResult();
      return before && after;
    });
    const b: Task<boolean> = createTask(function* () {
      const before = currentTask() === b;
      first.setResult();
      yield* second;
      return before && currentTask() === b;
    });
    return yield* gather([a, b]);
  },
);

inEachForm('an error keeps the place it was thrown at', true, function* () {
  const failing = createTask(function* () {
    yield* checkpoint();
    throw new RangeError('here');
  });
  yield* wait([failing]);
  return (failing.exception() as Error).stack!.includes('task-guarantees');
});

inEachForm(
  'a gather that is cancelled ends when the last of its members has ended',
  ['cancelled', 11],
  function* () {
    const members = [5, 10].map((ms) =>
      createTask(function* () {
        try {
          yield* sleep(1000);
        } finally {
          yield* sleep(ms);
        }
      }),
    );
    const task = createTask(function* () {
      yield* gather(members);
    });
    yield* sleep(1);
    task.cancel();
    yield* wait([task]);
    return [outcomeOf(task), currentLoop().time()];
  },
);

inEachForm(
  'results that all came in spite of a cancelled gather are not lost, and the request waits for the next wait',
  [['kept', 'kept'], 'cancelled'],
  function* () {
    const stubborn = () =>
      createTask(async () => {
        try {
          await sleep(1000);
        } catch {
          return 'kept';
        }
        return '';
      });
    let got: string[] = [];
    const task = createTask(function* () {
      got = yield* gather([stubborn(), stubborn()]);
      yield* sleep(1000);
    });
    yield* sleep(1);
    task.cancel();
    yield* wait([task]);
    return [got, outcomeOf(task)];
  },
);

inEachForm(
  'a result that comes in spite of a cancelled race is not lost, and the request waits for the next wait',
  ['kept', 'cancelled'],
  function* () {
    let got: unknown;
    const stubborn = createTask(async () => {
      try {
        await sleep(1000);
      } catch {
        return 'kept';
      }
      return '';
    });
    const task = createTask(function* () {
      got = yield* race(stubborn, sleep(1000));
      yield* sleep(1000);
    });
    yield* sleep(1);
    task.cancel();
    yield* wait([task]);
    return [got, outcomeOf(task)];
  },
);

inEachForm(
  'a wait for the next of asCompleted that was given up takes no result from the one after it',
  ['TimeoutError', 'kept'],
  function* () {
    const stubborn = createTask(async () => {
      try {
        await sleep(1000);
      } catch {
        await sleep(1);
        return 'kept';
      }
      return '';
    });
    const slow = createTask(function* () {
      try {
        yield* sleep(1000);
      } finally {
        yield* sleep(50);
      }
    });
    const [first, second] = [...asCompleted([stubborn, slow] as Task<unknown>[])];
    const log: unknown[] = [];
    try {
      yield* waitFor(first!, 1);
    } catch (error) {
      log.push(nameOf(error));
    }
    log.push(yield* second!);
    return log;
  },
);

inEachForm(
  'cancelled again while its cleanup waits, the cleanup is ended too, and what stands around it still runs',
  [['cleanup', 'outer cleanup'], 'cancelled', 3],
  function* () {
    const log: string[] = [];
    const task = createTask(function* () {
      try {
        try {
          yield* sleep(1000);
        } finally {
          log.push('cleanup');
          yield* sleep(1000);
          log.push('never');
        }
      } finally {
        yield* sleep(1);
        log.push('outer cleanup');
      }
    });
    yield* sleep(1);
    task.cancel();
    yield* sleep(1);
    task.cancel();
    yield* wait([task]);
    return [log, outcomeOf(task), currentLoop().time()];
  },
);

inEachForm(
  'what is shielded and fails after who waited has left is reported once',
  [['RangeError'], 'cancelled'],
  function* () {
    const reports: string[] = [];
    currentLoop().onUnhandled = (failure) => reports.push(nameOf(failure.error));
    const inner = createTask(function* () {
      yield* sleep(5);
      throw new RangeError('late');
    });
    const outer = createTask(function* () {
      yield* shield(inner);
    });
    yield* sleep(1);
    outer.cancel();
    yield* sleep(10);
    return [reports, outcomeOf(outer)];
  },
);

inEachForm('equal deadlines wake in the order in which the sleeps began', ['a', 'b', 'c'], function* () {
  const log: string[] = [];
  yield* gather(
    ['a', 'b', 'c'].map((name) =>
      createTask(function* () {
        yield* sleep(5);
        log.push(name);
      }),
    ),
  );
  return log;
});

inEachForm(
  'a task that is to be cancelled and waits for itself is told so',
  'ERR_OXBOW_LOOP_AWAIT_SELF',
  function* () {
    let code: unknown;
    const task: Task<void> = createTask(function* () {
      currentTask()!.cancel();
      try {
        yield* task;
      } catch (error) {
        code = (error as { code: string }).code;
      }
    });
    yield* wait([task]);
    return code;
  },
);

test('of two requests that are due at one wait the outermost is the one seen', async () => {
  const result = await virtually(async () => {
    const scope = new CancelScope();
    let seen: unknown;
    const task = createTask(async () => {
      await scope.run(async () => {
        scope.cancel('inner');
        currentTask()!.cancel('outer');
        try {
          await sleep(1000);
        } catch (error) {
          seen = (error as CancelledError).reason;
          throw error;
        }
      });
    });
    await wait([task]);
    return seen;
  });
  assert.equal(result, 'outer');
});

test('a signal that was asked for and that nobody listens to does not use the request up', async () => {
  const result = await virtually(async () => {
    const log: unknown[] = [];
    const foreign = Promise.withResolvers<void>();
    const task = createTask(async () => {
      currentSignal();
      await foreign.promise;
      log.push('went on');
      await sleep(1000);
      log.push('never');
    });
    await sleep(1);
    task.cancel();
    foreign.resolve();
    await wait([task]);
    return [...log, outcomeOf(task)];
  });
  assert.equal(result, ['went on', 'cancelled']);
});

test('wait and asCompleted take several: a single one is refused, and says what to write', async () => {
  await virtually(async () => {
    const future = new Future<void>();
    assert.throws(() => wait(future as never), /cannot be looped over/);
    assert.throws(() => asCompleted(future as never), /cannot be looped over/);
  });
});

test('a task that cancels the loop of waits it stands in is cancelled once', async () => {
  await virtually(async () => {
    let seen = 0;
    const task = createTask(async () => {
      try {
        await gather([sleep(1000), sleep(2000)]);
      } catch (error) {
        seen += error instanceof CancelledError ? 1 : 100;
        throw error;
      }
    });
    await checkpoint();
    task.cancel();
    await wait([task]);
    assert.is(seen, 1);
  });
});

test.run();
