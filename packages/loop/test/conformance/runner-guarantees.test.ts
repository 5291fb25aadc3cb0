// What asyncio promises of run() and its Runner, and tests: each promise once, in both forms of coroutine.
// covers: src/task/run.ts

import { getEventListeners } from 'node:events';
import { assert, suite } from '@oxbow/testkit';
import {
  CancelledError,
  ContextVar,
  type Coroutine,
  checkpoint,
  createTask,
  currentLoop,
  currentTask,
  type EventLoop,
  run,
  sleep,
  TaskGroup,
  until,
  VirtualClock,
} from '../../src/index.ts';
import { nameOf } from '../forms.ts';

const test = suite('runner guarantees');

const onVirtualTime = () => ({ clock: new VirtualClock() });

for (const form of ['async', 'generator'] as const) {
  const pick = <T>(
    asAsync: () => Promise<T>,
    asGenerator: () => Coroutine<T>,
  ): (() => Promise<T> | Coroutine<T>) => (form === 'async' ? asAsync : asGenerator);
  const start = <T>(asAsync: () => Promise<T>, asGenerator: () => Coroutine<T>): Promise<T> =>
    run(pick(asAsync, asGenerator) as () => Promise<T>, onVirtualTime()) as Promise<T>;
  const say = (title: string): string => `${title} (${form})`;

  test(say('the result of main is the result of the run'), async () => {
    const result = await start(
      async () => {
        await checkpoint();
        return 'done';
      },
      function* () {
        yield* checkpoint();
        return 'done';
      },
    );
    assert.is(result, 'done');
  });

  test(say('the error of main is the error of the run, the very same'), async () => {
    const failure = new RangeError('main');
    const thrown = await start(
      async () => {
        await checkpoint();
        throw failure;
      },
      function* () {
        yield* checkpoint();
        throw failure;
      },
    ).catch((error: unknown) => error);
    assert.is(thrown, failure);
  });

  test(say('a main that cancels itself ends the run as cancelled'), async () => {
    const thrown = await start(
      async () => {
        currentTask()!.cancel('enough');
        await sleep(1);
      },
      function* () {
        currentTask()!.cancel('enough');
        yield* sleep(1);
      },
    ).catch((error: unknown) => error);
    assert.ok(thrown instanceof CancelledError);
    assert.is(thrown.reason, 'enough');
  });

  test(
    say('tasks left over are cancelled, and their cleanup, waits included, has ended when the run has'),
    async () => {
      const log: string[] = [];
      await start(
        async () => {
          createTask(async () => {
            try {
              await sleep(100_000);
            } finally {
              await sleep(5);
              log.push('cleaned up');
            }
          });
          await checkpoint();
        },
        function* () {
          createTask(function* () {
            try {
              yield* sleep(100_000);
            } finally {
              yield* sleep(5);
              log.push('cleaned up');
            }
          });
          yield* checkpoint();
        },
      );
      assert.equal(log, ['cleaned up']);
    },
  );

  test(
    say('tasks left over are cancelled also when main has failed, and its error is the one that counts'),
    async () => {
      let cancelled = false;
      const thrown = await start(
        async () => {
          const left = createTask(() => sleep(100_000));
          left.addDoneCallback(() => {
            cancelled = left.cancelled;
          });
          await checkpoint();
          throw new RangeError('main');
        },
        function* () {
          const left = createTask(() => sleep(100_000));
          left.addDoneCallback(() => {
            cancelled = left.cancelled;
          });
          yield* checkpoint();
          throw new RangeError('main');
        },
      ).catch(nameOf);
      assert.equal([thrown, cancelled], ['RangeError', true]);
    },
  );

  test(
    say('what fails while it is cancelled at the end is reported, and the run keeps its result'),
    async () => {
      const reports: string[] = [];
      const result = await start(
        async () => {
          currentLoop().onUnhandled = (failure) => reports.push(`${failure.name}: ${String(failure.error)}`);
          createTask(
            async () => {
              try {
                await sleep(100_000);
              } finally {
                // biome-ignore lint/correctness/noUnsafeFinally: what it does is the subject
                throw new RangeError('cleanup');
              }
            },
            { name: 'left' },
          );
          await checkpoint();
          return 'result';
        },
        function* () {
          currentLoop().onUnhandled = (failure) => reports.push(`${failure.name}: ${String(failure.error)}`);
          createTask(
            function* () {
              try {
                yield* sleep(100_000);
              } finally {
                // biome-ignore lint/correctness/noUnsafeFinally: what it does is the subject
                throw new RangeError('cleanup');
              }
            },
            { name: 'left' },
          );
          yield* checkpoint();
          return 'result';
        },
      );
      assert.equal([result, reports], ['result', ['left: RangeError: cleanup']]);
    },
  );

  test(say('tasks created but not begun when main ends never begin'), async () => {
    const log: string[] = [];
    await start(
      async () => {
        createTask(async () => log.push('began'));
      },
      function* () {
        createTask(async () => log.push('began'));
      },
    );
    assert.ok(log.length <= 1);
  });

  test(say('a run has a loop of its own, which is closed with it'), async () => {
    const loops: EventLoop[] = [];
    const main = pick(
      async () => {
        loops.push(currentLoop());
        await checkpoint();
      },
      function* () {
        loops.push(currentLoop());
        yield* checkpoint();
      },
    ) as () => Promise<void>;
    await run(main, onVirtualTime());
    await run(main, onVirtualTime());
    assert.is.not(loops[0], loops[1]);
    assert.ok(loops.every((loop) => loop.closed));
    assert.throws(() => loops[0]!.callSoon(() => {}), /closed/);
  });

  test(say('what one run sets of a ContextVar does not reach the next'), async () => {
    const variable = new ContextVar<number>('runs', { default: 0 });
    const main = pick(
      async () => {
        const before = variable.get();
        variable.set(before + 1);
        await checkpoint();
        return before;
      },
      function* () {
        const before = variable.get();
        variable.set(before + 1);
        yield* checkpoint();
        return before;
      },
    ) as () => Promise<number>;
    assert.equal([await run(main), await run(main)], [0, 0]);
  });

  test(
    say('a signal that is aborted cancels main, which may clean up and give a result all the same'),
    async () => {
      const controller = new AbortController();
      const reason = new Error('stop');
      const main = pick(
        async () => {
          currentLoop().callLater(5, () => controller.abort(reason));
          await TaskGroup.run(async (group) => {
            group.createTask(() => sleep(100_000));
            await sleep(100_000);
          });
        },
        function* () {
          currentLoop().callLater(5, () => controller.abort(reason));
          yield* TaskGroup.run(function* (group) {
            group.createTask(() => sleep(100_000));
            yield* sleep(100_000);
          });
        },
      ) as () => Promise<void>;
      const thrown = await run(main, { ...onVirtualTime(), signal: controller.signal }).catch(
        (error: unknown) => error,
      );
      assert.ok(thrown instanceof CancelledError);
      assert.is(thrown.reason, reason);
    },
  );
}

