import { assert, suite } from '@oxbow/testkit';
import {
  allTasks,
  CancelScope,
  type Coroutine,
  call,
  checkpoint,
  createTask,
  currentLoop,
  currentTask,
  Event,
  Lock,
  Queue,
  run,
  sleep,
  TaskGroup,
  timeout,
  until,
  VirtualClock,
} from '../../src/index.ts';
import { bindToTask } from '../../src/lowlevel.ts';
import { nameOf } from '../forms.ts';

const test = suite('run');

test('gives the result of main, in either form, and throws its error', async () => {
  assert.is(await run(async () => 'async'), 'async');
  assert.is(
    await run(function* () {
      yield* sleep(1);
      return 'generator';
    }),
    'generator',
  );
  assert.is(
    await run(async () => {
      throw new RangeError('main');
    }).then(() => '', nameOf),
    'RangeError',
  );
});

test('has a loop of its own, closed afterwards', async () => {
  const outside = currentLoop();
  const inside = await run(async () => {
    await sleep(1);
    return currentLoop();
  });
  assert.is.not(inside, outside);
  assert.ok(inside.closed);
  assert.is(currentLoop(), outside);
});

test('two runs beside each other do not mix', async () => {
  const seen = await Promise.all(
    [1, 2].map((number) =>
      run(
        async () => {
          await sleep(1000 * number);
          return [currentLoop().time(), allTasks().size];
        },
        { clock: new VirtualClock() },
      ),
    ),
  );
  assert.equal(seen, [
    [1000, 1],
    [2000, 1],
  ]);
});

test('cancels what is left, waits for it, and for what its cleanup starts', async () => {
  const log: string[] = [];
  const result = await run(
    async () => {
      createTask(async () => {
        try {
          await sleep(1e6);
        } finally {
          await sleep(10);
          log.push('async cleaned up');
          createTask(async () => {
            try {
              await sleep(1e6);
            } finally {
              log.push('late one cleaned up');
            }
          });
          await sleep(0);
        }
      });
      createTask(function* () {
        try {
          yield* sleep(1e6);
        } finally {
          yield* sleep(5);
          log.push('generator cleaned up');
        }
      });
      await sleep(1);
      return 'main';
    },
    { clock: new VirtualClock() },
  );
  assert.is(result, 'main');
  assert.equal(log, ['generator cleaned up', 'async cleaned up', 'late one cleaned up']);
});

test('a signal cancels main, also one that is aborted already, and its listener is taken off', async () => {
  const controller = new AbortController();
  const running = run(async () => sleep(1e6), { signal: controller.signal });
  controller.abort('enough');
  const error = await running.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.is(String(error), 'CancelledError: Cancelled: enough');
  let began = false;
  const late = run(
    async () => {
      began = true;
    },
    { signal: controller.signal },
  );
  assert.is(await late.then(() => '', nameOf), 'CancelledError');
  assert.not(began);
});

test('leaves signals alone when it is told to', async () => {
  const count = (): number[] =>
    (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const).map((signal) => process.listenerCount(signal));
  const before = count();
  assert.equal(await run(async () => count(), { signals: false }), before);
  const [int, term, hup, quit] = before as [number, number, number, number];
  assert.equal(await run(async () => count(), { signals: { quit: false } }), [
    int + 1,
    term + 1,
    hup + 1,
    quit,
  ]);
  assert.match(
    await run(async () => {}, { signals: { quiet: true } } as never).then(() => '', String),
    /"quit"/,
  );
});

test('takes its SIGINT handler off again', async () => {
  const before = process.listenerCount('SIGINT');
  await run(async () => {
    assert.is(process.listenerCount('SIGINT'), before + 1);
  });
  assert.is(process.listenerCount('SIGINT'), before);
  await run(async () => {
    throw new Error('x');
  }).catch(() => {});
  assert.is(process.listenerCount('SIGINT'), before);
});

test('accepts debug options, and refuses options it does not know', async () => {
  const loop = await run(async () => currentLoop(), { slowCallbackMs: 50 });
  assert.is(loop.slowCallbackMs, 50);
  assert.not(loop.debug);
  assert.match(
    await run(async () => {}, { slowCallback: 5 } as never).then(() => '', String),
    /did you mean "slowCallbackMs"/,
  );
  assert.match(await run(5 as never).then(() => '', String), /run\(\) takes a function, got 5/);
});

