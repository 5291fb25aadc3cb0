// covers: src/debug/trace-recorder.ts, src/debug/turn-owner.ts
import { assert, suite } from '@oxbow/testkit';
import {
  createTask,
  currentLoop,
  type LoopTrace,
  Queue,
  run,
  sleep,
  traceLoop,
  VirtualClock,
} from '../../src/index.ts';
import { bindToTask } from '../../src/lowlevel.ts';
import { virtually } from '../forms.ts';

const test = suite('traceLoop');

/** The arrows of a diagram. */
function arrows(trace: LoopTrace): string[] {
  return trace
    .toMermaid({ maxSteps: 1000 })
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.includes('>>'));
}

const LIFE = [
  'Loop->>T1: start',
  'T1->>Loop: createTask child',
  'T1->>Loop: wait for task child',
  'Loop->>T2: start',
  'T2->>Loop: wait for sleep',
  'Loop->>IO: sleep',
  'IO-->>Loop: sleep is over',
  'Loop->>T2: resume',
  'T2->>Loop: wait for Queue.get',
  'Loop->>T2: resume',
  'T2-->>Loop: returned',
  'Loop->>T1: resume',
];

/** The order of the first turns differs: an async function awaits in a microtask, a generator in its own turn. */
const sorted = (lines: readonly string[]): string[] => [...lines].sort();

test('records an async function: its steps and what it waits for between them', async () => {
  const trace = await virtually(async function main() {
    const recording = traceLoop();
    const queue = new Queue<number>();
    currentLoop().callLater(9, () => queue.putNoWait(1));
    await createTask(async function child() {
      await sleep(5);
      await queue.get();
    });
    recording.stop();
    return recording;
  });
  assert.equal(sorted(arrows(trace).filter((line) => !line.includes('callback'))), sorted(LIFE));
});

test('records a generator alike', async () => {
  const trace = await run(
    function* main() {
      const recording = traceLoop();
      const queue = new Queue<number>();
      currentLoop().callLater(9, () => queue.putNoWait(1));
      yield* createTask(function* child() {
        yield* sleep(5);
        yield* queue.get();
      });
      recording.stop();
      return recording;
    },
    { clock: new VirtualClock() },
  );
  assert.equal(
    arrows(trace).filter((line) => !line.includes('callback')),
    LIFE,
  );
});

test('knows native promises that belong to a task, failures and cancellations', async () => {
  const trace = await virtually(async function main() {
    const recording = traceLoop();
    const ignore = (): void => {};
    await createTask(async function reader() {
      await bindToTask<void>((settle) => void currentLoop().callLater(1, () => settle.resolve()));
      throw new Error('torn');
    }).then(ignore, ignore);
    const sleeper = createTask(async () => sleep(1e6), { name: 'sleeper' });
    await sleep(1);
    sleeper.cancel();
    await sleeper.then(ignore, ignore);
    recording.stop();
    return recording;
  });
  const seen = arrows(trace).join('\n');
  assert.match(seen, 'T2->>Loop: wait for promise\nLoop->>IO: promise');
  assert.match(seen, 'IO-->>Loop: promise is over\nLoop->>T2: resume\nT2-->>Loop: failed');
  assert.match(seen, 'T3-->>Loop: cancelled');
});

test('gives JSON in which no two slices of a task overlap', async () => {
  const trace = await virtually(async () => {
    const recording = traceLoop();
    const tasks = Array.from({ length: 5 }, (_, index) =>
      createTask(async () => {
        await sleep(index);
        await sleep(3);
      }),
    );
    for (const task of tasks) await task;
    recording.stop();
    return recording;
  });
  const { traceEvents } = JSON.parse(trace.toChromeTrace()) as {
    traceEvents: { ph: string; tid: number; ts: number; dur: number }[];
  };
  const slices = traceEvents
    .filter(({ ph }) => ph === 'X')
    .sort((a, b) => a.tid - b.tid || a.ts - b.ts || a.dur - b.dur);
  assert.ok(slices.length > 15);
  slices.reduce((previous, slice) => {
    if (previous.tid === slice.tid) assert.ok(previous.ts + previous.dur <= slice.ts);
    return slice;
  });
});

test('keeps the latest maxEvents, and counts the others', async () => {
  const trace = await virtually(async () => {
    const recording = traceLoop({ maxEvents: 10 });
    for (let count = 0; count < 20; count++) await sleep(1);
    recording.stop();
    return recording;
  });
  assert.is(trace.size, 10);
  assert.ok(trace.dropped > 10);
  assert.match(trace.toMermaid(), `${trace.dropped} earlier events were dropped`);
});

test('ends by stop() or dispose, however often, and leaves the loop without hooks', async () => {
  await virtually(async () => {
    const loop = currentLoop();
    const trace = traceLoop({ loop });
    assert.ok(loop.instrument);
    trace[Symbol.dispose]();
    trace.stop();
    assert.is(loop.instrument, undefined);
    const { size } = trace;
    await sleep(1);
    assert.is(trace.size, size);
  });
});

test('refuses what it cannot do', () => {
  for (const maxEvents of [0, -1, 1.5, Number.NaN])
    assert.throws(() => traceLoop({ maxEvents }), /whole number of 1 or more/);
  assert.throws(() => traceLoop({ maxEvent: 1 } as object), /did you mean "maxEvents"/);
  const trace = traceLoop();
  trace.stop();
  assert.throws(() => trace.toMermaid({ maxSteps: 0 }), /toMermaid/);
});

test('one that was begun before run() says where to begin it', async () => {
  const trace = traceLoop();
  await run(() => sleep(1), { clock: new VirtualClock() });
  trace.stop();
  assert.match(
    trace.toMermaid(),
    /Note over Loop: nothing was recorded: .* Call traceLoop\(\) inside of run\(\)/,
  );
  assert.match(JSON.parse(trace.toChromeTrace()).otherData.note, 'inside of run()');
});

test.run();
