// What asyncio promises of task groups, and tests: each promise once, in both forms of coroutine.
// covers: src/task/task-group.ts

import { assert, suite } from '@oxbow/testkit';
import {
  checkpoint,
  createTask,
  currentLoop,
  currentTask,
  Event,
  sleep,
  type Task,
  TaskGroup,
  wait,
} from '../../src/index.ts';
import { eachForm, nameOf, virtually, virtuallyGenerated } from '../forms.ts';
import { outcomeOf } from './outcome.ts';

const test = suite('task group guarantees');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

/** The names of the errors in an AggregateError, those of groups within it in brackets. */
function namesIn(error: unknown): unknown {
  return error instanceof AggregateError ? error.errors.map(namesIn) : nameOf(error);
}

inEachForm(
  'tasks may be started at any time of the body; all have ended when the group has, and their results are there',
  [42, 11, 0],
  function* () {
    let first: Task<number> | undefined;
    let second: Task<number> | undefined;
    const size = yield* TaskGroup.run(function* (group: TaskGroup) {
      first = group.createTask(function* () {
        yield* sleep(100);
        return 42;
      });
      yield* sleep(150);
      second = group.createTask(function* () {
        yield* sleep(200);
        return 11;
      });
      return group;
    });
    return [first!.result(), second!.result(), size.size];
  },
);

inEachForm('an empty group ends at once, with the result of its body', 'result', function* () {
  return yield* TaskGroup.run(function* () {
    yield* checkpoint();
    return 'result';
  });
});

inEachForm("a task cancelled by hand is nobody's failure", ['cancelled', 11], function* () {
  let other: Task<number> | undefined;
  let cancelled: Task<void> | undefined;
  yield* TaskGroup.run(function* (group: TaskGroup) {
    cancelled = group.createTask(function* () {
      yield* sleep(1000);
    });
    yield* sleep(1);
    cancelled.cancel();
    other = group.createTask(function* () {
      yield* sleep(5);
      return 11;
    });
  });
  return [outcomeOf(cancelled!), outcomeOf(other!)];
});

inEachForm(
  'a failing task cancels its siblings and the body, and nothing after the group runs',
  [['RangeError'], ['sibling', 'body'], 'cancelled'],
  function* () {
    const log: string[] = [];
    let sibling: Task<void> | undefined;
    let thrown: unknown;
    try {
      yield* TaskGroup.run(function* (group: TaskGroup) {
        group.createTask(function* () {
          yield* sleep(1);
          throw new RangeError('failed');
        });
        sibling = group.createTask(function* () {
          try {
            yield* sleep(1000);
          } finally {
            log.push('sibling');
          }
        });
        try {
          yield* sleep(1000);
        } finally {
          log.push('body');
        }
      });
      log.push('after');
    } catch (error) {
      thrown = error;
    }
    return [namesIn(thrown), log, outcomeOf(sibling!)];
  },
);

inEachForm(
  'tasks that fail in one tick all arrive',
  [['RangeError', 'RangeError', 'RangeError']],
  function* () {
    const event = new Event();
    let thrown: unknown;
    try {
      yield* TaskGroup.run(function* (group: TaskGroup) {
        for (let each = 0; each < 3; each++) {
          group.createTask(function* () {
            yield* event.wait();
            throw new RangeError('failed');
          });
        }
        yield* sleep(1);
        event.set();
        yield* sleep(1000);
      });
    } catch (error) {
      thrown = error;
    }
    return [namesIn(thrown)];
  },
);

inEachForm(
  'cancelled from outside, body and tasks are each told once, and the group ends as cancelled',
  ['cancelled', 15],
  function* () {
    let told = 0;
    const runner = createTask(function* () {
      yield* TaskGroup.run(function* (group: TaskGroup) {
        for (let each = 0; each < 5; each++) {
          group.createTask(function* () {
            try {
              yield* sleep(1000);
            } finally {
              told++;
            }
          });
        }
        try {
          yield* sleep(1000);
        } finally {
          told += 10;
        }
      });
    });
    yield* sleep(1);
    runner.cancel();
    yield* wait([runner]);
    return [outcomeOf(runner), told];
  },
);

