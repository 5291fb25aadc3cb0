/**
 * What every operator that may hold values has in common: it stands between the gate below and a gate of its own, and
 * tears both ties when it ends. It does not know what its operator does with a value.
 */
import { Subscriber } from 'rxjs';
import { type BatchSubscriber, kBatch } from '../emitter.ts';
import { findGate, Gate, type GateKeeper, type GateWaiter, kGate } from '../gate.ts';

/** A Subscriber with a gate below it and one above it. `T` comes in, `R` goes out. */
export abstract class Stage<T, R>
  extends Subscriber<T>
  implements BatchSubscriber<T>, GateKeeper, GateWaiter
{
  declare readonly [kBatch]: true;
  /** The gate sources above this operator obey. */
  readonly [kGate]: Gate;
  /** The gate this operator obeys; `null` when the consumer has unlimited demand. */
  protected readonly below: Gate | null;
  protected readonly downstream: Subscriber<R>;
  abstract readonly label: string;

  constructor(downstream: Subscriber<R>) {
    super(downstream as never);
    this.downstream = downstream;
    this.below = findGate(downstream);
    this[kGate] = new Gate(this, this.below);
  }

  /** How many values wait here. */
  abstract get queued(): number;

  /** The gate below has opened. */
  abstract wake(): void;

  waitsFor(): string {
    return this.below?.closed ? 'its consumer' : 'nothing: it waits for the source';
  }

  /** Takes several values, by default one by one. */
  batch(values: readonly T[]): void {
    for (let i = 0; i < values.length && !this.isStopped; i++) this.next(values[i] as T);
  }

  override unsubscribe(): void {
    if (this.closed) return;
    if (this.below !== null) {
      this.below.forget(this);
      this.below.detach(this[kGate]);
    }
    super.unsubscribe();
  }
}
Object.defineProperty(Stage.prototype, kBatch, { value: true });
