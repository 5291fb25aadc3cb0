/** `merge`: several streams as one, side by side. */

import type { ObservableInput, ObservableInputTuple } from 'rxjs';
import { Stream } from '../stream.ts';
import { mergeWithPlaces } from './merge-stage.ts';
import { popScheduler } from './scheduler.ts';
import { streamOfSources } from './sources.ts';

/**
 * Emits the values of all streams as they come; completes when all have. Each is held back while the consumer is full,
 * and when it goes on they take turns. A last number is the most streams to subscribe to at once. The merge of one Stream is
 * that Stream.
 *
 * @example
 * ```ts
 * import { merge, Stream } from '@oxbow/stream';
 *
 * for await (const value of merge(Stream.from([1, 2]), Stream.from(['a']))) console.log(value);
 * ```
 */
export function merge<A extends readonly unknown[]>(
  ...sources: [...ObservableInputTuple<A>]
): Stream<A[number]>;
export function merge<A extends readonly unknown[]>(
  ...sourcesAndConcurrency: [...ObservableInputTuple<A>, number?]
): Stream<A[number]>;
export function merge(...args: unknown[]): never {
  const scheduler = popScheduler(args);
  const last = args[args.length - 1];
  const concurrency = typeof last === 'number' ? (args.pop() as number) : Number.POSITIVE_INFINITY;
  const sources = args as ObservableInput<never>[];
  if (sources.length === 1) return Stream.from(sources[0] as ObservableInput<never>) as never;
  return streamOfSources(sources, scheduler).pipe(
    // A fixed number of streams is known beforehand: each gets its place, whatever the soft limit says.
    mergeWithPlaces('merge', (source) => source, Math.min(concurrency, Math.max(1, sources.length))),
  ) as never;
}
