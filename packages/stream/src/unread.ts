/** What becomes of values that a consumer was given and did not read before it left. */
import type { ConsumerWatch } from './consumer-watch.ts';
import type { Emitter } from './emitter.ts';

/** A consumer that reads by turns, such as `for await`: what it has not read yet waits in it. */
interface Buffering<T> {
  oxbowGiveBack?: ((unread: readonly T[]) => void) | undefined;
  oxbowWatch?: ConsumerWatch<T> | undefined;
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

/** For a hot source: watches its consumer. @returns false for a consumer that cannot be watched, of which nothing is told */
export function watchConsumer<T>(out: Emitter<T>, watch: ConsumerWatch<T>): boolean {
  if (!('oxbowWatch' in out)) return false;
  (out as Buffering<T>).oxbowWatch = watch;
  return true;
}

/** How much waits in a consumer that reads by turns; 0 in every other. */
export function queuedIn<T>(out: Emitter<T>): number {
  return 'oxbowWatch' in out ? ((out as Buffering<T>).queued ?? 0) : 0;
}
