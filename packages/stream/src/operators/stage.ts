/**
 * What every operator that may hold values has in common: it stands between the gate below and a gate of its own, and
 * tears both ties when it ends. It does not know what its operator does with a value.
 */
import { Subscriber } from 'rxjs';
import { findGate, Gate, type GateKeeper, type GateWaiter } from '../gate.ts';

/** A Subscriber with a gate below it and one above it. `T` comes in, `R` goes out. */
export abstract class Stage<T, R> extends Subscriber<T> implements GateKeeper, GateWaiter {
  /** The gate sources above this operator obey. */
  readonly oxbowGate: Gate;
  /** The gate this operator obeys; `null` when the consumer has unlimited demand. */
  protected readonly below: Gate | null;
  protected readonly downstream: Subscriber<R>;
  abstract readonly label: string;

  /** @param linked for a stage that keeps nothing: its gate is closed also while the one below is */
  constructor(downstream: Subscriber<R>, linked = false) {
    super(downstream as never);
    this.downstream = downstream;
    this.below = findGate(downstream);
    this.oxbowGate = new Gate(this, this.below, linked);
  }

  /** How many values wait here. */
  abstract get queued(): number;

  /** The gate below has opened. */
  abstract wake(): void;

  waitsFor(): string {
    return this.below?.closed ? 'its consumer' : 'nothing: it waits for the source';
  }

  override unsubscribe(): void {
    if (this.closed) return;
    if (this.below !== null) {
      this.below.forget(this);
      this.oxbowGate.dispose();
    }
    super.unsubscribe();
  }
}
