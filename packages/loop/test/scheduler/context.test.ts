import { AsyncLocalStorage } from 'node:async_hooks';
import { assert, suite } from '@oxbow/testkit';
import {
  CancelScope,
  type Coroutine,
  call,
  checkpoint,
  createTask,
  currentLoop,
  currentTask,
  Future,
  gather,
  Lock,
  Queue,
  run,
  sleep,
  TaskGroup,
  timeout,
  until,
  VirtualClock,
} from '../../src/index.ts';
import { bindToTask, createOp } from '../../src/lowlevel.ts';
import { virtually } from '../forms.ts';

const test = suite('asynchronous context');

const store = new AsyncLocalStorage<string>();
const seen = (): string | undefined => store.getStore();

/** What a coroutine of each form sees, and sees again after it has waited. */
const inAsync = async (): Promise<string> => {
  const first = seen();
  await sleep(1);
  await checkpoint();
  return `${first} ${seen()}`;
};
function* inGenerator(): Coroutine<string> {
  const first = seen();
  yield* sleep(1);
  yield* checkpoint();
  return `${first} ${seen()}`;
}

/** Everything that starts something, each as a function that gives what was seen there. */
const starts: Record<string, () => PromiseLike<unknown>> = {
  'createTask of an async function': () => createTask(inAsync),
  'createTask of a generator': () => createTask(inGenerator),
  'createTask of a plain function': () => createTask(() => `${seen()} ${seen()}`),
  'a child of a TaskGroup': () => TaskGroup.run(async (group) => group.createTask(inAsync)),
  'a generated child of a TaskGroup': () => TaskGroup.run(async (group) => group.createTask(inGenerator)),
  'the body of a TaskGroup': () => TaskGroup.run(inAsync),
  'the generated body of a TaskGroup': () => TaskGroup.run(inGenerator),
  call: () => call(inGenerator()),
  'timeout of an async function': () => timeout(1000, inAsync),
  'timeout of a generator': () => timeout(1000, inGenerator),
  'timeout of a function that returns a generator': () => timeout(1000, () => inGenerator()),
  'CancelScope of an async function': () => new CancelScope().run(inAsync),
  'CancelScope of a generator': () => new CancelScope().run(inGenerator),
  'gather of a generator': () => gather(inGenerator()).then(([value]) => value),
  'Lock.run of an async function': () => new Lock().run(inAsync),
  'Lock.run of a generator': () => new Lock().run(inGenerator),
  'a generator in a generator': () =>
    createTask(function* () {
      return yield* call(inGenerator());
    }),
  'an async function in a generator': () =>
    createTask(function* () {
      return yield* timeout(1000, inAsync);
    }),
  'then of a task': () => createTask(() => 1).then(inAsync),
  'catch of a task': () =>
    createTask(() => {
      throw new Error('for catch');
    }).catch(inAsync),
  'finally of a task': () => {
    let found = '';
    return createTask(() => 1)
      .finally(async () => {
        found = await inAsync();
      })
      .then(() => found);
  },
  addDoneCallback: () => {
    const told = new Future<string>();
    createTask(() => 1).addDoneCallback(() => told.setResult(`${seen()} ${seen()}`));
    return told;
  },
  callSoon: () => {
    const told = new Future<string>();
    currentLoop().callSoon((word) => told.setResult(`${seen()} ${word}`), 'of the request');
    return told;
  },
  callLater: () => {
    const told = new Future<string>();
    currentLoop().callLater(1, () => told.setResult(`${seen()} ${seen()}`));
    return told;
  },
  callAt: () => {
    const told = new Future<string>();
    const loop = currentLoop();
    loop.callAt(loop.time() + 1, () => told.setResult(`${seen()} ${seen()}`));
    return told;
  },
  'onCancel of a future': () => {
    const told = new Future<string>();
    const future = new Future({ onCancel: () => told.setResult(`${seen()} ${seen()}`) });
    store.run('of the canceller', () => future.cancel());
    return told;
  },
  'the undo of an Op': () => {
    const told = new Future<string>();
    const op = createOp<void>(() => () => told.setResult(`${seen()} ${seen()}`));
    const task = createTask(async () => op);
    currentLoop().callLater(1, () => store.run('of the canceller', () => task.cancel()));
    return told;
  },
  'the undo of a wait of a task': () => {
    const told = new Future<string>();
    const task = createTask(() => bindToTask<void>(() => () => told.setResult(`${seen()} ${seen()}`)));
    currentLoop().callLater(1, () => store.run('of the canceller', () => task.cancel()));
    return told;
  },
};

const EXPECTED = 'of the request of the request';

for (const [what, start] of Object.entries(starts)) {
  test(`${what} runs in the context in which it was started`, async () => {
    await virtually(async () => {
      // What is lazy starts where it is awaited.
      const started = store.run('of the request', async () => await start());
      // What goes on meanwhile, in another context, is not what anybody sees.
      await store.run('of somebody else', () => createTask(inAsync));
      assert.is(await started, EXPECTED);
      assert.is(seen(), undefined);
    });
  });

  test(`${what} does so when a generator starts it`, async () => {
    await run(
      function* () {
        const started = store.run('of the request', () =>
          createTask(function* () {
            return yield* until(start());
          }),
        );
        yield* store.run('of somebody else', () => createTask(inGenerator));
        assert.is(yield* started, EXPECTED);
        assert.is(seen(), undefined);
      },
      { clock: new VirtualClock() },
    );
  });

  test(`${what} does so on the implicit loop`, async () => {
    assert.is(await store.run('of the request', async () => await start()), EXPECTED);
    assert.is(seen(), undefined);
  });
}

