/**
 * What every operator that may hold values has in common: it stands between the gate below and a gate of its own, and it
 * outlives its source while values wait. It does not know what its operator does with a value.
 *
 * The source is torn down as soon as it ends, the stage when the last value is out or the consumer leaves.
 */
import { type Subscriber, Subscription } from 'rxjs';
import { findGate, Gate, type GateKeeper, type GateWaiter } from '../gate.ts';
import { GuardedSubscriber } from '../rxjs-inside.ts';

/** A Subscriber with a gate below it and one above it. `T` comes in, `R` goes out. */
export abstract class Stage<T, R> extends GuardedSubscriber<T> implements GateKeeper, GateWaiter {
  /** The gate sources above this operator obey. */
  readonly oxbowGate: Gate;
  /** The gate this operator obeys; `null` when the consumer has unlimited demand. */
  protected readonly below: Gate | null;
  protected readonly downstream: Subscriber<R>;
  abstract readonly label: string;
  /** How the source ended, to be told once nothing waits. */
  private ending: (() => void) | undefined;
  private isOver = false;

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

  /** True when nothing is left to emit. */
  protected abstract get idle(): boolean;

  /** Forgets what waits; called once, when the stage is over. */
  protected abstract discard(): void;

  /** True once the stage has told of the end, or the consumer has left. `closed` only says that the source is gone. */
  protected get over(): boolean {
    return this.isOver;
  }

  /** True while the source is gone and values still wait. */
  protected get draining(): boolean {
    return this.ending !== undefined && !this.isOver;
  }

  waitsFor(): string {
    return this.below?.closed ? 'its consumer' : 'nothing: it waits for the source';
  }

  protected override onError(error: unknown): void {
    this.end(() => this.downstream.error(error));
  }

  protected override onComplete(): void {
    this.end(() => this.downstream.complete());
  }

  protected override onUnsubscribe(): void {
    if (this.draining) return;
    this.finish();
    super.onUnsubscribe();
  }

  /** Tells of the end when it has come and nothing waits. @returns true when the stage is over */
  protected settle(): boolean {
    const ending = this.ending;
    if (!this.isOver && ending !== undefined && this.idle) {
      this.finish();
      ending();
    }
    return this.isOver;
  }

  /** Ends with an error of the stage's own; what waits is forgotten. */
  protected fail(error: unknown): void {
    if (this.isOver) return;
    this.stop();
    this.finish();
    try {
      this.downstream.error(error);
    } finally {
      super.onUnsubscribe();
    }
  }

  private end(tell: () => void): void {
    this.stop();
    if (this.idle) {
      // RxJS tells of the end first and tears down after it.
      try {
        tell();
      } finally {
        this.unsubscribe();
      }
      return;
    }
    this.ending = tell;
    this.downstream.add(new Subscription(() => this.finish()));
    super.onUnsubscribe();
  }

  private finish(): void {
    if (this.isOver) return;
    this.isOver = true;
    // Before discard(): what that sets free may emit at once, and must find this stage deaf.
    this.stop();
    this.below?.forget(this);
    this.oxbowGate.dispose();
    this.discard();
  }
}