test('main is named after its function', async () => {
  assert.is(
    await run(async function program() {
      return currentTask()!.name;
    }),
    'program',
  );
});

/** Runs a program whose main ends while `body` floats: nobody awaits it. Returns what was logged. */
async function floating(body: (log: string[]) => Promise<void>): Promise<string[]> {
  const log: string[] = [];
  await run(
    async () => {
      void body(log).then(
        () => log.push('ended'),
        (error: unknown) => log.push(`failed: ${(error as { code?: string }).code ?? nameOf(error)}`),
      );
      await sleep(1);
    },
    { clock: new VirtualClock() },
  );
  log.push('run has ended');
  // Whatever it does in microtasks is done.
  await new Promise((resolve) => setImmediate(resolve));
  return log;
}

test('an async function that nobody awaits is cancelled at the end; its cleanup runs, and may wait', async () => {
  const log = await floating(async (told) => {
    try {
      await sleep(60_000);
    } finally {
      await sleep(100);
      await checkpoint();
      told.push('cleaned up');
    }
  });
  assert.equal(log, ['cleaned up', 'failed: ERR_OXBOW_LOOP_CANCELLED', 'run has ended']);
});

test('so is one in any Op: a lock, a queue, a scope, a group, a task', async () => {
  const lock = new Lock();
  await lock.acquire();
  const waits: (() => PromiseLike<unknown>)[] = [
    () => lock.acquire(),
    () => new Queue().get(),
    () => timeout(60_000, () => sleep(60_000)),
    () => new CancelScope().run(() => sleep(60_000)),
    () => TaskGroup.run(async (group) => group.createTask(() => sleep(60_000))),
    () => createTask(() => sleep(60_000)),
    () => until(new Promise(() => {})),
    () => call(sleepLong()),
  ];
  function* sleepLong(): Coroutine<void> {
    yield* sleep(60_000);
  }
  for (const wait of waits) {
    const log = await floating(async () => void (await wait()));
    assert.equal(log, ['failed: ERR_OXBOW_LOOP_CANCELLED', 'run has ended'], String(wait));
  }
});

test('what a task other than main has left behind too', async () => {
  const log: string[] = [];
  await run(
    async () => {
      await createTask(async () => {
        void (async () => {
          try {
            await sleep(60_000);
          } finally {
            log.push('cleaned up');
          }
        })().catch(() => {});
      });
      log.push(`${allTasks().size} task`);
    },
    { clock: new VirtualClock() },
  );
  assert.equal(log, ['1 task', 'cleaned up']);
});

test('a wait of a native promise that was dropped is undone', async () => {
  const log: string[] = [];
  await run(async () => {
    void bindToTask<void>(() => () => log.push('undone'));
    await sleep(1);
  });
  assert.equal(log, ['undone']);
});

test('a function whose first wait comes after the end is told that the loop is closed', async () => {
  let goOn!: () => void;
  const native = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const waits: (() => PromiseLike<unknown>)[] = [
    () => sleep(1),
    () => checkpoint(),
    () => new Event().wait(),
    () => bindToTask(() => {}),
    () => sleep(1).then(() => {}),
  ];
  const ends = waits.map(() => '');
  await run(async () => {
    for (const [index, wait] of waits.entries()) {
      void (async () => {
        try {
          await native;
          await wait();
        } catch (error) {
          ends[index] = (error as { code: string }).code;
        }
      })();
    }
    await sleep(1);
  });
  goOn();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(
    ends,
    waits.map(() => 'ERR_OXBOW_LOOP_CLOSED'),
  );
});

test('task.ended is a promise of the end that never rejects, and does not count as looking', async () => {
  const reports: string[] = [];
  await run(async () => {
    currentLoop().onUnhandled = ({ error }) => reports.push(String(error));
    const good = createTask(async () => 'value');
    const bad = createTask(() => Promise.reject(new RangeError('bad')));
    const long = createTask(() => sleep(60_000));
    assert.instance(good.ended, Promise);
    assert.is(good.ended, good.ended);
    assert.is(await good.ended, undefined);
    await bad.ended;
    assert.ok(bad.done);
    const waiting = createTask(() => long.ended);
    await sleep(1);
    waiting.cancel();
    await sleep(1);
    assert.not(long.done);
    long.cancel();
    await long.ended;
    await waiting.ended;
    assert.ok(long.cancelled);
    assert.is(await good.ended, undefined);
  });
  assert.equal(reports, ['RangeError: bad']);
});

test.run();
