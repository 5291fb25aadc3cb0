// What asyncio promises of timeout() and wait_for(), and tests: each promise once, in both forms of coroutine.
// covers: src/task/timeout.ts, src/task/wait-for.ts

import { assert, suite } from '@oxbow/testkit';
import {
  CancelledError,
  CancelScope,
  checkpoint,
  createTask,
  currentLoop,
  currentTask,
  Future,
  gather,
  sleep,
  type Task,
  TimeoutError,
  timeout,
  until,
  wait,
  waitFor,
} from '../../src/index.ts';
import { eachForm, nameOf, virtually } from '../forms.ts';
import { outcomeOf } from './outcome.ts';

const test = suite('timeout guarantees');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

inEachForm(
  "a deadline set as a time of the loop's clock ends what is inside, and says that it did",
  [true, true, 10],
  function* () {
    const scope = new CancelScope();
    scope.deadlineMs = currentLoop().time() + 10;
    yield* scope.run(function* () {
      yield* sleep(1000);
    });
    return [scope.cancelledCaught, scope.cancelCalled, currentLoop().time()];
  },
);

inEachForm(
  'equal deadlines, one inside the other: only the outer one is a TimeoutError, the inner sees cancellation',
  ['outer TimeoutError', 'inner cancelled'],
  function* () {
    const log: string[] = [];
    try {
      yield* timeout(10, function* () {
        let ended = 'inner cancelled';
        try {
          yield* timeout(10, function* () {
            yield* sleep(1000);
          });
        } catch (error) {
          if (!(error instanceof CancelledError)) ended = 'inner failed';
          throw error;
        } finally {
          log.unshift(ended);
        }
      });
    } catch (error) {
      log.unshift(`outer ${nameOf(error)}`);
    }
    return log;
  },
);

inEachForm('in time: nothing is cancelled, and the deadline is forgotten', ['value', 1, 1000], function* () {
  const value = yield* timeout(10, function* () {
    yield* sleep(1);
    return 'value';
  });
  const time = currentLoop().time();
  yield* sleep(999);
  return [value, time, currentLoop().time()];
});

inEachForm('without a deadline a scope lasts as long as its body', [5, false], function* () {
  const scope = new CancelScope();
  yield* scope.run(function* () {
    yield* sleep(5);
  });
  return [currentLoop().time(), scope.cancelCalled];
});

inEachForm(
  'timeout(0) fails the first wait, be it as short as can be',
  ['TimeoutError', 'TimeoutError', 0],
  function* () {
    const log: unknown[] = [];
    for (const op of [sleep(1000), checkpoint()]) {
      try {
        yield* timeout(0, function* () {
          yield* op;
        });
      } catch (error) {
        log.push(nameOf(error));
      }
    }
    return [...log, currentLoop().time()];
  },
);

inEachForm(
  'an error of the body passes through, before the deadline and because of it',
  ['RangeError', 'TypeError'],
  function* () {
    const log: unknown[] = [];
    try {
      yield* timeout(10, function* () {
        yield* checkpoint();
        throw new RangeError('before');
      });
    } catch (error) {
      log.push(nameOf(error));
    }
    try {
      yield* timeout(10, function* () {
        try {
          yield* sleep(1000);
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: what it does is the subject
          throw new TypeError('in the cleanup');
        }
      });
    } catch (error) {
      log.push(nameOf(error));
    }
    return log;
  },
);

inEachForm(
  'a task that cancels itself inside a timeout that has not passed is cancelled',
  ['cancelled', 1],
  function* () {
    const task = createTask(function* () {
      yield* timeout(10, function* () {
        currentTask()!.cancel();
        yield* sleep(1000);
      });
    });
    yield* wait([task]);
    return [outcomeOf(task), task.cancelling()];
  },
);

