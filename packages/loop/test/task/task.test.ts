import { assert, suite } from '@oxbow/testkit';
import {
  allTasks,
  CancelledError,
  type Coroutine,
  call,
  checkpoint,
  createTask,
  currentLoop,
  currentTask,
  Future,
  gather,
  run,
  sleep,
  type Task,
  VirtualClock,
  wait,
} from '../../src/index.ts';
import { abandonTask } from '../../src/lowlevel.ts';
import { eachForm, inBothForms, nameOf, virtually, virtuallyGenerated } from '../forms.ts';

const test = suite('Task');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

test('starts on the next turn, never inside createTask', async () => {
  await virtually(async () => {
    const log: string[] = [];
    const asynchronous = createTask(async () => void log.push('async'));
    // biome-ignore lint/correctness/useYield: it need not wait
    const generated = createTask(function* (): Coroutine<void> {
      log.push('generator');
    });
    log.push('created');
    await gather(asynchronous, generated);
    assert.equal(log, ['created', 'async', 'generator']);
  });
});

test('takes an async function, a plain value, a thenable, an Op, a function* and a function that returns a generator', async () => {
  await virtually(async () => {
    assert.is(await createTask(async () => 1), 1);
    assert.is(await createTask(() => 2), 2);
    assert.is(await createTask(() => Promise.resolve(3)), 3);
    assert.is(await createTask(() => sleep(5)), undefined);
    const generator = function* (): Coroutine<number> {
      yield* sleep(1);
      return 4;
    };
    assert.is(await createTask(generator), 4);
    assert.is(await createTask(() => generator()), 4);
  });
});

test('fails with what its function throws at once', async () => {
  const error = await virtually(async () =>
    createTask((): number => {
      throw new RangeError('at once');
    }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    ),
  );
  assert.is(nameOf(error), 'RangeError');
});

test('refuses what is not a function, and options it does not know', () => {
  assert.throws(() => createTask(42 as never), /createTask\(\) takes a function, got 42: write createTask/);
  assert.throws(() => createTask(async () => 1, { nam: 'x' } as never), /did you mean "name"/);
});

inBothForms(
  test,
  'knows itself, its name, its parent and what is alive',
  { self: true, name: 'child', parent: 'parent', alive: ['child', 'main', 'parent'] },
  async () => {
    const parent = createTask(
      async () => {
        const child: Task<unknown> = createTask(
          async () => {
            const task = currentTask()!;
            return {
              self: task === child,
              name: task.name,
              parent: task.parent!.name,
              alive: [...allTasks()].map((each) => (each.parent === undefined ? 'main' : each.name)).sort(),
            };
          },
          { name: 'child' },
        );
        return child;
      },
      { name: 'parent' },
    );
    return parent;
  },
  function* () {
    const parent = createTask(
      function* () {
        const child: Task<unknown> = createTask(
          function* (): Coroutine<unknown> {
            const task = currentTask()!;
            return {
              self: task === child,
              name: task.name,
              parent: task.parent!.name,
              alive: [...allTasks()].map((each) => (each.parent === undefined ? 'main' : each.name)).sort(),
            };
          },
          { name: 'child' },
        );
        return yield* child;
      },
      { name: 'parent' },
    );
    return yield* parent;
  },
);

test('keeps currentTask through awaits, native promises and nested async functions', async () => {
  await virtually(async () => {
    const inner = async (): Promise<string> => {
      await Promise.resolve();
      await sleep(1);
      await new Promise((resolve) => setImmediate(resolve));
      return currentTask()!.name;
    };
    const tasks = ['a', 'b'].map((name) => createTask(inner, { name }));
    assert.equal(await gather(tasks), ['a', 'b']);
  });
});

test('keeps a task alive that nobody holds', async () => {
  await virtually(async () => {
    let ended = false;
    createTask(async () => {
      await sleep(10);
      ended = true;
    });
    await sleep(20);
    assert.ok(ended);
  });
});

// --- cancellation: one request, one CancelledError at the current wait

inBothForms(
  test,
  'a cancelled task is cancelled, with the reason, after its cleanup has waited',
  ['cleaned up', 'CancelledError: Cancelled: why', true, 1],
  async () => {
    const log: unknown[] = [];
    const task = createTask(async () => {
      try {
        await sleep(1000);
      } finally {
        await sleep(5);
        log.push('cleaned up');
      }
    });
    await sleep(1);
    task.cancel('why');
    await task.then(undefined, (error: unknown) => log.push(String(error)));
    return [...log, task.cancelled, task.cancelling()];
  },
  function* () {
    const log: unknown[] = [];
    const task = createTask(function* () {
      try {
        yield* sleep(1000);
      } finally {
        yield* sleep(5);
        log.push('cleaned up');
      }
    });
    yield* sleep(1);
    task.cancel('why');
    try {
      yield* task;
    } catch (error) {
      log.push(String(error));
    }
    return [...log, task.cancelled, task.cancelling()];
  },
);