inEachForm(
  'tasks that fail while being cancelled from outside arrive in the place of the cancellation',
  ['AggregateError', ['RangeError', 'RangeError']],
  function* () {
    const runner = createTask(function* () {
      yield* TaskGroup.run(function* (group: TaskGroup) {
        for (let each = 0; each < 2; each++) {
          group.createTask(function* () {
            try {
              yield* sleep(1000);
            } finally {
              // biome-ignore lint/correctness/noUnsafeFinally: what it does is the subject
              throw new RangeError('cleanup');
            }
          });
        }
        yield* sleep(1000);
      });
    });
    yield* sleep(1);
    runner.cancel();
    yield* wait([runner]);
    return [outcomeOf(runner), namesIn(runner.exception())];
  },
);

test('after such failures the request from outside is still there: the next wait is cancelled', async () => {
  const result = await virtually(async () => {
    const event = new Event();
    const log: unknown[] = [];
    const task = createTask(async () => {
      try {
        await TaskGroup.run(async (group: TaskGroup) => {
          group.createTask(async () => {
            event.set();
            await checkpoint();
            throw new RangeError('failed');
          });
          await sleep(1000);
        });
      } catch (error) {
        log.push(namesIn(error), currentTask()!.cancelling());
      }
      await sleep(1000);
      log.push('never');
    });
    await event.wait();
    task.cancel();
    await wait([task]);
    return [...log, outcomeOf(task)];
  });
  assert.equal(result, [['RangeError'], 1, 'cancelled']);
});

inEachForm(
  'a failure in the body of a group that was cancelled from outside arrives',
  [['RangeError']],
  function* () {
    const runner = createTask(function* () {
      yield* TaskGroup.run(function* () {
        try {
          yield* sleep(1000);
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: what it does is the subject
          throw new RangeError('body');
        }
      });
    });
    yield* sleep(1);
    runner.cancel();
    yield* wait([runner]);
    return [namesIn(runner.exception())];
  },
);

inEachForm(
  'a group within a group, both cancelled from outside: the failures of the inner are one failure of the outer',
  [[['RangeError', 'RangeError']]],
  function* () {
    const runner = createTask(function* () {
      yield* TaskGroup.run(function* (outer: TaskGroup) {
        outer.createTask(function* () {
          yield* sleep(1000);
        });
        yield* TaskGroup.run(function* (inner: TaskGroup) {
          for (let each = 0; each < 2; each++) {
            inner.createTask(function* () {
              try {
                yield* sleep(1000);
              } finally {
                // biome-ignore lint/correctness/noUnsafeFinally: what it does is the subject
                throw new RangeError('cleanup');
              }
            });
          }
          yield* sleep(1000);
        });
      });
    });
    yield* sleep(1);
    runner.cancel();
    yield* wait([runner]);
    return [namesIn(runner.exception())];
  },
);

inEachForm(
  'a failure in the outer group ends the inner one without a failure of its own',
  [['RangeError'], 'cancelled'],
  function* () {
    let inInner: Task<void> | undefined;
    let thrown: unknown;
    try {
      yield* TaskGroup.run(function* (outer: TaskGroup) {
        outer.createTask(function* () {
          yield* sleep(1);
          throw new RangeError('outer');
        });
        yield* TaskGroup.run(function* (inner: TaskGroup) {
          inner.createTask(function* () {
            yield* sleep(1000);
          });
          inInner = inner.createTask(function* () {
            yield* sleep(1000);
          });
          yield* checkpoint();
        });
      });
    } catch (error) {
      thrown = error;
    }
    return [namesIn(thrown), outcomeOf(inInner!)];
  },
);

inEachForm(
  'a failure in the inner group is a failure of the outer one',
  [[['RangeError']], 'cancelled'],
  function* () {
    let inOuter: Task<void> | undefined;
    let thrown: unknown;
    try {
      yield* TaskGroup.run(function* (outer: TaskGroup) {
        inOuter = outer.createTask(function* () {
          yield* sleep(1000);
        });
        yield* TaskGroup.run(function* (inner: TaskGroup) {
          inner.createTask(function* () {
            yield* sleep(1);
            throw new RangeError('inner');
          });
          yield* checkpoint();
        });
      });
    } catch (error) {
      thrown = error;
    }
    return [namesIn(thrown), outcomeOf(inOuter!)];
  },
);

