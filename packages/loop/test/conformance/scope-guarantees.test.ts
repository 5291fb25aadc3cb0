// What trio and anyio promise of cancel scopes and capacity limiters, as far as CancelScope and CapacityLimiter promise it
// too: each promise once, in both forms of coroutine.
// covers: src/task/cancel-scope.ts, src/sync/capacity-limiter.ts, src/task/current.ts

import { assert, suite } from '@oxbow/testkit';
import {
  CancelledError,
  CancelScope,
  CapacityLimiter,
  checkpoint,
  createTask,
  currentLoop,
  currentSignal,
  currentTask,
  Event,
  Future,
  gather,
  Queue,
  sleep,
  TaskGroup,
  timeout,
  until,
  wait,
} from '../../src/index.ts';
import { eachForm, nameOf, virtually, virtuallyGenerated } from '../forms.ts';
import { outcomeOf } from './outcome.ts';

const test = suite('scope guarantees');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

inEachForm(
  'a scope cancelled before it is entered ends its body at the first wait, not before',
  [['before'], undefined, true],
  function* () {
    const scope = new CancelScope();
    const log: string[] = [];
    scope.cancel();
    const result = yield* scope.run(function* () {
      log.push('before');
      yield* checkpoint();
      log.push('after');
      return 'result';
    });
    return [log, result, scope.cancelledCaught];
  },
);

inEachForm(
  'a body that never waits is not ended by a scope that was cancelled',
  ['result', true, false],
  function* () {
    const scope = new CancelScope();
    const result = yield* scope.run(function* () {
      scope.cancel();
      if (currentTask() === undefined) yield* checkpoint();
      return 'result';
    });
    return [result, scope.cancelCalled, scope.cancelledCaught];
  },
);

inEachForm('every wait in a cancelled scope fails, each time', [3, 0, true], function* () {
  const scope = new CancelScope();
  let tried = 0;
  yield* scope.run(function* () {
    scope.cancel();
    try {
      tried++;
      yield* sleep(1000);
    } finally {
      try {
        tried++;
        yield* sleep(1000);
      } finally {
        tried++;
        yield* sleep(1000);
      }
    }
  });
  return [tried, currentLoop().time(), scope.cancelledCaught];
});

inEachForm(
  'the kind of the wait does not matter: queues, events, tasks and groups fail alike',
  [0, ['get', 'wait', 'task', 'gather', 'group', 'signal'], 5],
  function* () {
    const queue = new Queue<string>();
    const event = new Event();
    const never = new Future<void>();
    const ended: string[] = [];
    let entered = 0;
    const waits: [string, () => PromiseLike<unknown>][] = [
      ['get', () => queue.get()],
      ['wait', () => event.wait()],
      ['task', () => createTask(() => never)],
      ['gather', () => gather([sleep(1000), sleep(2000)])],
      [
        'group',
        () =>
          TaskGroup.run(async (group) => {
            group.createTask(() => sleep(1000));
          }),
      ],
    ];
    for (const [name, begin] of waits) {
      const scope = new CancelScope({ timeoutMs: 1 });
      yield* scope.run(async () => {
        await begin();
        entered++;
      });
      if (scope.cancelledCaught) ended.push(name);
    }
    const scope = new CancelScope();
    yield* scope.run(function* () {
      scope.cancel();
      if (currentSignal().aborted) ended.push('signal');
      yield* checkpoint();
    });
    return [entered, ended, currentLoop().time()];
  },
);

inEachForm(
  'cancelling an inner scope leaves the outer one alone',
  [['inner over', 'outer over'], true, false],
  function* () {
    const outer = new CancelScope();
    const inner = new CancelScope();
    const log: string[] = [];
    yield* outer.run(function* () {
      yield* inner.run(function* () {
        inner.cancel();
        yield* sleep(1000);
        log.push('never');
      });
      log.push('inner over');
      yield* sleep(1);
      log.push('outer over');
    });
    return [log, inner.cancelledCaught, outer.cancelledCaught];
  },
);

inEachForm(
  'cancelling the outer scope ends the inner one without its having been cancelled',
  [[], false, true],
  function* () {
    const outer = new CancelScope();
    const inner = new CancelScope();
    const log: string[] = [];
    yield* outer.run(function* () {
      yield* inner.run(function* () {
        outer.cancel();
        yield* sleep(1000);
      });
      log.push('never');
    });
    return [log, inner.cancelledCaught, outer.cancelledCaught];
  },
);