test('an async main that swallows its cancellation gives its result', async () => {
  const controller = new AbortController();
  const result = await run(
    async () => {
      currentLoop().callLater(5, () => controller.abort());
      try {
        await sleep(100_000);
      } catch {
        return 'swallowed';
      }
      return '';
    },
    { ...onVirtualTime(), signal: controller.signal },
  );
  assert.is(result, 'swallowed');
});

test('a main that is no coroutine at all is run, and gives what it returns', async () => {
  assert.is(await run(() => 5), 5);
  assert.is(await run(() => Promise.resolve(6)), 6);
  assert.is(await run(() => undefined), undefined);
});

test('what is not a function is refused, with what to write', async () => {
  const refusals = await Promise.all(
    [undefined, 5, Promise.resolve(1), (async () => {})()].map((main) =>
      run(main as never).catch((error: unknown) => (error as Error).message),
    ),
  );
  for (const message of refusals)
    assert.match(message as string, /run\(\) takes a function.*write run\(async \(\) => …\)/);
});

test('cleanup that starts tasks whose cleanup starts tasks is waited for to the last', async () => {
  const log: string[] = [];
  const generation = (number: number): void => {
    createTask(async () => {
      try {
        await sleep(100_000);
      } finally {
        log.push(`generation ${number}`);
        if (number < 5) generation(number + 1);
        await sleep(1);
      }
    });
  };
  await run(async () => {
    generation(1);
    await checkpoint();
  }, onVirtualTime());
  assert.equal(
    log,
    [1, 2, 3, 4, 5].map((number) => `generation ${number}`),
  );
});

test('a signal that is never aborted is left without a listener', async () => {
  const { signal } = new AbortController();
  await run(async () => checkpoint(), { signal });
  assert.is(getEventListeners(signal, 'abort').length, 0);
});

test('a run that has ended has no alarm left with its clock: nothing keeps the process', async () => {
  let alarms = 0;
  class CountingClock extends VirtualClock {
    override setAlarm(atMs: number, wake: () => void): () => void {
      const takeBack = super.setAlarm(atMs, wake);
      alarms++;
      return () => {
        alarms--;
        takeBack();
      };
    }
  }
  await run(
    async () => {
      currentLoop().callLater(60_000, () => {});
      await until(new Promise((resolve) => setImmediate(resolve)));
      assert.is(alarms, 1);
    },
    { clock: new CountingClock({ autoJump: false }) },
  );
  assert.is(alarms, 0);
});

test('what closing a resource starts is ended and waited for too', async () => {
  const log: string[] = [];
  await run(async () => {
    const loop = currentLoop();
    const lastWill = async (): Promise<void> => {
      try {
        await sleep(100_000);
      } finally {
        await sleep(1);
        log.push('ended');
      }
    };
    loop.onClose(
      () =>
        new Promise<void>((resolve) => {
          loop.callSoon(() => {
            createTask(lastWill);
            loop.callSoon(resolve);
          });
        }),
    );
    await checkpoint();
  }, onVirtualTime());
  assert.equal(log, ['ended']);
});

test('an onUnhandled that fails itself stops nobody', async () => {
  const log: string[] = [];
  const original = console.error;
  console.error = (message: string) => log.push(message);
  try {
    await run(async () => {
      currentLoop().onUnhandled = () => {
        throw new RangeError('the reporter');
      };
      currentLoop().callSoon(() => {
        throw new TypeError('the callback');
      });
      currentLoop().callSoon(() => log.push('went on'));
      await sleep(1);
    }, onVirtualTime());
  } finally {
    console.error = original;
  }
  assert.equal(log, ['onUnhandled itself failed:', 'went on']);
});

test.run();
