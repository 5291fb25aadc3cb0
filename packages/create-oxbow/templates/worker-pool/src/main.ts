/** npm start [-- 2000000]: counts primes on all processors. Ctrl-C stops the threads in the middle of their work. */
import { availableParallelism } from 'node:os';
import { run } from '@oxbow/loop';
import { ThreadPool } from '@oxbow/threads';
import { countPrimes } from './spread.ts';

const limit = Number(process.argv[2] ?? 2_000_000);
if (!Number.isSafeInteger(limit) || limit < 1) {
  console.error(`the limit has to be a whole number from 1 on, not "${process.argv[2]}"`);
  process.exit(2);
}

await run(async () => {
  const size = availableParallelism();
  const pool = new ThreadPool({ size });
  const startedMs = performance.now();
  const count = await countPrimes(pool, limit, 4 * size);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(2);
  console.log(`${count} primes below ${limit}, by ${size} threads in ${seconds} s`);
  await pool.close();
});