inEachForm(
  'cancelling both, in whichever order, is caught by the outer one',
  [
    [false, true],
    [false, true],
  ],
  function* () {
    const outcomes: boolean[][] = [];
    for (const outerFirst of [true, false]) {
      const outer = new CancelScope();
      const inner = new CancelScope();
      yield* outer.run(function* () {
        yield* inner.run(function* () {
          for (const scope of outerFirst ? [outer, inner] : [inner, outer]) scope.cancel();
          yield* sleep(1000);
        });
        yield* sleep(1000);
      });
      outcomes.push([inner.cancelledCaught && outer.cancelledCaught, outer.cancelledCaught]);
    }
    return outcomes;
  },
);

inEachForm(
  'the earliest of several deadlines around a wait ends it',
  [3, [false, true, false]],
  function* () {
    const scopes = [9, 3, 6].map((timeoutMs) => new CancelScope({ timeoutMs }));
    yield* scopes[0]!.run(function* () {
      yield* scopes[1]!.run(function* () {
        yield* scopes[2]!.run(function* () {
          yield* sleep(1000);
        });
      });
    });
    return [currentLoop().time(), scopes.map((scope) => scope.cancelledCaught)];
  },
);

inEachForm(
  'a deadline is counted from when the scope is entered, not from when it was made',
  [7, true],
  function* () {
    const scope = new CancelScope({ timeoutMs: 5 });
    yield* sleep(2);
    yield* scope.run(function* () {
      yield* sleep(1000);
    });
    return [currentLoop().time(), scope.cancelledCaught];
  },
);

inEachForm(
  'a shield keeps cancellation from further out away, and only as long as it stands',
  [['shielded', 'shielded again'], true, 20],
  function* () {
    const outer = new CancelScope();
    const log: string[] = [];
    currentLoop().callLater(1, () => outer.cancel());
    yield* outer.run(function* () {
      yield* new CancelScope({ shield: true }).run(function* () {
        yield* sleep(10);
        log.push('shielded');
        yield* sleep(10);
        log.push('shielded again');
      });
      yield* sleep(1000);
      log.push('never');
    });
    return [log, outer.cancelledCaught, currentLoop().time()];
  },
);

inEachForm(
  "a shield keeps the task's own cancellation away too, and the task is cancelled after it",
  [['shielded'], 'cancelled', 10],
  function* () {
    const log: string[] = [];
    const task = createTask(function* () {
      yield* new CancelScope({ shield: true }).run(function* () {
        yield* sleep(10);
        log.push('shielded');
      });
      yield* sleep(1000);
      log.push('never');
    });
    yield* sleep(1);
    task.cancel();
    yield* wait([task]);
    return [log, outcomeOf(task), currentLoop().time()];
  },
);

inEachForm(
  'a shield does not keep its own cancellation away, nor that of a scope inside it',
  [
    [true, 1],
    [true, 2],
  ],
  function* () {
    const outcomes: unknown[] = [];
    const shield = new CancelScope({ shield: true, timeoutMs: 1 });
    yield* shield.run(function* () {
      yield* sleep(1000);
    });
    outcomes.push([shield.cancelledCaught, currentLoop().time()]);
    yield* new CancelScope({ shield: true }).run(function* () {
      const inner = new CancelScope({ timeoutMs: 1 });
      yield* inner.run(function* () {
        yield* sleep(1000);
      });
      outcomes.push([inner.cancelledCaught, currentLoop().time()]);
    });
    return outcomes;
  },
);

inEachForm(
  'cleanup in a cancelled scope has the time its shield gives it, and no more',
  [['closing', 'closed'], ['closing'], 15],
  function* () {
    const close = (takesMs: number) => {
      const log: string[] = [];
      return [
        log,
        function* () {
          const scope = new CancelScope();
          yield* scope.run(function* () {
            try {
              scope.cancel();
              yield* sleep(1000);
            } finally {
              yield* new CancelScope({ shield: true, timeoutMs: 10 }).run(function* () {
                log.push('closing');
                yield* sleep(takesMs);
                log.push('closed');
              });
            }
          });
        },
      ] as const;
    };
    const [quick, closeQuickly] = close(5);
    const [slow, closeSlowly] = close(1000);
    yield* createTask(closeQuickly);
    yield* createTask(closeSlowly);
    return [quick, slow, currentLoop().time()];
  },
);