inEachForm(
  'a deadline is no request to cancel the task: it has none afterwards, and ends well',
  [0, 'fine'],
  function* () {
    const task = createTask(function* () {
      try {
        yield* timeout(1, function* () {
          yield* sleep(1000);
        });
      } catch (error) {
        assert.is(nameOf(error), 'TimeoutError');
      }
      yield* sleep(1);
      return 'fine';
    });
    yield* wait([task]);
    return [task.cancelling(), outcomeOf(task)];
  },
);

inEachForm(
  'the outer deadline passes while the inner one is handled: what comes after the inner is ended by the outer',
  ['inner TimeoutError', 'outer TimeoutError', 20],
  function* () {
    const log: unknown[] = [];
    try {
      yield* timeout(20, function* () {
        try {
          yield* timeout(10, function* () {
            yield* sleep(1000);
          });
        } catch (error) {
          log.push(`inner ${nameOf(error)}`);
        }
        yield* sleep(1000);
      });
    } catch (error) {
      log.push(`outer ${nameOf(error)}`, currentLoop().time());
    }
    return log;
  },
);

inEachForm(
  'a deadline may be moved, later and away, and then does not pass',
  ['pending', 'done', false],
  function* () {
    const scope = new CancelScope({ timeoutMs: 10 });
    const task = createTask(function* () {
      yield* scope.run(function* () {
        yield* sleep(100);
      });
      return 'done';
    });
    yield* sleep(5);
    scope.deadlineMs = 50;
    yield* sleep(15);
    const between = outcomeOf(task);
    scope.deadlineMs = Number.POSITIVE_INFINITY;
    yield* wait([task]);
    return [between, outcomeOf(task), scope.cancelCalled];
  },
);

inEachForm('a deadline moved to the past ends the body at its present wait', [true, 5], function* () {
  const scope = new CancelScope({ timeoutMs: 1000 });
  const task = createTask(function* () {
    yield* scope.run(function* () {
      yield* sleep(500);
    });
  });
  yield* sleep(5);
  scope.deadlineMs = 1;
  yield* task;
  return [scope.cancelledCaught, currentLoop().time()];
});

test('the cleanup of a task that was cancelled may have a deadline of its own', async () => {
  const result = await virtually(async () => {
    const log: unknown[] = [];
    const task = createTask(async () => {
      try {
        currentTask()!.cancel();
        await sleep(1);
      } catch {
        try {
          await timeout(5, async () => {
            await sleep(1000);
          });
        } catch (error) {
          log.push(nameOf(error));
        }
        log.push('cleaned up');
      }
    });
    await task;
    return log;
  });
  assert.equal(result, ['TimeoutError', 'cleaned up']);
});

inEachForm(
  'the cleanup of a cancelled task may time out, and the task is cancelled all the same',
  ['TimeoutError', 'cancelled', 6],
  function* () {
    const log: unknown[] = [];
    const task = createTask(function* () {
      try {
        yield* sleep(1000);
      } finally {
        try {
          yield* timeout(5, function* () {
            yield* sleep(1000);
          });
        } catch (error) {
          log.push(nameOf(error));
        }
      }
    });
    yield* sleep(1);
    task.cancel();
    yield* wait([task]);
    return [...log, outcomeOf(task), currentLoop().time()];
  },
);

inEachForm(
  'the error carries the cancellation it came from as its cause, and the limit',
  [true, 7],
  function* () {
    try {
      yield* timeout(7, function* () {
        yield* sleep(1000);
      });
    } catch (error) {
      const { cause, timeoutMs } = error as TimeoutError;
      return [cause instanceof CancelledError, timeoutMs];
    }
    return [];
  },
);

inEachForm('waitFor of what is done gives it, with a limit of 0 too', ['done', 'done'], function* () {
  const future = new Future<string>();
  future.setResult('done');
  return [yield* waitFor(future, 0), yield* waitFor(future, -1)];
});

