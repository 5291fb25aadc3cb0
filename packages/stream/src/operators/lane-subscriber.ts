/**
 * The batch lane: operators that keep nothing take whole arrays where the source emits batches, and hand whole arrays on. One
 * call of the next stage per array instead of one per value.
 *
 * One difference to RxJS can be seen: within a batch a stage has seen all values before the next stage sees the first.
 */

import type { Subscriber } from 'rxjs';
import { type BatchSubscriber, emitBatch, takesBatches } from '../emitter.ts';
import { GuardedSubscriber } from '../rxjs-inside.ts';

/** A stage without a queue: what comes in goes out at once, changed or not at all. */
export abstract class LaneSubscriber<T, R> extends GuardedSubscriber<T> implements BatchSubscriber<T> {
  readonly oxbowBatch: boolean;
  protected readonly downstream: Subscriber<R>;

  constructor(downstream: Subscriber<R>) {
    super(downstream as never);
    this.oxbowBatch = takesBatches(downstream);
    this.downstream = downstream;
  }

  abstract batch(values: readonly T[], owned?: boolean): void;
}

/** A lane stage that makes a new array of every array, or of an array that is its own, the same one. */
export abstract class TransformSubscriber<T, R> extends LaneSubscriber<T, R> {
  /** How many places of its array `transform` has filled, also when it throws. */
  protected filled = 0;

  /**
   * Puts what becomes of `values` into `out`, which has a place for each, and says in `filled` how many it has used. What
   * it throws ends the stream after those have been emitted.
   */
  protected abstract transform(values: readonly T[], out: R[]): void;

  override batch(values: readonly T[], owned = false): void {
    if (this.stopped) return;
    // Every place is read before it is written, and never written ahead of reading.
    const out = owned ? (values as unknown as R[]) : new Array<R>(values.length);
    let failure: { readonly error: unknown } | undefined;
    try {
      this.transform(values, out);
    } catch (error) {
      failure = { error };
    }
    if (this.filled < out.length) out.length = this.filled;
    if (out.length > 0) emitBatch(this.downstream, out, true);
    if (failure !== undefined) this.error(failure.error);
  }
}
