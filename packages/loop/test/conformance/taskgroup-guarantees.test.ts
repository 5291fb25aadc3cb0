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
import { inBothForms, nameOf, virtually, virtuallyGenerated } from '../forms.ts';
import { outcomeOf } from './outcome.ts';

const test = suite('task group guarantees');

/** The names of the errors in an AggregateError, those of groups within it in brackets. */
function namesIn(error: unknown): unknown {
  return error instanceof AggregateError ? error.errors.map(namesIn) : nameOf(error);
}

inBothForms(
  test,
  'tasks may be started at any time of the body; all have ended when the group has, and their results are there',
  [42, 11, 0],
  async () => {
    let first: Task<number> | undefined;
    let second: Task<number> | undefined;
    const size = await TaskGroup.run(async (group: TaskGroup) => {
      first = group.createTask(async () => {
        await sleep(100);
        return 42;
      });
      await sleep(150);
      second = group.createTask(async () => {
        await sleep(200);
        return 11;
      });
      return group;
    });
    return [first!.result(), second!.result(), size.size];
  },
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

inBothForms(
  test,
  'an empty group ends at once, with the result of its body',
  'result',
  async () => {
    return await TaskGroup.run(async () => {
      await checkpoint();
      return 'result';
    });
  },
  function* () {
    return yield* TaskGroup.run(function* () {
      yield* checkpoint();
      return 'result';
    });
  },
);

inBothForms(
  test,
  "a task cancelled by hand is nobody's failure",
  ['cancelled', 11],
  async () => {
    let other: Task<number> | undefined;
    let cancelled: Task<void> | undefined;
    await TaskGroup.run(async (group: TaskGroup) => {
      cancelled = group.createTask(async () => {
        await sleep(1000);
      });
      await sleep(1);
      cancelled.cancel();
      other = group.createTask(async () => {
        await sleep(5);
        return 11;
      });
    });
    return [outcomeOf(cancelled!), outcomeOf(other!)];
  },
  function* () {
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
  },
);

inBothForms(
  test,
  'a failing task cancels its siblings and the body, and nothing after the group runs',
  [['RangeError'], ['sibling', 'body'], 'cancelled'],
  async () => {
    const log: string[] = [];
    let sibling: Task<void> | undefined;
    let thrown: unknown;
    try {
      await TaskGroup.run(async (group: TaskGroup) => {
        group.createTask(async () => {
          await sleep(1);
          throw new RangeError('failed');
        });
        sibling = group.createTask(async () => {
          try {
            await sleep(1000);
          } finally {
            log.push('sibling');
          }
        });
        try {
          await sleep(1000);
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

inBothForms(
  test,
  'tasks that fail in one tick all arrive',
  [['RangeError', 'RangeError', 'RangeError']],
  async () => {
    const event = new Event();
    let thrown: unknown;
    try {
      await TaskGroup.run(async (group: TaskGroup) => {
        for (let each = 0; each < 3; each++) {
          group.createTask(async () => {
            await event.wait();
            throw new RangeError('failed');
          });
        }
        await sleep(1);
        event.set();
        await sleep(1000);
      });
    } catch (error) {
      thrown = error;
    }
    return [namesIn(thrown)];
  },
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

inBothForms(
  test,
  'cancelled from outside, body and tasks are each told once, and the group ends as cancelled',
  ['cancelled', 15],
  async () => {
    let told = 0;
    const runner = createTask(async () => {
      await TaskGroup.run(async (group: TaskGroup) => {
        for (let each = 0; each < 5; each++) {
          group.createTask(async () => {
            try {
              await sleep(1000);
            } finally {
              told++;
            }
          });
        }
        try {
          await sleep(1000);
        } finally {
          told += 10;
        }
      });
    });
    await sleep(1);
    runner.cancel();
    await wait([runner]);
    return [outcomeOf(runner), told];
  },
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

inBothForms(
  test,
  'tasks that fail while being cancelled from outside arrive in the place of the cancellation',
  ['AggregateError', ['RangeError', 'RangeError']],
  async () => {
    const runner = createTask(async () => {
      await TaskGroup.run(async (group: TaskGroup) => {
        for (let each = 0; each < 2; each++) {
          group.createTask(async () => {
            try {
              await sleep(1000);
            } finally {
              // biome-ignore lint/correctness/noUnsafeFinally: what it does is the subject
              throw new RangeError('cleanup');
            }
          });
        }
        await sleep(1000);
      });
    });
    await sleep(1);
    runner.cancel();
    await wait([runner]);
    return [outcomeOf(runner), namesIn(runner.exception())];
  },
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

inBothForms(
  test,
  'a failure in the body of a group that was cancelled from outside arrives',
  [['RangeError']],
  async () => {
    const runner = createTask(async () => {
      await TaskGroup.run(async () => {
        try {
          await sleep(1000);
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: what it does is the subject
          throw new RangeError('body');
        }
      });
    });
    await sleep(1);
    runner.cancel();
    await wait([runner]);
    return [namesIn(runner.exception())];
  },
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

inBothForms(
  test,
  'a group within a group, both cancelled from outside: the failures of the inner are one failure of the outer',
  [[['RangeError', 'RangeError']]],
  async () => {
    const runner = createTask(async () => {
      await TaskGroup.run(async (outer: TaskGroup) => {
        outer.createTask(async () => {
          await sleep(1000);
        });
        await TaskGroup.run(async (inner: TaskGroup) => {
          for (let each = 0; each < 2; each++) {
            inner.createTask(async () => {
              try {
                await sleep(1000);
              } finally {
                // biome-ignore lint/correctness/noUnsafeFinally: what it does is the subject
                throw new RangeError('cleanup');
              }
            });
          }
          await sleep(1000);
        });
      });
    });
    await sleep(1);
    runner.cancel();
    await wait([runner]);
    return [namesIn(runner.exception())];
  },
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

inBothForms(
  test,
  'a failure in the outer group ends the inner one without a failure of its own',
  [['RangeError'], 'cancelled'],
  async () => {
    let inInner: Task<void> | undefined;
    let thrown: unknown;
    try {
      await TaskGroup.run(async (outer: TaskGroup) => {
        outer.createTask(async () => {
          await sleep(1);
          throw new RangeError('outer');
        });
        await TaskGroup.run(async (inner: TaskGroup) => {
          inner.createTask(async () => {
            await sleep(1000);
          });
          inInner = inner.createTask(async () => {
            await sleep(1000);
          });
          await checkpoint();
        });
      });
    } catch (error) {
      thrown = error;
    }
    return [namesIn(thrown), outcomeOf(inInner!)];
  },
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

inBothForms(
  test,
  'a failure in the inner group is a failure of the outer one',
  [[['RangeError']], 'cancelled'],
  async () => {
    let inOuter: Task<void> | undefined;
    let thrown: unknown;
    try {
      await TaskGroup.run(async (outer: TaskGroup) => {
        inOuter = outer.createTask(async () => {
          await sleep(1000);
        });
        await TaskGroup.run(async (inner: TaskGroup) => {
          inner.createTask(async () => {
            await sleep(1);
            throw new RangeError('inner');
          });
          await checkpoint();
        });
      });
    } catch (error) {
      thrown = error;
    }
    return [namesIn(thrown), outcomeOf(inOuter!)];
  },
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

inBothForms(
  test,
  'inner and outer fail in one tick: nothing hangs, and no failure is lost',
  ['RangeError', 'TypeError'],
  async () => {
    let thrown: unknown;
    try {
      await TaskGroup.run(async (outer: TaskGroup) => {
        outer.createTask(async () => {
          await sleep(1);
          throw new RangeError('outer');
        });
        await TaskGroup.run(async (inner: TaskGroup) => {
          inner.createTask(async () => {
            await sleep(1);
            throw new TypeError('inner');
          });
          await sleep(1000);
        });
      });
    } catch (error) {
      thrown = error;
    }
    return [namesIn(thrown)].flat(3);
  },
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

inBothForms(
  test,
  'a task that fails while a cancelled body still cleans up arrives too',
  [['RangeError'], 20],
  async () => {
    let cleanedAt = 0;
    const runner = createTask(async () => {
      await TaskGroup.run(async (group: TaskGroup) => {
        group.createTask(async () => {
          try {
            await sleep(1000);
          } finally {
            await sleep(5);
            // biome-ignore lint/correctness/noUnsafeFinally: what it does is the subject
            throw new RangeError('late');
          }
        });
        try {
          await sleep(1000);
        } finally {
          await sleep(19);
          cleanedAt = 20;
        }
      });
    });
    await sleep(1);
    runner.cancel();
    await wait([runner]);
    return [namesIn(runner.exception()), cleanedAt];
  },
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

inBothForms(
  test,
  "a body that fails with another error while it is cancelled by a task's failure: both arrive",
  [['RangeError', 'TypeError']],
  async () => {
    let thrown: unknown;
    try {
      await TaskGroup.run(async (group: TaskGroup) => {
        group.createTask(async () => {
          await sleep(1);
          throw new RangeError('task');
        });
        try {
          await sleep(1000);
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

inBothForms(
  test,
  'tasks may start tasks in their group, at any depth, and the group waits for all of them',
  7,
  async () => {
    let ran = 0;
    await TaskGroup.run(async (group: TaskGroup) => {
      const grow = (depth: number): void => {
        group.createTask(async () => {
          await sleep(1);
          ran++;
          if (depth < 2) {
            grow(depth + 1);
            grow(depth + 1);
          }
        });
      };
      grow(0);
      await checkpoint();
    });
    return ran;
  },
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

inBothForms(
  test,
  'tasks that keep starting tasks are stopped by the first failure',
  [['RangeError'], true],
  async () => {
    let heads = 0;
    let thrown: unknown;
    try {
      await TaskGroup.run(async (group: TaskGroup) => {
        const hydra = (): void => {
          group.createTask(async () => {
            heads++;
            await sleep(10);
            hydra();
            hydra();
          });
        };
        hydra();
        group.createTask(async () => {
          while (heads < 10) await sleep(15);
          throw new RangeError('enough');
        });
        await checkpoint();
      });
    } catch (error) {
      thrown = error;
    }
    const then = heads;
    await sleep(1000);
    return [namesIn(thrown), heads === then];
  },
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

inBothForms(
  test,
  'cleanup of a cancelled task cannot start another in the group, and the refusal is its own affair',
  ['ERR_OXBOW_LOOP_GROUP_CLOSED', ['RangeError']],
  async () => {
    const log: unknown[] = [];
    try {
      await TaskGroup.run(async (group: TaskGroup) => {
        group.createTask(async () => {
          await sleep(1);
          throw new RangeError('failed');
        });
        group.createTask(async () => {
          try {
            await sleep(1000);
          } finally {
            try {
              group.createTask(() => 'more');
            } catch (error) {
              log.push((error as { code: string }).code);
            }
          }
        });
        await checkpoint();
      });
    } catch (error) {
      log.push(namesIn(error));
    }
    return log;
  },
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

inBothForms(
  test,
  'a failing group leaves the task that ran it uncancelled, and able to wait',
  [0, 'waited'],
  async () => {
    try {
      await TaskGroup.run(async (group: TaskGroup) => {
        group.createTask(async () => {
          await checkpoint();
          throw new RangeError('failed');
        });
        await sleep(1000);
      });
    } catch {
      const count = currentTask()!.cancelling();
      await sleep(1);
      return [count, 'waited'];
    }
    return [];
  },
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

inBothForms(
  test,
  'group.cancel() from within a task ends all of it, the one that called too, and is no error',
  ['result', ['cancelled', 'cancelled']],
  async () => {
    const tasks: Task<void>[] = [];
    const result = await TaskGroup.run(async (group: TaskGroup) => {
      tasks.push(
        group.createTask(async () => {
          await sleep(1000);
        }),
      );
      tasks.push(
        group.createTask(async () => {
          await sleep(1);
          group.cancel();
          await sleep(1000);
        }),
      );
      await checkpoint();
      return 'result';
    });
    return [result, tasks.map(outcomeOf)];
  },
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

inBothForms(
  test,
  'the task that ends its group keeps what it returns',
  ['found', 'cancelled'],
  async () => {
    const tasks: Task<unknown>[] = [];
    await TaskGroup.run(async (group: TaskGroup) => {
      tasks.push(
        group.createTask(async () => {
          await sleep(1);
          group.cancel();
          return 'found';
        }),
      );
      tasks.push(
        group.createTask(async () => {
          await sleep(1000);
        }),
      );
      await checkpoint();
    });
    return tasks.map(outcomeOf);
  },
  function* () {
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
  },
);

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

inBothForms(
  test,
  'a task of a group has the name it is given',
  ['yolo', 0],
  async () => {
    return await TaskGroup.run(async (group: TaskGroup) => {
      const task = group.createTask(
        async () => {
          await checkpoint();
          return currentTask()!.name;
        },
        { name: 'yolo' },
      );
      const name = await task;
      return [name, group.size];
    });
  },
  function* () {
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
  },
);

inBothForms(
  test,
  'cancelled from outside while a body that its group has cancelled cleans up, the whole task is cancelled',
  ['cancelled', ['cleaning up']],
  async () => {
    const log: string[] = [];
    let inside: TaskGroup | undefined;
    const runner = createTask(async () => {
      await TaskGroup.run(async (group: TaskGroup) => {
        inside = group;
        try {
          await sleep(1000);
        } finally {
          log.push('cleaning up');
          await sleep(10);
          log.push('never');
        }
      });
      log.push('never either');
    });
    await sleep(1);
    inside!.cancel();
    await sleep(2);
    runner.cancel();
    await wait([runner]);
    return [outcomeOf(runner), log];
  },
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

inBothForms(
  test,
  'cancelled by its group while it cleans up after a cancellation from outside, the whole task is cancelled',
  ['cancelled', ['cleaning up']],
  async () => {
    const log: string[] = [];
    let inside: TaskGroup | undefined;
    const runner = createTask(async () => {
      await TaskGroup.run(async (group: TaskGroup) => {
        inside = group;
        try {
          await sleep(1000);
        } finally {
          log.push('cleaning up');
          await sleep(10);
          log.push('never');
        }
      });
      log.push('never either');
    });
    await sleep(1);
    runner.cancel();
    await sleep(2);
    inside!.cancel();
    await wait([runner]);
    return [outcomeOf(runner), log];
  },
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

inBothForms(
  test,
  'a group that has ended takes no more tasks',
  'ERR_OXBOW_LOOP_GROUP_CLOSED',
  async () => {
    const group = await TaskGroup.run(async (inside: TaskGroup) => {
      await checkpoint();
      return inside;
    });
    try {
      group.createTask(() => 'late');
    } catch (error) {
      return (error as { code: string }).code;
    }
    return '';
  },
  function* () {
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
  },
);

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