inEachForm(
  'a scope may be cancelled from another task, and ends the wait it finds',
  ['ended', true, 3],
  function* () {
    const scope = new CancelScope();
    const task = createTask(function* () {
      yield* scope.run(function* () {
        yield* sleep(1000);
      });
      return 'ended';
    });
    yield* sleep(3);
    scope.cancel();
    return [yield* task, scope.cancelledCaught, currentLoop().time()];
  },
);

inEachForm(
  'an error of the body counts more than the cancellation of its scope',
  ['RangeError', false],
  function* () {
    const scope = new CancelScope();
    let thrown: unknown;
    try {
      yield* scope.run(function* () {
        try {
          scope.cancel();
          yield* sleep(1000);
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: what it does is the subject
          throw new RangeError('cleanup');
        }
      });
    } catch (error) {
      thrown = error;
    }
    return [nameOf(thrown), scope.cancelledCaught];
  },
);

inEachForm(
  'a scope cancels what its body gathers and the tasks it waits for, not those it only started',
  ['cancelled', 'done'],
  function* () {
    const waitedFor = createTask(function* () {
      yield* sleep(1000);
    });
    let started: Future<string> | undefined;
    const scope = new CancelScope({ timeoutMs: 1 });
    yield* scope.run(function* () {
      started = createTask(function* () {
        yield* sleep(5);
        return 'done';
      });
      yield* waitedFor;
    });
    yield* started!;
    return [outcomeOf(waitedFor), outcomeOf(started!)];
  },
);

inEachForm(
  'after a scope has been left, neither cancel nor a deadline does anything',
  ['went on', false, false],
  function* () {
    const scope = new CancelScope({ timeoutMs: 5 });
    yield* scope.run(function* () {
      yield* sleep(1);
    });
    yield* sleep(10);
    const passed = scope.cancelCalled;
    scope.cancel();
    scope.deadlineMs = 0;
    yield* sleep(1);
    return ['went on', passed, scope.cancelledCaught];
  },
);

inEachForm(
  'a limiter lends each borrower one token, and refuses a second with a hint instead of waiting for itself',
  ['ERR_OXBOW_LOOP_ALREADY_ACQUIRED', 1],
  function* () {
    const limiter = new CapacityLimiter(2);
    yield* limiter.acquire();
    try {
      yield* limiter.acquire();
    } catch (error) {
      return [(error as { code: string }).code, limiter.borrowedTokens];
    }
    return [];
  },
);

inEachForm(
  'a token belongs to its borrower: another task cannot give it back',
  ['ERR_OXBOW_LOOP_NOT_ACQUIRED', 1],
  function* () {
    const limiter = new CapacityLimiter(1);
    yield* limiter.acquire();
    const other = createTask(function* () {
      try {
        limiter.release();
      } catch (error) {
        return (error as { code: string }).code;
      }
      yield* checkpoint();
      return '';
    });
    return [yield* other, limiter.borrowedTokens];
  },
);

inEachForm(
  'who waits for a token has it in the order of asking, whoever is cancelled on the way',
  [['a', 'c'], 'cancelled', 1],
  function* () {
    const limiter = new CapacityLimiter(1);
    const log: string[] = [];
    yield* limiter.acquire();
    const tasks = ['a', 'b', 'c'].map((name) =>
      createTask(function* () {
        yield* limiter.run(function* () {
          log.push(name);
          yield* checkpoint();
        });
      }),
    );
    yield* checkpoint();
    const waiting = limiter.statistics().tasksWaiting;
    tasks[1]!.cancel();
    limiter.release();
    yield* wait(tasks);
    assert.is(waiting, 3);
    return [log, outcomeOf(tasks[1]!), limiter.availableTokens];
  },
);

