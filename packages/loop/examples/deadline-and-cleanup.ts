// A deadline cuts the work short; cleanup that must finish is shielded, and has a deadline of its own.
import { CancelScope, run, sleep, TimeoutError, timeout } from '@oxbow/loop';

await run(async () => {
  const journal: string[] = [];
  try {
    await timeout(20, async () => {
      try {
        journal.push('working');
        await sleep(60_000);
      } finally {
        const cleanup = new CancelScope({ shield: true, timeoutMs: 1000 });
        await cleanup.run(async () => {
          await sleep(5);
          journal.push('saved what there was');
        });
      }
    });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    journal.push(error.message);
  }
  console.log(journal.join(', '));
});
