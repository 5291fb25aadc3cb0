/**
 * Who goes first when a full consumer goes on: the inner stream that was held in the middle of its first emission, then
 * the source. RxJS lets an inner array out within the call that brought its value. So no further value of the source can
 * switch that array off, be dropped for it or overtake it. The same must hold when the array is held back.
 */
import type { Subscriber } from 'rxjs';
import { findGate, Gate, type GateKeeper, type GateWaiter } from '../gate.ts';

/** The gate of an operator's inner streams and, behind it, that of the operator's source. */
export class Precedence implements GateKeeper, GateWaiter {
  readonly label: string;
  readonly queued = 0;
  /** What inner streams obey; `null` when the consumer has unlimited demand. */
  readonly inner: Gate | null;
  /** What the source obeys; `null` when the consumer has unlimited demand. */
  readonly source: Gate | null;
  readonly #below: Gate | null;

  constructor(label: string, downstream: Subscriber<never> | Subscriber<unknown>) {
    this.label = label;
    this.#below = findGate(downstream);
    this.inner = this.#below === null ? null : new Gate(this, this.#below, true);
    this.source = this.#below === null ? null : new Gate(this, this.#below, true);
  }

  waitsFor(): string {
    return this.#below?.closed ? 'its consumer' : 'nothing: it waits for the source';
  }

  /** Call when an inner stream has been subscribed to: if it is held already, the source waits until it is not. */
  afterSubscribe(): void {
    if (this.inner?.awaited !== true) return;
    this.source?.close();
    this.#below?.wait(this);
  }

  /** The consumer has gone on. An inner stream that is held again, without a wait of its own in between, keeps the source. */
  wake(): void {
    if (this.inner?.awaited === true) this.#below?.wait(this);
    else this.source?.open();
  }

  dispose(): void {
    this.#below?.forget(this);
    this.inner?.dispose();
    this.source?.dispose();
  }
}