test('main runs in the context of run()', async () => {
  const clock = (): { clock: VirtualClock } => ({ clock: new VirtualClock() });
  const expected = 'of the program of the program';
  assert.is(await store.run('of the program', () => run(inAsync, clock())), expected);
  assert.is(await store.run('of the program', () => run(inGenerator, clock())), expected);
});

test('what run() closes at its end is closed in the context in which it was registered', async () => {
  let found: string | undefined;
  await run(async () => {
    store.run('of the resource', () => {
      currentLoop().onClose(() => {
        found = seen();
      });
    });
  });
  assert.is(found, 'of the resource');
});

const concurrent = async (form: (name: string) => PromiseLike<unknown>): Promise<void> => {
  await virtually(async () => {
    const names = ['a', 'b', 'c', 'd'];
    const tasks = names.map((name) => store.run(name, () => form(name)));
    assert.equal(
      await gather(tasks),
      names.map((name) => [name, name, name, name]),
    );
  });
};

test('tasks that take turns each keep their own', async () => {
  await concurrent(() =>
    createTask(function* () {
      const found = [seen()];
      for (let step = 0; step < 3; step++) {
        yield* checkpoint();
        found.push(seen());
      }
      return found;
    }),
  );
  await concurrent(() =>
    createTask(async () => {
      const found = [seen()];
      for (let step = 0; step < 3; step++) {
        await checkpoint();
        found.push(seen());
      }
      return found;
    }),
  );
});

test('enterWith holds for the rest of the task that called it, in both forms, and for nobody else', async () => {
  await virtually(async () => {
    const queue = new Queue<string | undefined>();
    const entering = createTask(function* () {
      store.enterWith('of the entering one');
      yield* sleep(2);
      const inside = seen();
      yield* call(
        (function* (): Coroutine<void> {
          yield* sleep(2);
          queue.putNoWait(seen());
        })(),
      );
      return inside;
    });
    const enteringToo = createTask(async () => {
      store.enterWith('of the other');
      await sleep(3);
      return seen();
    });
    const watching = createTask(function* () {
      const found: unknown[] = [];
      for (let step = 0; step < 8; step++) {
        found.push(seen());
        yield* sleep(1);
      }
      return found;
    });
    const callback = new Future<string | undefined>();
    currentLoop().callLater(2, () => callback.setResult(seen()));
    assert.is(await entering, 'of the entering one');
    assert.is(await queue.get(), 'of the entering one');
    assert.is(await enteringToo, 'of the other');
    assert.is(await callback, undefined);
    assert.equal(await watching, new Array(8).fill(undefined));
    assert.is(seen(), undefined);
  });
});

test('a task that is started after enterWith inherits what was entered', async () => {
  await virtually(async () => {
    const found = await createTask(function* () {
      store.enterWith('inherited');
      return yield* createTask(inGenerator);
    });
    assert.is(found, 'inherited inherited');
  });
});

test('cleanup after a cancellation sees the context of its task', async () => {
  await virtually(async () => {
    const found: unknown[] = [];
    const tasks = store.run('of the task', () => [
      createTask(async () => {
        try {
          await sleep(1000);
        } finally {
          await sleep(1);
          found.push(seen());
        }
      }),
      createTask(function* () {
        try {
          yield* sleep(1000);
        } finally {
          yield* sleep(1);
          found.push(seen());
        }
      }),
    ]);
    await sleep(1);
    store.run('of the canceller', () => {
      for (const task of tasks) task.cancel();
    });
    await gather(tasks, { returnExceptions: true });
    assert.equal(found, ['of the task', 'of the task']);
  });
});

test('a callback runs on behalf of no task, whatever its context', async () => {
  await virtually(async () => {
    const found: unknown[] = [];
    await createTask(async () => {
      await store.run('of the task', async () => {
        currentLoop().callSoon(() => found.push(currentTask()));
        createTask(() => 1).addDoneCallback(() => found.push(currentTask()));
        await sleep(1);
      });
    });
    await createTask(function* () {
      store.run('of the task', () => currentLoop().callSoon(() => found.push(currentTask())));
      yield* sleep(1);
    });
    assert.equal(found, [undefined, undefined, undefined]);
  });
});

test('a native promise that a generator makes belongs to nobody, and keeps the context', async () => {
  await virtually(async () => {
    const [task, context] = await store.run('of the generator', () =>
      createTask(function* () {
        const native = Promise.resolve().then(() => [currentTask(), seen()]);
        yield* sleep(1);
        return yield* gather([native]).then(([value]) => value);
      }),
    );
    assert.is(task, undefined);
    assert.is(context, 'of the generator');
  });
});

test.run();