inEachForm(
  'inner and outer fail in one tick: nothing hangs, and no failure is lost',
  ['RangeError', 'TypeError'],
  function* () {
    let thrown: unknown;
    try {
      yield* TaskGroup.run(function* (outer: TaskGroup) {
        outer.createTask(function* () {
          yield* sleep(1);
          throw new RangeError('outer');
        });
        yield* TaskGroup.run(function* (inner: TaskGroup) {
          inner.createTask(function* () {
            yield* sleep(1);
            throw new TypeError('inner');
          });
          yield* sleep(1000);
        });
      });
    } catch (error) {
      thrown = error;
    }
    return [namesIn(thrown)].flat(3);
  },
);

inEachForm(
  'a task that fails while a cancelled body still cleans up arrives too',
  [['RangeError'], 20],
  function* () {
    let cleanedAt = 0;
    const runner = createTask(function* () {
      yield* TaskGroup.run(function* (group: TaskGroup) {
        group.createTask(function* () {
          try {
            yield* sleep(1000);
          } finally {
            yield* sleep(5);
            // biome-ignore lint/correctness/noUnsafeFinally: what it does is the subject
            throw new RangeError('late');
          }
        });
        try {
          yield* sleep(1000);
        } finally {
          yield* sleep(19);
          cleanedAt = 20;
        }
      });
    });
    yield* sleep(1);
    runner.cancel();
    yield* wait([runner]);
    return [namesIn(runner.exception()), cleanedAt];
  },
);

inEachForm(
  "a body that fails with another error while it is cancelled by a task's failure: both arrive",
  [['RangeError', 'TypeError']],
  function* () {
    let thrown: unknown;
    try {
      yield* TaskGroup.run(function* (group: TaskGroup) {
        group.createTask(function* () {
          yield* sleep(1);
          throw new RangeError('task');
        });
        try {
          yield* sleep(1000);
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: what it does is the subject
          throw new TypeError('body');
        }
      });
    } catch (error) {
      thrown = error;
    }
    return [namesIn(thrown)];
  },
);

inEachForm(
  'tasks may start tasks in their group, at any depth, and the group waits for all of them',
  7,
  function* () {
    let ran = 0;
    yield* TaskGroup.run(function* (group: TaskGroup) {
      const grow = (depth: number): void => {
        group.createTask(function* () {
          yield* sleep(1);
          ran++;
          if (depth < 2) {
            grow(depth + 1);
            grow(depth + 1);
          }
        });
      };
      grow(0);
      yield* checkpoint();
    });
    return ran;
  },
);

inEachForm(
  'tasks that keep starting tasks are stopped by the first failure',
  [['RangeError'], true],
  function* () {
    let heads = 0;
    let thrown: unknown;
    try {
      yield* TaskGroup.run(function* (group: TaskGroup) {
        const hydra = (): void => {
          group.createTask(function* () {
            heads++;
            yield* sleep(10);
            hydra();
            hydra();
          });
        };
        hydra();
        group.createTask(function* () {
          while (heads < 10) yield* sleep(15);
          throw new RangeError('enough');
        });
        yield* checkpoint();
      });
    } catch (error) {
      thrown = error;
    }
    const then = heads;
    yield* sleep(1000);
    return [namesIn(thrown), heads === then];
  },
);

inEachForm(
  'cleanup of a cancelled task cannot start another in the group, and the refusal is its own affair',
  ['ERR_OXBOW_LOOP_GROUP_CLOSED', ['RangeError']],
  function* () {
    const log: unknown[] = [];
    try {
      yield* TaskGroup.run(function* (group: TaskGroup) {
        group.createTask(function* () {
          yield* sleep(1);
          throw new RangeError('failed');
        });
        group.createTask(function* () {
          try {
            yield* sleep(1000);
          } finally {
            try {
              group.createTask(() => 'more');
            } catch (error) {
              log.push((error as { code: string }).code);
            }
          }
        });
        yield* checkpoint();
      });
    } catch (error) {
      log.push(namesIn(error));
    }
    return log;
  },
);

inEachForm(
  'a failing group leaves the task that ran it uncancelled, and able to wait',
  [0, 'waited'],
  function* () {
    try {
      yield* TaskGroup.run(function* (group: TaskGroup) {
        group.createTask(function* () {
          yield* checkpoint();
          throw new RangeError('failed');
        });
        yield* sleep(1000);
      });
    } catch {
      const count = currentTask()!.cancelling();
      yield* sleep(1);
      return [count, 'waited'];
    }
    return [];
  },
);

