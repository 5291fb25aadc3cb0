import { assert, suite } from '@oxbow/testkit';
import {
  type Coroutine,
  checkpoint,
  createTask,
  currentLoop,
  currentTask,
  Future,
  sleep,
  type Task,
  TaskGroup,
  timeout,
} from '../../src/index.ts';
import { inBothForms, nameOf, virtually } from '../forms.ts';

const test = suite('TaskGroup');

const messages = (error: unknown): string[] => {
  assert.instance(error, AggregateError);
  return (error as AggregateError).errors.map((each) => (each as Error).message);
};

inBothForms(
  test,
  'ends when all its tasks have ended, with the result of the body',
  ['body result', 20],
  async () => {
    const result = await TaskGroup.run(async (group) => {
      group.createTask(async () => sleep(20));
      group.createTask(async () => sleep(10));
      return 'body result';
    });
    return [result, currentLoop().time()];
  },
  function* () {
    const result = yield* TaskGroup.run(function* (group) {
      group.createTask(() => sleep(20));
      group.createTask(function* () {
        yield* sleep(10);
      });
      return 'body result';
    });
    return [result, currentLoop().time()];
  },
);

inBothForms(
  test,
  'the first failure cancels the rest and the body; all failures arrive in one AggregateError, in order',
  [['first', 'while cancelled'], ['body ended'], 5],
  async () => {
    const log: string[] = [];
    const error = await TaskGroup.run(async (group) => {
      group.createTask(async () => {
        await sleep(5);
        throw new Error('first');
      });
      group.createTask(async () => {
        try {
          await sleep(1000);
        } catch {
          throw new Error('while cancelled');
        }
      });
      try {
        await sleep(1000);
      } finally {
        log.push('body ended');
      }
    }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return [messages(error), log, currentLoop().time()];
  },
  function* () {
    const log: string[] = [];
    try {
      yield* TaskGroup.run(function* (group) {
        group.createTask(function* () {
          yield* sleep(5);
          throw new Error('first');
        });
        group.createTask(function* () {
          try {
            yield* sleep(1000);
          } finally {
            // biome-ignore lint/correctness/noUnsafeFinally: what it does is the subject
            throw new Error('while cancelled');
          }
        });
        try {
          yield* sleep(1000);
        } finally {
          log.push('body ended');
        }
      });
    } catch (error) {
      return [messages(error), log, currentLoop().time()];
    }
    return [];
  },
);

inBothForms(
  test,
  'an error of the body cancels the tasks, and has the same shape as that of a task',
  [['body'], true],
  async () => {
    let task: Task<unknown> | undefined;
    const error = await TaskGroup.run(async (group) => {
      task = group.createTask(async () => sleep(1000));
      await sleep(1);
      throw new Error('body');
    }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return [messages(error), task!.cancelled];
  },
  function* () {
    let task: Task<unknown> | undefined;
    try {
      yield* TaskGroup.run(function* (group) {
        task = group.createTask(() => sleep(1000));
        yield* sleep(1);
        throw new Error('body');
      });
    } catch (error) {
      return [messages(error), task!.cancelled];
    }
    return [];
  },
);

inBothForms(
  test,
  'body and task failing together both arrive',
  ['body', 'task'],
  async () => {
    const error = await TaskGroup.run(async (group) => {
      const ready = new Future<void>();
      group.createTask(async () => {
        try {
          await ready;
        } catch {
          throw new Error('task');
        }
      });
      await sleep(1);
      throw new Error('body');
    }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return messages(error);
  },
  function* () {
    try {
      yield* TaskGroup.run(function* (group) {
        const ready = new Future<void>();
        group.createTask(async () => {
          try {
            await ready;
          } catch {
            throw new Error('task');
          }
        });
        yield* sleep(1);
        throw new Error('body');
      });
    } catch (error) {
      return messages(error);
    }
    return [];
  },
);

inBothForms(
  test,
  'cancelled from outside, it ends its tasks first and stays cancellation',
  [['task cleaned up', 'body'], true, 6],
  async () => {
    const log: string[] = [];
    const outer = createTask(async () => {
      await TaskGroup.run(async (group) => {
        group.createTask(async () => {
          try {
            await sleep(1000);
          } finally {
            await sleep(5);
            log.push('task cleaned up');
          }
        });
        await sleep(1000);
      });
      log.push('went on');
    });
    await sleep(1);
    outer.cancel();
    await outer.then(undefined, () => log.push('body'));
    return [log, outer.cancelled, currentLoop().time()];
  },
  function* () {
    const log: string[] = [];
    const outer = createTask(function* () {
      yield* TaskGroup.run(function* (group) {
        group.createTask(function* () {
          try {
            yield* sleep(1000);
          } finally {
            yield* sleep(5);
            log.push('task cleaned up');
          }
        });
        yield* sleep(1000);
      });
      log.push('went on');
    });
    yield* sleep(1);
    outer.cancel();
    try {
      yield* outer;
    } catch {
      log.push('body');
    }
    return [log, outer.cancelled, currentLoop().time()];
  },
);

inBothForms(
  test,
  'cancelled from outside while it waits for its tasks, it ends them too',
  [true, true],
  async () => {
    let child: Task<unknown> | undefined;
    const outer = createTask(async () =>
      TaskGroup.run(async (group) => {
        child = group.createTask(async () => sleep(1000));
      }),
    );
    await sleep(1);
    outer.cancel();
    await sleep(1);
    return [outer.cancelled, child!.cancelled];
  },
  function* () {
    let child: Task<unknown> | undefined;
    const outer = createTask(function* () {
      yield* TaskGroup.run(function* (group) {
        child = group.createTask(() => sleep(1000));
      });
    });
    yield* sleep(1);
    outer.cancel();
    yield* sleep(1);
    return [outer.cancelled, child!.cancelled];
  },
);

for (const [when, cancelAtMs] of [
  ['before', 4],
  ['while it ends the others', 7],
] as const) {
  inBothForms(
    test,
    `does not swallow a cancellation of its task that comes ${when} a task fails`,
    ['AggregateError', 1, 'CancelledError'],
    async () => {
      const log: unknown[] = [];
      const outer = createTask(async () => {
        try {
          await TaskGroup.run(async (group) => {
            group.createTask(async () => {
              try {
                await sleep(5);
              } finally {
                // biome-ignore lint/correctness/noUnsafeFinally: it fails, cancelled or not
                throw new Error('child');
              }
            });
            group.createTask(async () => {
              try {
                await sleep(1000);
              } finally {
                await sleep(10);
              }
            });
            await sleep(1000);
          });
        } catch (error) {
          log.push(nameOf(error), currentTask()!.cancelling());
        }
        await sleep(1);
        log.push('went on');
      });
      await sleep(cancelAtMs);
      outer.cancel();
      await outer.then(undefined, (error: unknown) => log.push(nameOf(error)));
      return log;
    },
    function* () {
      const log: unknown[] = [];
      const outer = createTask(function* () {
        try {
          yield* TaskGroup.run(function* (group) {
            group.createTask(function* () {
              try {
                yield* sleep(5);
              } finally {
                // biome-ignore lint/correctness/noUnsafeFinally: it fails, cancelled or not
                throw new Error('child');
              }
            });
            group.createTask(function* () {
              try {
                yield* sleep(1000);
              } finally {
                yield* sleep(10);
              }
            });
            yield* sleep(1000);
          });
        } catch (error) {
          log.push(nameOf(error), currentTask()!.cancelling());
        }
        yield* sleep(1);
        log.push('went on');
      });
      yield* sleep(cancelAtMs);
      outer.cancel();
      try {
        yield* outer;
      } catch (error) {
        log.push(nameOf(error));
      }
      return log;
    },
  );
}

inBothForms(
  test,
  'group.cancel() ends body and tasks, without an error',
  [undefined, true],
  async () => {
    let child: Task<unknown> | undefined;
    const result = await TaskGroup.run(async (group) => {
      child = group.createTask(async () => sleep(1000));
      currentLoop().callLater(5, () => group.cancel());
      await sleep(1000);
      return 'never';
    });
    return [result, child!.cancelled];
  },
  function* () {
    let child: Task<unknown> | undefined;
    const result = yield* TaskGroup.run(function* (group) {
      child = group.createTask(() => sleep(1000));
      currentLoop().callLater(5, () => group.cancel());
      yield* sleep(1000);
      return 'never';
    });
    return [result, child!.cancelled];
  },
);

inBothForms(
  test,
  'takes no task once it is being cancelled or has ended',
  ['is being cancelled', 'has ended'],
  async () => {
    const log: string[] = [];
    let escaped: TaskGroup | undefined;
    const attempt = (group: TaskGroup): void => {
      try {
        group.createTask(async () => {});
      } catch (error) {
        log.push(/is being cancelled|has ended/.exec(String(error))![0]);
      }
    };
    await TaskGroup.run(async (group) => {
      escaped = group;
      group.cancel();
      attempt(group);
    });
    attempt(escaped!);
    return log;
  },
  function* () {
    const log: string[] = [];
    let escaped: TaskGroup | undefined;
    const attempt = (group: TaskGroup): void => {
      try {
        group.createTask(() => 1);
      } catch (error) {
        log.push(/is being cancelled|has ended/.exec(String(error))![0]);
      }
    };
    // biome-ignore lint/correctness/useYield: the body need not wait
    yield* TaskGroup.run(function* (group) {
      escaped = group;
      group.cancel();
      attempt(group);
    });
    attempt(escaped!);
    return log;
  },
);

inBothForms(
  test,
  'a task may start another in the group while the body is over',
  15,
  async () => {
    await TaskGroup.run(async (group) => {
      group.createTask(async () => {
        await sleep(5);
        group.createTask(async () => sleep(10));
      });
    });
    return currentLoop().time();
  },
  function* () {
    yield* TaskGroup.run(function* (group) {
      group.createTask(function* () {
        yield* sleep(5);
        group.createTask(() => sleep(10));
      });
    });
    return currentLoop().time();
  },
);

inBothForms(
  test,
  'a task of it that is cancelled by itself fails nobody',
  'fine',
  async () =>
    TaskGroup.run(async (group) => {
      const child = group.createTask(async () => sleep(1000));
      await sleep(1);
      child.cancel();
      await sleep(1);
      return 'fine';
    }),
  function* () {
    return yield* TaskGroup.run(function* (group) {
      const child = group.createTask(() => sleep(1000));
      yield* sleep(1);
      child.cancel();
      yield* sleep(1);
      return 'fine';
    });
  },
);

inBothForms(
  test,
  'inside a timeout: the deadline ends its tasks, even ones that need time to end, and stays a TimeoutError',
  ['TimeoutError', true, 15],
  async () => {
    let child: Task<unknown> | undefined;
    const name = await timeout(10, async () =>
      TaskGroup.run(async (group) => {
        child = group.createTask(async () => {
          try {
            await sleep(1000);
          } finally {
            await sleep(5);
          }
        });
        await sleep(1000);
      }),
    ).then(() => '', nameOf);
    return [name, child!.cancelled, currentLoop().time()];
  },
  function* () {
    let child: Task<unknown> | undefined;
    let name = '';
    try {
      yield* timeout(10, function* () {
        yield* TaskGroup.run(function* (group) {
          child = group.createTask(function* () {
            try {
              yield* sleep(1000);
            } finally {
              yield* sleep(5);
            }
          });
          yield* sleep(1000);
        });
      });
    } catch (error) {
      name = nameOf(error);
    }
    return [name, child!.cancelled, currentLoop().time()];
  },
);

test('a failing task with handled errors is never reported as unhandled', async () => {
  await virtually(async () => {
    const reports: unknown[] = [];
    currentLoop().onUnhandled = (failure) => reports.push(failure);
    await TaskGroup.run(async (group) => {
      group.createTask(async () => {
        throw new Error('handled by the group');
      });
    }).then(undefined, () => {});
    await checkpoint();
    assert.equal(reports, []);
  });
});

test('used as a disposable it joins its tasks, or cancels them', async () => {
  await virtually(async () => {
    const joining = new TaskGroup();
    const joined = joining.createTask(async () => sleep(5));
    await joining[Symbol.asyncDispose]();
    assert.ok(joined.done && !joined.cancelled);

    const cancelling = new TaskGroup({ onExit: 'cancel' });
    const cancelled = cancelling.createTask(async () => sleep(1000));
    await checkpoint();
    await cancelling[Symbol.asyncDispose]();
    assert.ok(cancelled.cancelled);

    const failing = new TaskGroup();
    failing.createTask(async () => {
      throw new Error('one');
    });
    const error = await failing[Symbol.asyncDispose]().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.equal(messages(error), ['one']);
  });
});

test('a body that is an arrow function returning a generator is driven too', async () => {
  await virtually(async () => {
    const body = function* (): Coroutine<string> {
      yield* sleep(1);
      return 'driven';
    };
    assert.is(await TaskGroup.run(() => body()), 'driven');
  });
});

test('refuses what is not a function, and options it does not know', () => {
  assert.throws(
    () => TaskGroup.run(1 as never),
    /TaskGroup.run\(\) takes a function, got 1: write TaskGroup/,
  );
  assert.throws(() => new TaskGroup({ onexit: 'join' } as never), /did you mean "onExit"/);
});

test('ends by joining or by cancelling, and knows no third way', () => {
  assert.throws(
    () => new TaskGroup({ onExit: 'leave' as never }),
    /onExit }\) is 'join' or 'cancel', got 'leave'/,
  );
});

test.run();