inEachForm(
  'cancelled before its first step, neither the body nor its finally ever runs',
  [[], true],
  function* () {
    const log: string[] = [];
    // biome-ignore lint/correctness/useYield: it must not even begin
    const task = createTask(function* () {
      try {
        log.push('body');
      } finally {
        log.push('finally');
      }
    });
    task.cancel();
    yield* sleep(1);
    return [log, task.cancelled];
  },
);

inEachForm('a task that cancels itself is cancelled at its next wait', [['before'], true], function* () {
  const log: string[] = [];
  const task = createTask(function* () {
    currentTask()!.cancel();
    log.push('before');
    yield* sleep(1);
    log.push('after');
  });
  yield* sleep(5);
  return [log, task.cancelled];
});

inBothForms(
  test,
  'cancelled twice while it waits, it counts two requests and sees one error',
  [1, 2],
  async () => {
    let seen = 0;
    const task = createTask(async () => {
      try {
        await sleep(1000);
      } catch {
        seen++;
        await sleep(5);
      }
    });
    await sleep(1);
    task.cancel();
    task.cancel();
    await sleep(100);
    return [seen, task.cancelling()];
  },
  function* () {
    let seen = 0;
    const task = createTask(function* () {
      try {
        yield* sleep(1000);
      } finally {
        seen++;
        yield* sleep(5);
      }
    });
    yield* sleep(1);
    task.cancel();
    task.cancel();
    yield* sleep(100);
    return [seen, task.cancelling()];
  },
);

inEachForm(
  'a result that is there already wins, and the cancellation waits for the next wait',
  ['item', true],
  function* () {
    const future = new Future<string>();
    let got: string | undefined;
    const task = createTask(function* () {
      got = yield* future;
      yield* sleep(1);
      got = 'went on';
    });
    yield* checkpoint();
    future.setResult('item');
    task.cancel();
    yield* sleep(5);
    return [got, task.cancelled];
  },
);

test('an async task that catches its cancellation goes on, and uncancel counts it away', async () => {
  await virtually(async () => {
    const task = createTask(async () => {
      try {
        await sleep(1000);
      } catch {
        currentTask()!.uncancel();
      }
      await sleep(1);
      return currentTask()!.cancelling();
    });
    await sleep(1);
    task.cancel();
    assert.is(await task, 0);
  });
});

test('uncancel before the delivery takes the request back', async () => {
  await virtually(async () => {
    const task = createTask(async () => {
      currentTask()!.cancel();
      currentTask()!.uncancel();
      await sleep(1);
      return 'went on';
    });
    assert.is(await task, 'went on');
  });
});

test('a generator cannot swallow its cancellation: catch does not see it, and a return in finally does not undo it', async () => {
  await virtuallyGenerated(function* () {
    const log: string[] = [];
    const task = createTask(function* () {
      try {
        yield* sleep(1000);
      } catch {
        log.push('catch');
      } finally {
        log.push('finally');
        // biome-ignore lint/correctness/noUnsafeFinally: what it does is the subject
        return 'value';
      }
    });
    yield* sleep(1);
    task.cancel();
    yield* sleep(1);
    assert.equal(log, ['finally']);
    assert.is(task.cancelled, true);
  });
});

inBothForms(
  test,
  'an error thrown while being cancelled is the outcome',
  'RangeError',
  async () => {
    const task = createTask(async () => {
      try {
        await sleep(1000);
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: what it does is the subject
        throw new RangeError('cleanup');
      }
    });
    await sleep(1);
    task.cancel();
    return task.then(() => '', nameOf);
  },
  function* () {
    const task = createTask(function* () {
      try {
        yield* sleep(1000);
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: what it does is the subject
        throw new RangeError('cleanup');
      }
    });
    yield* sleep(1);
    task.cancel();
    try {
      yield* task;
    } catch (error) {
      return nameOf(error);
    }
    return '';
  },
);

inBothForms(
  test,
  'cancelling a task cancels the task it waits for, and ends when that has ended',
  [['child cleaned up'], true, true],
  async () => {
    const log: string[] = [];
    const child = createTask(async () => {
      try {
        await sleep(1000);
      } finally {
        await sleep(5);
        log.push('child cleaned up');
      }
    });
    const parent = createTask(async () => child);
    await sleep(1);
    parent.cancel();
    await sleep(1);
    assert.is(parent.done, false);
    await sleep(10);
    return [log, child.cancelled, parent.cancelled];
  },
  function* () {
    const log: string[] = [];
    const child = createTask(function* () {
      try {
        yield* sleep(1000);
      } finally {
        yield* sleep(5);
        log.push('child cleaned up');
      }
    });
    const parent = createTask(function* () {
      yield* child;
    });
    yield* sleep(1);
    parent.cancel();
    yield* sleep(1);
    assert.is(parent.done, false);
    yield* sleep(10);
    return [log, child.cancelled, parent.cancelled];
  },
);

