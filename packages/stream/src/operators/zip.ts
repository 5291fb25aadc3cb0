/** `zip`: pairs the values of several streams by position, and holds the faster ones back. */

import type { ObservableInput, ObservableInputTuple } from 'rxjs';
import { creationSite, enterSite, leaveSite } from '../creation-site.ts';
import { Stream } from '../stream.ts';
import { innerFrom } from './inner.ts';
import { subscribeZip } from './zip-lanes.ts';

/**
 * Emits an array of the first value of every input, then of every second, and so on; completes when an input has ended and
 * nothing of it waits. A faster input is held back once 64 of its values wait; one that does not listen may go on to 1024.
 *
 * @throws StreamOverflowError into the stream when an input ignores the pause beyond the hard cap
 *
 * @example
 * ```ts
 * import { Stream, zip } from '@oxbow/stream';
 *
 * for await (const [n, word] of zip(Stream.from([1, 2]), Stream.from(['one', 'two']))) console.log(n, word);
 * ```
 */
export function zip<A extends readonly unknown[]>(sources: [...ObservableInputTuple<A>]): Stream<A>;
export function zip<A extends readonly unknown[], R>(
  sources: [...ObservableInputTuple<A>],
  resultSelector: (...values: A) => R,
): Stream<R>;
export function zip<A extends readonly unknown[]>(...sources: [...ObservableInputTuple<A>]): Stream<A>;
export function zip<A extends readonly unknown[], R>(
  ...sourcesAndResultSelector: [...ObservableInputTuple<A>, (...values: A) => R]
): Stream<R>;
export function zip(...args: unknown[]): never {
  const last = args[args.length - 1];
  const select =
    typeof last === 'function' && args.length > 1
      ? (args.pop() as (...values: unknown[]) => unknown)
      : undefined;
  const inputs = (args.length === 1 && Array.isArray(args[0]) ? args[0] : args) as ObservableInput<unknown>[];
  const site = creationSite();
  return new Stream<unknown>((out) => {
    const outer = enterSite(site);
    subscribeZip(inputs.map(innerFrom), out, select);
    leaveSite(outer);
  }) as never;
}
