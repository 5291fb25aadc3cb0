// How plain promise code adopts cancellation: a signal in for what it calls, and a task around it that can be cancelled.
// `delay` stands for any function that takes an AbortSignal: fetch, node:timers, node:fs, a database driver.
import { setTimeout as delay } from 'node:timers/promises';
import { CancelledError, createTask, currentSignal, run, sleep, timeout } from '@oxbow/loop';

/** Code that knows nothing of tasks but takes a signal. */
async function fetchReport(name: string, signal: AbortSignal): Promise<string> {
  await delay(name === 'slow' ? 60_000 : 10, undefined, { signal });
  return `the ${name} report`;
}

await run(async () => {
  // In: the signal of the running task. Whatever cancels the task aborts the work.
  const report = createTask(async () => fetchReport('slow', currentSignal()));
  await sleep(20);
  report.cancel('nobody wants it any more');
  try {
    await report;
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    console.log(`ended: ${error.message}`);
  }

  // Out: a deadline becomes a signal for the code inside, and an error for the code outside.
  const outcome = await timeout(20, async () => fetchReport('slow', currentSignal())).then(
    (text) => text,
    (error: unknown) => String(error),
  );
  console.log(outcome);
  console.log(await timeout(1000, async () => fetchReport('quick', currentSignal())));
});
