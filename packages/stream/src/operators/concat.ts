/** `concat`: several streams as one, one after the other. */

import type { ObservableInput, ObservableInputTuple } from 'rxjs';
import type { Stream } from '../stream.ts';
import { mergeWithPlaces } from './merge-stage.ts';
import { popScheduler } from './scheduler.ts';
import { streamOfSources } from './sources.ts';

/** Emits the values of one stream after the other. The next one is subscribed to when the one before has completed. */
export function concat<A extends readonly unknown[]>(
  ...sources: [...ObservableInputTuple<A>]
): Stream<A[number]>;
export function concat(...args: unknown[]): never {
  const scheduler = popScheduler(args);
  return streamOfSources(args as ObservableInput<never>[], scheduler).pipe(
    mergeWithPlaces('concat', (source) => source, 1),
  ) as never;
}
