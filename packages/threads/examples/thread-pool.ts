// Finds primes in worker threads, moves a buffer there and back, and stops a function that would never end.
//
// node examples/thread-pool.ts

import { gather, run, TimeoutError, waitFor } from '@oxbow/loop';
import { ThreadPool, toThread, transfer } from '@oxbow/threads';

const work = () => import('./thread-work/primes.ts');

await run(async () => {
  // One call on the loop's own threads, typed by the module it calls.
  const count: number = await toThread(work, 'countPrimes', 2, 50_000);
  console.log(`primes below 50,000: ${count}`);

  const pool = new ThreadPool({ size: 2, graceMs: 100 });
  const parts = await gather(
    [0, 1, 2, 3].map((part) => pool.run(work, 'countPrimes', part * 12_500, (part + 1) * 12_500)),
  );
  console.log(`in four parts: ${parts.join(' + ')} = ${parts.reduce((sum, part) => sum + part, 0)}`);

  // A megabyte is moved, not copied: nothing of it is left here.
  const pixels = new Uint8Array(1 << 20).fill(40);
  const inverted = await pool.run(work, 'invert', transfer(pixels));
  console.log(`moved ${inverted.length} bytes, ${pixels.length} left here, first is ${inverted[0]}`);

  // A deadline reaches the function, although it never waits.
  try {
    await waitFor(pool.run(work, 'searchForEver'), 50);
  } catch (error) {
    console.log(error instanceof TimeoutError ? `gave up: ${error.message}` : error);
  }
  await pool.close();
});