inEachForm(
  'waitFor with a limit of 0 cancels what runs, and waits until it has ended',
  ['TimeoutError', ['began', 'cleaned up'], 'cancelled'],
  function* () {
    const log: string[] = [];
    const running = createTask(function* () {
      log.push('began');
      try {
        yield* sleep(1000);
      } finally {
        yield* sleep(5);
        log.push('cleaned up');
      }
    });
    yield* checkpoint();
    let thrown: unknown;
    try {
      yield* waitFor(running, 0);
    } catch (error) {
      thrown = error;
    }
    return [nameOf(thrown), log, outcomeOf(running)];
  },
);

inEachForm('waitFor without an end waits as long as it takes', ['done', 100000], function* () {
  const task = createTask(function* () {
    yield* sleep(100_000);
    return 'done';
  });
  return [yield* waitFor(task, Number.POSITIVE_INFINITY), currentLoop().time()];
});

inEachForm(
  'a failure in the cleanup of what was late is worth more than the TimeoutError',
  'RangeError',
  function* () {
    const task = createTask(function* () {
      try {
        yield* sleep(1000);
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: what it does is the subject
        throw new RangeError('cleanup');
      }
    });
    try {
      yield* waitFor(task, 1);
    } catch (error) {
      return nameOf(error);
    }
    return '';
  },
);

test('what is late but returns a value when it is cancelled has given a value', async () => {
  const result = await virtually(async () => {
    const task = createTask(async () => {
      try {
        await sleep(1000);
      } catch {
        return 42;
      }
      return 0;
    });
    return await waitFor(task, 1);
  });
  assert.equal(result, 42);
});

inEachForm(
  'cancelling who waits cancels what is waited for, with a limit and without',
  [
    ['cancelled', 'cancelled'],
    ['cancelled', 'cancelled'],
  ],
  function* () {
    const outcomes: unknown[] = [];
    for (const ms of [60_000, Number.POSITIVE_INFINITY]) {
      const future = new Future<void>();
      const inner = createTask(function* () {
        yield* future;
      });
      const waiting = createTask(function* () {
        yield* waitFor(inner, ms);
      });
      currentLoop().callSoon(() => waiting.cancel());
      yield* wait([waiting]);
      outcomes.push([outcomeOf(waiting), outcomeOf(inner)]);
    }
    return outcomes;
  },
);

inEachForm(
  'a wait that ended well does not swallow a cancellation that comes right after it',
  ['cancelled', false],
  function* () {
    let reachedEnd = false;
    const task = createTask(function* () {
      yield* waitFor(
        createTask(function* () {
          yield* checkpoint();
        }),
        100,
      );
      yield* sleep(10);
      reachedEnd = true;
    });
    yield* checkpoint();
    yield* checkpoint();
    task.cancel();
    yield* wait([task]);
    return [outcomeOf(task), reachedEnd];
  },
);

inEachForm(
  'cancelled while it waits for what was late to end, the waiting task is cancelled',
  ['cancelled', 'cancelled', 12],
  function* () {
    const slow = createTask(function* () {
      try {
        yield* sleep(1000);
      } finally {
        yield* new CancelScope({ shield: true }).run(function* () {
          yield* sleep(10);
        });
      }
    });
    const waiting = createTask(function* () {
      yield* waitFor(slow, 2);
    });
    yield* sleep(5);
    waiting.cancel();
    yield* wait([waiting]);
    return [outcomeOf(waiting), outcomeOf(slow), currentLoop().time()];
  },
);

inEachForm(
  'waitFor ends a scope and a longer timeout as it ends a task, with its own limit in the error',
  [5, 5],
  function* () {
    const limits: number[] = [];
    for (const op of [
      new CancelScope().run(function* () {
        yield* sleep(1000);
      }),
      timeout(100, function* () {
        yield* sleep(1000);
      }),
    ]) {
      try {
        yield* waitFor(op, 5);
      } catch (error) {
        limits.push((error as TimeoutError).timeoutMs);
      }
    }
    return limits;
  },
);

