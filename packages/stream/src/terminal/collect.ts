/** The terminal that keeps everything: `collect()`, a `forEach()` into an array. */
import { bindToTask, type Settle } from '@oxbow/loop/lowlevel';
import type { Observable } from 'rxjs';
import { DEFAULT_BUFFER_BOUNDS } from '../overflow.ts';
import { ForEachReader } from './for-each.ts';
import type { LiveIntakes } from './live-intakes.ts';

/** Starts at once; the promise belongs to the calling task. */
export function collect<T>(
  source: Observable<T>,
  signal: AbortSignal | undefined,
  watch: LiveIntakes,
): Promise<T[]> {
  const collected: T[] = [];
  const plan = {
    label: 'collect()',
    bounds: DEFAULT_BUFFER_BOUNDS,
    concurrency: 1,
    waits: false,
    signal,
    watch,
    call: (value: T): void => {
      collected.push(value);
    },
  };
  return bindToTask((settle: Settle<T[]>) => {
    const reader = new ForEachReader<T>(source, plan, {
      resolve: () => settle.resolve(collected),
      reject: (error) => settle.reject(error),
    });
    return () => reader.cancel();
  });
}