inEachForm(
  'group.cancel() from within a task ends all of it, the one that called too, and is no error',
  ['result', ['cancelled', 'cancelled']],
  function* () {
    const tasks: Task<void>[] = [];
    const result = yield* TaskGroup.run(function* (group: TaskGroup) {
      tasks.push(
        group.createTask(function* () {
          yield* sleep(1000);
        }),
      );
      tasks.push(
        group.createTask(function* () {
          yield* sleep(1);
          group.cancel();
          yield* sleep(1000);
        }),
      );
      yield* checkpoint();
      return 'result';
    });
    return [result, tasks.map(outcomeOf)];
  },
);

inEachForm('the task that ends its group keeps what it returns', ['found', 'cancelled'], function* () {
  const tasks: Task<unknown>[] = [];
  yield* TaskGroup.run(function* (group: TaskGroup) {
    tasks.push(
      group.createTask(function* () {
        yield* sleep(1);
        group.cancel();
        return 'found';
      }),
    );
    tasks.push(
      group.createTask(function* () {
        yield* sleep(1000);
      }),
    );
    yield* checkpoint();
  });
  return tasks.map(outcomeOf);
});

test('tasks that have not begun when the group is cancelled never begin', async () => {
  const result = await virtuallyGenerated(function* () {
    const log: string[] = [];
    let unborn: Task<void> | undefined;
    let thrown: unknown;
    try {
      // biome-ignore lint/correctness/useYield: that it does not wait is the subject
      yield* TaskGroup.run(function* (group: TaskGroup) {
        unborn = group.createTask(function* () {
          log.push('began');
          yield* checkpoint();
        });
        throw new RangeError('body');
      });
    } catch (error) {
      thrown = error;
    }
    return [namesIn(thrown), outcomeOf(unborn!), log];
  });
  assert.equal(result, [['RangeError'], 'cancelled', []]);
});

inEachForm('a task of a group has the name it is given', ['yolo', 0], function* () {
  return yield* TaskGroup.run(function* (group: TaskGroup) {
    const task = group.createTask(
      function* () {
        yield* checkpoint();
        return currentTask()!.name;
      },
      { name: 'yolo' },
    );
    const name = yield* task;
    return [name, group.size];
  });
});

inEachForm(
  'cancelled from outside while a body that its group has cancelled cleans up, the whole task is cancelled',
  ['cancelled', ['cleaning up']],
  function* () {
    const log: string[] = [];
    let inside: TaskGroup | undefined;
    const runner = createTask(function* () {
      yield* TaskGroup.run(function* (group: TaskGroup) {
        inside = group;
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
    inside!.cancel();
    yield* sleep(2);
    runner.cancel();
    yield* wait([runner]);
    return [outcomeOf(runner), log];
  },
);

inEachForm(
  'cancelled by its group while it cleans up after a cancellation from outside, the whole task is cancelled',
  ['cancelled', ['cleaning up']],
  function* () {
    const log: string[] = [];
    let inside: TaskGroup | undefined;
    const runner = createTask(function* () {
      yield* TaskGroup.run(function* (group: TaskGroup) {
        inside = group;
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
    runner.cancel();
    yield* sleep(2);
    inside!.cancel();
    yield* wait([runner]);
    return [outcomeOf(runner), log];
  },
);

inEachForm('a group that has ended takes no more tasks', 'ERR_OXBOW_LOOP_GROUP_CLOSED', function* () {
  const group = yield* TaskGroup.run(function* (inside: TaskGroup) {
    yield* checkpoint();
    return inside;
  });
  try {
    group.createTask(() => 'late');
  } catch (error) {
    return (error as { code: string }).code;
  }
  return '';
});

test('failures that arrive in an AggregateError are not reported as unseen as well', async () => {
  const reports: unknown[] = [];
  await virtually(async () => {
    currentLoop().onUnhandled = (failure) => reports.push(failure.error);
    await TaskGroup.run(async (group) => {
      group.createTask(async () => {
        await checkpoint();
        throw new RangeError('failed');
      });
    }).then(undefined, () => {});
  });
  assert.equal(reports, []);
});

test.run();
