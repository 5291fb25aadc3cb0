import { assert, suite } from '@oxbow/testkit';
import { createTask, type DebugReport, run, type SlowCallbackReport, sleep } from '../../src/index.ts';

const test = suite('reports of slow callbacks');

/** Blocks again and again: on an overloaded machine a block may be over, or just left, before the watchdog has its stack. */
const MAX_BLOCKS = 10;

function hold(ms: number): void {
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
    for (let count = 0; complete === undefined && count < MAX_BLOCKS; count++) {
      hold(400);
      await sleep(150);
    }
  }
  async function main(): Promise<void> {
    await createTask(holder, { name: 'holder of the loop' });
  }
  await run(main, { debug: true, slowCallbackMs: 50, onReport });
  assert.ok(complete, `no stack showed what ran in ${MAX_BLOCKS} blocks`);
  const { task, createdAt, ongoing, blockedMs, slowCallbackMs } = complete!;
  assert.is(task, 'holder of the loop');
  assert.match(createdAt!, /^main \(.*debug-report\.test\.ts:\d+:\d+\)$/);
  assert.not.ok(ongoing);
  assert.ok(blockedMs > slowCallbackMs);
});

test.run();
