/** What becomes of values that a consumer was given and did not read before it left. */
import type { Emitter } from './emitter.ts';

/** A consumer that reads by turns, such as `for await`: what it has not read yet waits in it. */
interface Buffering<T> {
  oxbowGiveBack?: ((unread: readonly T[]) => void) | undefined;
  oxbowTaken?: (() => void) | undefined;
  readonly queued?: number;
}

/**
 * For the producer of a {@link Stream}: is given what its consumer had not read when it left early, oldest first; for values that hold
 * something open. Called at most once, synchronously, before the teardown, and only for a consumer directly on the stream: values
 * inside an operator are gone.
 *
 * @param out the emitter the producer was called with
 */
export function onUnread<T>(out: Emitter<T>, giveBack: (unread: readonly T[]) => void): void {
  if ('oxbowGiveBack' in out) (out as Buffering<T>).oxbowGiveBack = giveBack;
}

/** For a hot source: is told when its consumer has taken something that waited in it. */
export function onTaken<T>(out: Emitter<T>, taken: () => void): void {
  if ('oxbowTaken' in out) (out as Buffering<T>).oxbowTaken = taken;
}

/** How much waits in a consumer that reads by turns; 0 in every other. */
export function queuedIn<T>(out: Emitter<T>): number {
  return 'oxbowTaken' in out ? ((out as Buffering<T>).queued ?? 0) : 0;
}
