/** `merge` and `concat`: several streams as one, side by side or one after the other. */
import {
  from,
  type ObservableInput,
  type ObservableInputTuple,
  type OperatorFunction,
  type SchedulerLike,
} from 'rxjs';
import { Stream } from '../stream.ts';
import { mergeWithPlaces } from './merge-map.ts';
import { operate } from './operate.ts';
import { popScheduler } from './scheduler.ts';

/**
 * Emits the values of all streams as they come; completes when all have. Each is held back while the consumer is full,
 * and when it goes on they take turns. A last number is the most streams to subscribe to at once.
 */
export function merge<A extends readonly unknown[]>(
  ...sources: [...ObservableInputTuple<A>]
): Stream<A[number]>;
export function merge<A extends readonly unknown[]>(
  ...sourcesAndConcurrency: [...ObservableInputTuple<A>, number?]
): Stream<A[number]>;
/** @deprecated RxJS's form with a scheduler that subscribes to one stream after the other: use `observeOn`. */
export function merge<A extends readonly unknown[]>(
  ...sourcesAndScheduler:
    | [...ObservableInputTuple<A>, number, SchedulerLike]
    | [...ObservableInputTuple<A>, SchedulerLike]
): Stream<A[number]>;
export function merge(...args: unknown[]): never {
  const scheduler = popScheduler(args);
  const last = args[args.length - 1];
  const concurrency = typeof last === 'number' ? (args.pop() as number) : Number.POSITIVE_INFINITY;
  const sources = args as ObservableInput<never>[];
  if (sources.length === 1) return Stream.from(sources[0] as ObservableInput<never>) as never;
  return outer(sources, scheduler).pipe(
    // A fixed number of streams is known beforehand: each gets its place, whatever the soft limit says.
    mergeWithPlaces('merge', (source) => source, Math.min(concurrency, Math.max(1, sources.length))),
  ) as never;
}

/** Emits the values of one stream after the other. The next one is subscribed to when the one before has completed. */
export function concat<A extends readonly unknown[]>(
  ...sources: [...ObservableInputTuple<A>]
): Stream<A[number]>;
/** @deprecated RxJS's form with a scheduler that subscribes to one stream after the other: use `observeOn`. */
export function concat<A extends readonly unknown[]>(
  ...sourcesAndScheduler: [...ObservableInputTuple<A>, SchedulerLike]
): Stream<A[number]>;
export function concat(...args: unknown[]): never {
  const scheduler = popScheduler(args);
  return outer(args as ObservableInput<never>[], scheduler).pipe(
    mergeWithPlaces('concat', (source) => source, 1),
  ) as never;
}

function outer(
  sources: ObservableInput<never>[],
  scheduler: SchedulerLike | undefined,
): Stream<ObservableInput<never>> {
  return Stream.from<ObservableInput<never>>(scheduler === undefined ? sources : from(sources, scheduler));
}

/** Merges the source with further streams. */
export function mergeWith<T, A extends readonly unknown[]>(
  ...others: [...ObservableInputTuple<A>]
): OperatorFunction<T, T | A[number]> {
  return operate((source, subscriber) => {
    merge(source, ...(others as ObservableInput<A[number]>[])).subscribe(subscriber);
  });
}

/** Continues with further streams when the source has completed. */
export function concatWith<T, A extends readonly unknown[]>(
  ...others: [...ObservableInputTuple<A>]
): OperatorFunction<T, T | A[number]> {
  return operate((source, subscriber) => {
    concat(source, ...(others as ObservableInput<A[number]>[])).subscribe(subscriber);
  });
}
