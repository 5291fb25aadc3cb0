// covers: src/scheduler/loop-options.ts
// covers: src/debug/running.ts src/debug/watchdog.ts
import { assert, suite } from '@oxbow/testkit';
import { watchdogThread } from '../../src/debug/watchdog.ts';
import {
  createTask,
  currentLoop,
  type DebugReport,
  EventLoop,
  run,
  sleep,
  VirtualClock,
} from '../../src/index.ts';
import { debugByEnvironment } from '../../src/scheduler/loop-options.ts';

const test = suite('debug mode');

function hold(ms: number): void {
  // real time: a block is what is reported, and it lasts at least this long
  for (const startMs = performance.now(); performance.now() - startMs < ms; );
}

/** Runs `main` in debug mode on a virtual clock; gives what was reported. */
async function reportsOf(main: () => Promise<void>): Promise<DebugReport[]> {
  const reports: DebugReport[] = [];
  const onReport = (report: DebugReport): void => void reports.push(report);
  // An overloaded machine looks like a block while the watchdog thread is starting.
  await run(main, { debug: true, slowCallbackMs: 60_000, clock: new VirtualClock(), onReport });
  return reports;
}

test('says nothing of a program in order', async () => {
  assert.equal(
    await reportsOf(async () => {
      await createTask(function* () {
        yield* sleep(5);
      });
    }),
    [],
  );
});

test('reports Ops never started, and generators that a coroutine only returned', async () => {
  const reports = await reportsOf(async () => {
    void sleep(5);
    await createTask(async function careless() {
      return (function* inner() {
        yield* sleep(1);
      })();
    });
  });
  assert.equal(
    reports.map((report) => [report.kind, report.kind === 'never-started' && report.name]),
    [
      ['never-started', 'the generator returned by "careless"'],
      ['never-started', 'sleep'],
    ],
  );
});

test('reports failures nobody looked at, with the place their task was created', async () => {
  const [report] = await reportsOf(async function main() {
    createTask(async function unlucky() {
      throw new RangeError('nobody looks');
    });
    await sleep(1);
  });
  assert.is(report?.kind, 'unhandled-failure');
  assert.match(report!.text, 'RangeError: nobody looks');
  assert.match(report!.text, /created at main \(.*debug-mode\.test\.ts:\d+:\d+\)/);
});

test('a reporter that throws does no harm', async () => {
  const { error } = console;
  const said: unknown[] = [];
  console.error = (...args: unknown[]) => said.push(args);
  try {
    const broken = async (): Promise<number> => {
      void sleep(5);
      return 7;
    };
    const result = await run(broken, {
      debug: true,
      onReport: () => {
        throw new Error('broken reporter');
      },
    });
    assert.is(result, 7);
    assert.is(said.length, 1);
  } finally {
    console.error = error;
  }
});

test('a block is seen from the first turn on, before the watchdog thread is up', async () => {
  for (const [title, main] of [
    [
      'the first turn',
      async () => {
        hold(60);
      },
    ],
    [
      'a later step of a generator',
      function* () {
        yield* sleep(0);
        hold(60);
      },
    ],
    [
      'the continuation of an async function',
      async () => {
        await sleep(0);
        await null;
        hold(60);
      },
    ],
  ] as const) {
    const reports: DebugReport[] = [];
    async function outer(): Promise<void> {
      await createTask(main as () => Promise<void>, { name: 'holder' });
    }
    await run(outer, { debug: true, slowCallbackMs: 30, onReport: (report) => reports.push(report) });
    const [report, ...more] = reports;
    assert.is(report?.kind, 'slow-callback', title);
    if (report?.kind !== 'slow-callback') return;
    assert.is(report.task, 'holder', title);
    assert.match(report.createdAt!, /^outer \(.*debug-mode\.test\.ts/, title);
    assert.match(report.text, 'seen when it was over: ', title);
    assert.not(report.ongoing, title);
    assert.is(more.length, 0, title);
  }
});

test('one watchdog serves all runs, nested and beside each other, and ends with the last', async () => {
  assert.is(watchdogThread(), undefined);
  const debug = { debug: true, onReport: () => {} };
  const threads = new Set<number | undefined>();
  const look = async (): Promise<void> => {
    threads.add(watchdogThread());
    await sleep(1);
    threads.add(watchdogThread());
  };
  await Promise.all([
    run(look, debug),
    run(async () => {
      await run(look, debug);
      await look();
    }, debug),
  ]);
  assert.is(threads.size, 1);
  assert.type([...threads][0], 'number');
  assert.is(watchdogThread(), undefined);
});

test('without it a loop has no instrument; OXBOW_DEBUG turns it on', async () => {
  const before = process.env.OXBOW_DEBUG;
  const instrumented = (): Promise<boolean> =>
    run(async () => currentLoop().instrument !== undefined && currentLoop().debug, { onReport: () => {} });
  try {
    for (const [value, on] of [
      ['1', true],
      ['true', true],
      ['0', false],
      ['', false],
    ] as const) {
      process.env.OXBOW_DEBUG = value;
      assert.is(debugByEnvironment(), on, `OXBOW_DEBUG=${value}`);
      assert.is(await instrumented(), on);
    }
    delete process.env.OXBOW_DEBUG;
    assert.not.ok(await instrumented());
    process.env.OXBOW_DEBUG = '1';
    assert.not.ok(await run(async () => currentLoop().debug, { debug: false }), 'the option wins');
  } finally {
    if (before === undefined) delete process.env.OXBOW_DEBUG;
    else process.env.OXBOW_DEBUG = before;
  }
});

test('a loop turns it on and off, and off for good when it is closed', () => {
  const loop = new EventLoop();
  assert.not(loop.debug);
  loop.debug = true;
  assert.ok(loop.debug);
  assert.is.not(loop.instrument, undefined);
  assert.is.not(watchdogThread(), undefined);
  loop.debug = false;
  assert.is(loop.instrument, undefined);
  assert.is(watchdogThread(), undefined);
  loop.debug = true;
  loop.close();
  assert.not(loop.debug);
  assert.is(watchdogThread(), undefined);
});

test('a loop made with it tells its own reporter', () => {
  const reports: DebugReport[] = [];
  const loop = new EventLoop({ debug: true, onReport: (report) => reports.push(report) });
  loop.onUnhandled({ message: 'nobody looked', error: new Error('lost'), name: 'job' });
  loop.close();
  assert.equal(
    reports.map(({ kind }) => kind),
    ['unhandled-failure'],
  );
});

test('who listens to failures by a function of its own goes on doing so', () => {
  const loop = new EventLoop();
  const own = (): void => {};
  loop.onUnhandled = own;
  loop.debug = true;
  assert.is(loop.onUnhandled, own);
  loop.close();
  assert.is(loop.onUnhandled, own);
});

test('after it, failures go where they went before', () => {
  const loop = new EventLoop();
  const before = loop.onUnhandled;
  loop.debug = true;
  assert.is.not(loop.onUnhandled, before);
  loop.debug = false;
  assert.is(loop.onUnhandled, before);
  loop.close();
});

test.run();