inEachForm('more tokens wake as many, fewer take effect as they come back', [2, 0, 3], function* () {
  const limiter = new CapacityLimiter(1);
  const done = new Event();
  const tasks = [1, 2, 3].map(() =>
    createTask(function* () {
      yield* limiter.run(function* () {
        yield* done.wait();
      });
    }),
  );
  yield* checkpoint();
  limiter.totalTokens = 2;
  yield* checkpoint();
  const lent = limiter.borrowedTokens;
  limiter.totalTokens = 1;
  const available = limiter.availableTokens;
  done.set();
  yield* gather(tasks);
  return [lent, available, tasks.filter((task) => task.done).length];
});

test('a generator whose scope runs an async body is unwound like any other: its catch does not see it', async () => {
  const result = await virtuallyGenerated(function* () {
    const log: string[] = [];
    const task = createTask(function* () {
      try {
        yield* new CancelScope().run(async () => sleep(1000));
      } catch {
        log.push('catch');
      } finally {
        log.push('finally');
      }
      log.push('after');
    });
    yield* sleep(1);
    task.cancel();
    yield* wait([task]);
    return [log, outcomeOf(task)];
  });
  assert.equal(result, [['finally'], 'cancelled']);
});

test('two scopes beside each other in one task are left in any order: each ends its own waits only', async () => {
  await virtually(async () => {
    for (const firstToEnd of [0, 1]) {
      const scopes = [new CancelScope(), new CancelScope()];
      const doors = [new Future<string>(), new Future<string>()];
      const runs = scopes.map((scope, index) => Promise.resolve(scope.run(async () => doors[index]!)));
      await sleep(1);
      doors[firstToEnd]!.setResult('let out');
      assert.is(await runs[firstToEnd], 'let out');
      const other = 1 - firstToEnd;
      scopes[firstToEnd]!.cancel();
      await sleep(1);
      assert.not(scopes[other]!.cancelCalled);
      scopes[other]!.cancel();
      assert.is(await runs[other], undefined);
      assert.equal([scopes[firstToEnd]!.cancelledCaught, scopes[other]!.cancelledCaught], [false, true]);
    }
  });
});

test('an inner scope that outlives the outer one it was entered in goes on, and is out of its reach', async () => {
  await virtually(async () => {
    const outer = new CancelScope();
    const inner = new CancelScope({ timeoutMs: 20 });
    let running: Promise<string | undefined> | undefined;
    await outer.run(async () => {
      running = Promise.resolve(
        inner.run(async () => {
          await sleep(10);
          return 'outlived';
        }),
      );
      await sleep(1);
    });
    outer.cancel();
    assert.is(await running, 'outlived');
  });
});

test('a scope whose outer one is left first still has its own deadline', async () => {
  await virtually(async () => {
    const inner = new CancelScope({ timeoutMs: 5 });
    let running: Promise<unknown> | undefined;
    await timeout(50, async () => {
      running = Promise.resolve(inner.run(() => sleep(1000)));
      await checkpoint();
    });
    assert.is(await running, undefined);
    assert.ok(inner.cancelledCaught);
    assert.is(currentLoop().time(), 5);
  });
});

test('cancellation that is swallowed in a cancelled scope comes back at the next wait', async () => {
  await virtually(async () => {
    const scope = new CancelScope();
    let swallowed = 0;
    await scope.run(async () => {
      scope.cancel();
      for (let round = 0; round < 3; round++) {
        try {
          await sleep(1000);
        } catch (error) {
          assert.ok(error instanceof CancelledError);
          swallowed++;
        }
      }
      await sleep(1000);
    });
    assert.is(swallowed, 3);
    assert.ok(scope.cancelledCaught);
  });
});

test('code that outlives the scope it was started in is not held to its cancellation any more', async () => {
  await virtually(async () => {
    const scope = new CancelScope();
    const log: string[] = [];
    let outliving: Promise<void> | undefined;
    const outlive = async (): Promise<void> => {
      await Promise.resolve(new Future<void>()).catch(() => log.push('cancelled'));
      await until(new Promise((resolve) => setImmediate(resolve))).then(undefined, () =>
        log.push('cancelled again'),
      );
      await left;
      await sleep(5);
      log.push('waited');
    };
    const left = new Promise<void>((resolve) => {
      setImmediate(() => setImmediate(resolve));
    });
    await scope.run(async () => {
      outliving = outlive();
      await checkpoint();
      scope.cancel();
      await sleep(1000);
    });
    await until(outliving!);
    assert.equal(log, ['cancelled', 'cancelled again', 'waited']);
  });
});

test.run();