inBothForms(
  test,
  'a child that fails while it is cancelled hands its error to who waits',
  'RangeError',
  async () => {
    const child = createTask(async () => {
      try {
        await sleep(1000);
      } catch {
        throw new RangeError('late');
      }
    });
    const parent = createTask(async () => child);
    await sleep(1);
    parent.cancel();
    return parent.then(() => '', nameOf);
  },
  function* () {
    const child = createTask(async () => {
      try {
        await sleep(1000);
      } catch {
        throw new RangeError('late');
      }
    });
    const parent = createTask(function* () {
      yield* child;
    });
    yield* sleep(1);
    parent.cancel();
    try {
      yield* parent;
    } catch (error) {
      return nameOf(error);
    }
    return '';
  },
);

inBothForms(
  test,
  'a task that waits for a cancelled task is not itself being cancelled',
  ['CancelledError', 0, 'went on'],
  async () => {
    const other = createTask(async () => sleep(1000));
    await checkpoint();
    other.cancel();
    let seen = '';
    try {
      await other;
    } catch (error) {
      seen = nameOf(error);
    }
    await sleep(1);
    return [seen, currentTask()!.cancelling(), 'went on'];
  },
  function* () {
    const other = createTask(function* () {
      yield* sleep(1000);
    });
    yield* checkpoint();
    other.cancel();
    let seen = '';
    try {
      yield* other;
    } catch (error) {
      seen = nameOf(error);
    }
    yield* sleep(1);
    return [seen, currentTask()!.cancelling(), 'went on'];
  },
);

inBothForms(
  test,
  'a task that waits for itself is told so',
  'ERR_OXBOW_LOOP_AWAIT_SELF',
  async () => {
    const task: { current?: PromiseLike<unknown> } = {};
    task.current = createTask(async () => task.current);
    return task.current.then(
      () => '',
      (error: unknown) => (error as { code: string }).code,
    ) as Promise<string>;
  },
  function* () {
    const holder: { current?: ReturnType<typeof createTask<Coroutine<void>>> } = {};
    holder.current = createTask(function* (): Coroutine<void> {
      yield* holder.current!;
    });
    try {
      yield* holder.current;
    } catch (error) {
      return (error as { code: string }).code;
    }
    return '';
  },
);

test('all the waits of an async task are cancelled together', async () => {
  await virtually(async () => {
    const ended: string[] = [];
    const child = (name: string) =>
      createTask(async () => {
        try {
          await sleep(1000);
        } finally {
          ended.push(name);
        }
      });
    const task = createTask(async () => Promise.all([child('a'), child('b'), sleep(1000)]));
    await sleep(1);
    task.cancel();
    await sleep(1);
    assert.equal(ended, ['a', 'b']);
    assert.ok(task.cancelled);
  });
});

test('a request made while an async task waits for a foreign promise is delivered at the next wait', async () => {
  await virtually(async () => {
    let release = (): void => {};
    const task = createTask(async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      await sleep(0);
      return 'missed it';
    });
    await sleep(1);
    task.cancel();
    release();
    await sleep(1);
    assert.ok(task.cancelled);
  });
});

test('gives its result and exception, and refuses to while it runs', async () => {
  await virtually(async () => {
    const good = createTask(async () => 1);
    assert.throws(() => good.result(), /has no result yet/);
    assert.throws(() => good.exception(), /has no result yet/);
    await good;
    assert.is(good.result(), 1);
    assert.is(good.exception(), undefined);
    const bad = createTask(async () => Promise.reject(new RangeError('bad')));
    await sleep(1);
    assert.is(nameOf(bad.exception()), 'RangeError');
    assert.throws(() => bad.result(), /bad/);
    const cancelled = createTask(async () => sleep(1));
    cancelled.cancel();
    await sleep(5);
    assert.throws(
      () => cancelled.exception(),
      (error: unknown) => error instanceof CancelledError,
    );
    assert.is(cancelled.cancel(), false);
  });
});

test('settles by itself alone', async () => {
  await virtually(async () => {
    const task = createTask(async () => sleep(1));
    assert.throws(() => task.setResult(undefined), /settled by its own coroutine/);
    assert.throws(() => task.setException(new Error('x')), /settled by its own coroutine/);
  });
});

