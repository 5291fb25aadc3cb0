/** Cuts the work into parts and gives each of them to a thread. */
import { gather } from '@oxbow/loop';
import type { ThreadPool } from '@oxbow/threads';

const work = () => import('./work.ts');

/** Counts the primes below `limit` in parts. When it is cancelled, every part is, in the middle of its loop. */
export async function countPrimes(pool: ThreadPool, limit: number, parts: number): Promise<number> {
  const size = Math.ceil(limit / parts);
  const counts = await gather(
    Array.from({ length: parts }, (_, part) =>
      pool.run(work, 'countPrimes', part * size, Math.min(limit, (part + 1) * size)),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
