import { assert, suite } from '@oxbow/testkit';
import { allTasks, createTask, currentLoop, currentTask, run, sleep, VirtualClock } from '../../src/index.ts';
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

test.run();