test('a task cancelled inside for await finalises the async generator, whose cleanup may wait', async () => {
  await virtually(async () => {
    const log: string[] = [];
    async function* numbers(): AsyncGenerator<number> {
      try {
        for (let number = 0; ; number++) {
          await sleep(10);
          yield number;
        }
      } finally {
        await sleep(5);
        log.push('finalised');
      }
    }
    const inside = createTask(async () => {
      for await (const _ of numbers()) {
      }
    });
    const between = createTask(async () => {
      for await (const _ of numbers()) await sleep(1000);
    });
    await sleep(15);
    inside.cancel();
    between.cancel();
    await sleep(10);
    assert.ok(inside.cancelled && between.cancelled);
    assert.equal(log, ['finalised', 'finalised']);
  });
});

test('handlers of then() run on behalf of the task that attached them, and so does what they start', async () => {
  await virtually(async () => {
    const seen: (string | undefined)[] = [];
    const other = createTask(async () => sleep(5), { name: 'other' });
    const task = createTask(
      async () => {
        await other.then(async () => {
          seen.push(currentTask()?.name);
          await sleep(1);
          seen.push(currentTask()?.name);
        });
      },
      { name: 'attached' },
    );
    await task;
    assert.equal(seen, ['attached', 'attached']);
  });
});

test('a chain of tasks, each started by the one before, keeps none of those that are done', async () => {
  await virtually(async () => {
    const link = (left: number): Task<unknown> =>
      createTask(async () => {
        await checkpoint();
        return left === 0 ? { task: currentTask() } : link(left - 1);
      });
    const last = (await link(20)) as { task: Task<unknown> };
    assert.is(last.task.parent, undefined);
  });
});

test('outside run() tasks work on an implicit root', async () => {
  const loop = currentLoop();
  const task = createTask(function* (): Coroutine<string> {
    yield* sleep(1);
    return yield* call(
      (function* () {
        yield* checkpoint();
        return currentLoop() === loop ? 'same loop' : 'another';
      })(),
    );
  });
  assert.is(await task, 'same loop');
  assert.is(currentTask(), undefined);
});

test('a forgotten star throws, and says what to write', async () => {
  const error = await run(
    function* forgetful() {
      yield sleep(1);
    } as never,
    { clock: new VirtualClock() },
  ).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.match(
    String(error),
    /yielded an? \w+ at forgetful \(.*task\.test\.ts:\d+:\d+\): a star is missing, write "yield\* …"/,
  );
});

test('tasks that wait for each other in a circle all end when one of them is cancelled, in either form', async () => {
  const endings = await virtually(async () => {
    const tasks: Task<void>[] = [];
    const next = (index: number): Task<void> => tasks[(index + 1) % 3]!;
    const log: string[] = [];
    tasks[0] = createTask(async () => {
      await sleep(1);
      await next(0);
    });
    tasks[1] = createTask(function* () {
      try {
        yield* sleep(1);
        yield* next(1);
      } finally {
        log.push('generator cleaned up');
      }
    });
    tasks[2] = createTask(async () => {
      await sleep(1);
      await gather(next(2), sleep(1e6));
    });
    await sleep(5);
    tasks[0]!.cancel();
    await sleep(1);
    return [...log, ...tasks.map((task) => task.cancelled)];
  });
  assert.equal(endings, ['generator cleaned up', true, true, true]);
});

inEachForm(
  'a task that cancels itself and ends without waiting is cancelled, unless it takes the request back',
  [true, 12],
  function* () {
    // biome-ignore lint/correctness/useYield: that it does not wait is the subject
    const ending = createTask(function* () {
      currentTask()!.cancel();
      return 12;
    });
    // biome-ignore lint/correctness/useYield: as above
    const staying = createTask(function* () {
      currentTask()!.cancel();
      currentTask()!.uncancel();
      return 12;
    });
    yield* wait([ending, staying]);
    return [ending.cancelled, staying.result()];
  },
);

test('is given up by abandonTask: done at once, whatever its function still does', async () => {
  const foreign = Promise.withResolvers<string>();
  const reported: unknown[] = [];
  await run(async () => {
    const task = createTask(() => foreign.promise.then(() => Promise.reject(new Error('too late'))));
    await checkpoint();
    task.cancel();
    await checkpoint();
    assert.is(task.done, false);
    assert.is(abandonTask(task), true);
    assert.is(task.done, true);
    assert.is(task.result(), undefined);
    assert.is(abandonTask(task), false);
    foreign.resolve('and its function fails');
  }).catch((error: unknown) => reported.push(error));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(reported, []);
});

test('does not hold up the end of a program once it is given up', async () => {
  const outcome = await run(async () => {
    const task = createTask(() => new Promise(() => {}));
    await checkpoint();
    abandonTask(task);
    return 'ended';
  });
  assert.is(outcome, 'ended');
});

test.run();
