// Debug mode: a task that holds the loop for longer than 100 ms is caught while it does, with its name and its stack.
import { createTask, run, sleep } from '@oxbow/loop';

/** Forgets that others wait. */
function parse(text: string): number {
  const end = performance.now() + 400;
  let words = 0;
  while (performance.now() < end) words = text.split(' ').length;
  return words;
}

export async function main(): Promise<void> {
  await run(
    async () => {
      await sleep(300); // the watchdog is a thread, and comes up
      const words = await createTask(async () => parse('two words'), { name: 'parser' });
      console.log(`${words} words`);
      await sleep(100); // long enough for the report to arrive
    },
    {
      debug: true,
      slowCallbackMs: 100,
      onReport: (report) => console.log(report.text.trimEnd()),
    },
  );
}
