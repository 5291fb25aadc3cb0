import { assert, suite } from '@oxbow/testkit';
import { createTask, type DebugReport, run, type SlowCallbackReport, sleep } from '../../src/index.ts';

const test = suite('reports of slow callbacks');

function hold(ms: number): void {
  // real time: a block is what is reported, and it lasts at least this long
  for (const startMs = performance.now(); performance.now() - startMs < ms; );
}

test('reach the reporter when the loop is free again: who, where from, what ran', async () => {
  let complete: SlowCallbackReport | undefined;
  const onReport = (report: DebugReport): void => {
    if (report.kind === 'slow-callback' && report.stack.some((frame) => frame.startsWith('hold ('))) {
      complete ??= report;
    }
  };
  async function holder(): Promise<void> {
    // On an overloaded machine a block may be over, or just left, before the watchdog has its stack: the next is longer.
    for (let holdMs = 200; complete === undefined; holdMs *= 2) {
      hold(holdMs);
      // real time: the report comes when the loop is free, behind the answer of the watchdog's thread; else it blocks again
      await sleep(150);
    }
  }
  async function main(): Promise<void> {
    await createTask(holder, { name: 'holder of the loop' });
  }
  await run(main, { debug: true, slowCallbackMs: 50, onReport });
  const { task, createdAt, ongoing, blockedMs, slowCallbackMs } = complete!;
  assert.is(task, 'holder of the loop');
  assert.match(createdAt!, /^main \(.*debug-report\.test\.ts:\d+:\d+\)$/);
  assert.not.ok(ongoing);
  assert.ok(blockedMs > slowCallbackMs);
});

test.run();