inEachForm(
  'many deadlines at once each end their own body',
  [['late', 'late', 'in time', 'in time'], 20],
  function* () {
    const tasks: Task<string>[] = [5, 10, 20, 20].map((limitMs, index) =>
      createTask(function* () {
        try {
          yield* timeout(limitMs, function* () {
            yield* sleep([100, 100, 15, 1][index]!);
          });
        } catch (error) {
          assert.ok(error instanceof TimeoutError);
          return 'late';
        }
        return 'in time';
      }),
    );
    const ended = yield* gather(tasks);
    yield* sleep(5);
    return [ended, currentLoop().time()];
  },
);

inEachForm(
  'in a body whose deadline has passed every wait fails, those of its cleanup too',
  [['cleanup'], 'TimeoutError', 5],
  function* () {
    const log: string[] = [];
    let thrown: unknown;
    try {
      yield* timeout(5, function* () {
        try {
          yield* sleep(1000);
        } finally {
          log.push('cleanup');
          yield* sleep(10);
          log.push('never');
        }
      });
    } catch (error) {
      thrown = error;
    }
    return [log, nameOf(thrown), currentLoop().time()];
  },
);

inEachForm(
  'a request from further out that comes while the deadline is being cleaned up is what the timeout ends with',
  ['CancelledError', 'cancelled'],
  function* () {
    let thrown: unknown;
    const task = createTask(function* () {
      let ended = false;
      try {
        yield* timeout(5, function* () {
          try {
            yield* sleep(1000);
          } finally {
            currentTask()!.cancel();
          }
        });
        ended = true;
      } catch (error) {
        thrown = error;
        throw error;
      } finally {
        if (!ended) thrown ??= new CancelledError();
      }
    });
    yield* wait([task]);
    return [nameOf(thrown), outcomeOf(task)];
  },
);

inEachForm(
  'a deadline that passes while the body cleans up after a cancellation from outside does not take its place',
  ['cancelled', ['cleaning up'], 5],
  function* () {
    const log: string[] = [];
    const task = createTask(function* () {
      yield* timeout(5, function* () {
        try {
          yield* sleep(1000);
        } finally {
          log.push('cleaning up');
          yield* sleep(10);
          log.push('never');
        }
      });
      log.push('never either');
    });
    yield* sleep(1);
    task.cancel();
    yield* wait([task]);
    return [outcomeOf(task), log, currentLoop().time()];
  },
);

test('a cancellation that the body swallowed is remembered by the deadline, unless it was taken back', async () => {
  const result = await virtually(async () => {
    const outcomes: unknown[] = [];
    for (const takesBack of [false, true]) {
      const task = createTask(async () => {
        await timeout(5, async () => {
          try {
            await sleep(1000);
          } catch {
            if (takesBack) currentTask()!.uncancel();
          }
          await sleep(1000);
        });
      });
      await sleep(1);
      task.cancel();
      await wait([task]);
      outcomes.push(outcomeOf(task));
    }
    return outcomes;
  });
  assert.equal(result, ['cancelled', 'TimeoutError']);
});

inEachForm(
  'a deadline that is not needed any more leaves no timer: time stands still while a foreign promise is waited for',
  [0, 0, 0],
  function* () {
    const hostTurns = () =>
      until(new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve)))));
    yield* timeout(60_000, function* () {
      yield* checkpoint();
    });
    yield* hostTurns();
    const afterTimeout = currentLoop().time();
    yield* waitFor(
      createTask(function* () {
        yield* checkpoint();
      }),
      60_000,
    );
    yield* hostTurns();
    const afterWaitFor = currentLoop().time();
    yield* wait(
      [
        createTask(function* () {
          yield* checkpoint();
        }),
      ],
      { timeoutMs: 60_000 },
    );
    yield* hostTurns();
    return [afterTimeout, afterWaitFor, currentLoop().time()];
  },
);

test.run();
