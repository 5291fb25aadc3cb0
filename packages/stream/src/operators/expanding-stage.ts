/**
 * The base of operators that make many values of one (`decode`, `unbatch`). It hands an array on while the gate below
 * is open. When that closes, it keeps the rest and closes its own gate until the one below opens again. So one chunk
 * is one emission however many values it holds.
 */
import type { Subscriber } from 'rxjs';
import { emitBatch, takesBatches } from '../emitter.ts';
import { StreamOverflowError } from '../errors.ts';
import { DEFAULT_HIGH_WATER_ITEMS, HARD_CAP_FACTOR } from '../overflow.ts';
import { Stage } from './stage.ts';

/** Values that may be kept when a source goes on emitting though it is paused; one emission is always kept whole. */
const MAX_KEPT_ITEMS = DEFAULT_HIGH_WATER_ITEMS * HARD_CAP_FACTOR;

export abstract class ExpandingStage<T, R> extends Stage<T, R> {
  private kept: readonly R[] | undefined;
  private keptFrom = 0;
  private waking = false;

  constructor(downstream: Subscriber<R>) {
    // Linked: an array that went down whole leaves nothing here, yet the source must see what it did below.
    super(downstream, true);
  }

  override get queued(): number {
    return this.kept === undefined ? 0 : this.kept.length - this.keptFrom;
  }

  override wake(): void {
    if (this.waking) return;
    this.waking = true;
    try {
      const kept = this.kept;
      const from = this.keptFrom;
      this.kept = undefined;
      this.keptFrom = 0;
      if (kept !== undefined) this.emitFrom(kept, from);
    } finally {
      this.waking = false;
    }
    if (this.settle()) return;
    if (this.kept !== undefined) this.below?.wait(this);
    else this.oxbowGate.open();
  }

  protected override get idle(): boolean {
    return this.kept === undefined && !this.waking;
  }

  protected override discard(): void {
    this.kept = undefined;
  }

  /**
   * Emits values made of one, in order. The array belongs to this stage from here on.
   *
   * @param atEnd true for what the end of the source brings: it may come while others are kept
   */
  protected emitAll(values: readonly R[], atEnd = false): void {
    if (values.length === 0) return;
    if (this.kept === undefined && !this.waking) {
      this.emitFrom(values, 0);
      if (this.kept !== undefined) this.hold();
      return;
    }
    const kept = this.kept ?? [];
    const count = kept.length - this.keptFrom + values.length;
    if (count > MAX_KEPT_ITEMS && kept.length > 0 && !atEnd) {
      this.error(new StreamOverflowError('pause', MAX_KEPT_ITEMS, count));
      return;
    }
    this.kept = [...kept.slice(this.keptFrom), ...values];
    this.keptFrom = 0;
    this.hold();
  }

  private emitFrom(values: readonly R[], from: number): void {
    const { below, downstream } = this;
    if (below === null || takesBatches(downstream)) {
      emitBatch(downstream, from === 0 ? values : values.slice(from));
      return;
    }
    for (let i = from; i < values.length && !this.over; i++) {
      // What a value sent on makes the source emit comes before the rest, as it does where nothing is held.
      const nested = this.kept;
      if (nested !== undefined || below.closed) {
        this.kept = nested === undefined ? values : [...nested.slice(this.keptFrom), ...values.slice(i)];
        this.keptFrom = nested === undefined ? i : 0;
        return;
      }
      downstream.next(values[i] as R);
    }
  }

  private hold(): void {
    this.oxbowGate.close();
    this.below?.wait(this);
  }
}
