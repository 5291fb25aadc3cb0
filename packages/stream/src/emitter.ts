/**
 * The producer's end of a stream: an RxJS Subscriber that also takes arrays.
 *
 * The batch lane: own subscribers take a whole array through `batch()` and pass it on. At the first stock operator it
 * falls back to one `next()` per value, and looks at the gate between them. What the gate does not let through waits
 * here, so a batch is one emission however long it is.
 */

import type { Subscriber } from 'rxjs';
import type { ConsumerWatch } from './consumer-watch.ts';
import { type FlowHold, GateFlow } from './flow.ts';
import { findGate, type Gate } from './gate.ts';
import { GuardedSubscriber } from './rxjs-inside.ts';

/** What a producer emits into. */
export interface Emitter<T> extends GuardedSubscriber<T> {
  /**
   * Emits several values as one emission, in order. The array belongs to the stream from here on: do not change it.
   * Costs far less than one `next()` per value when the operators below are this package's own.
   */
  batch(values: readonly T[]): void;
}

/**
 * A Subscriber of this package. It takes arrays only while what stands below does too: where the lane ends, the producer's
 * own emitter must be the one that looks at the gate between two values.
 */
export interface BatchSubscriber<T> extends Emitter<T> {
  readonly oxbowBatch: boolean;
  /** @param owned true when nobody else holds the array: the receiver may change it and hand it on */
  batch(values: readonly T[], owned?: boolean): void;
}

/** True when `subscriber` takes arrays. */
export function takesBatches<T>(subscriber: Subscriber<T>): subscriber is BatchSubscriber<T> {
  return (subscriber as Partial<BatchSubscriber<T>>).oxbowBatch === true;
}

/** Hands an array on: whole where the next subscriber takes arrays, else value by value. */
export function emitBatch<T>(subscriber: Subscriber<T>, values: readonly T[], owned = false): void {
  if (takesBatches(subscriber)) {
    subscriber.batch(values, owned);
    return;
  }
  for (let i = 0; i < values.length && !subscriber.closed; i++) subscriber.next(values[i] as T);
}

/** The producer's Subscriber in front of a stock operator or observer. */
export class StreamEmitter<T> extends GuardedSubscriber<T> implements BatchSubscriber<T>, FlowHold {
  declare readonly oxbowBatch: true;
  private nearest: Gate | null;
  private flow: GateFlow | null = null;
  private held: T[] | undefined;
  private heldFrom = 0;
  private ending: (() => void) | undefined;
  /** Set by a hot source. */
  oxbowWatch: ConsumerWatch<T> | undefined = undefined;

  constructor(downstream: Subscriber<T>) {
    super(downstream);
    this.nearest = this.closed ? null : findGate(downstream);
  }

  get gate(): Gate | null {
    return this.nearest;
  }

  /** The flow of this subscription; made on demand. */
  flowFor(label: string | undefined): GateFlow | null {
    if (this.nearest === null) return null;
    this.flow ??= new GateFlow(this.nearest, this as never, label);
    return this.flow;
  }

  get holding(): boolean {
    return this.held !== undefined;
  }

  /** The short way: every value of every producer passes here. */
  override next(value: T): void {
    if (this.held !== undefined || this.stopped) super.next(value);
    else this.destination.next(value);
  }

  protected override onNext(value: T): void {
    if (this.ending !== undefined) return;
    this.surrender();
    this.destination.next(value);
  }

  protected override onError(error: unknown): void {
    if (this.held === undefined) super.onError(error);
    else this.ending ??= () => super.onError(error);
  }

  protected override onComplete(): void {
    if (this.held === undefined) super.onComplete();
    else this.ending ??= () => super.onComplete();
  }

  batch(values: readonly T[], owned = false): void {
    if (this.stopped || this.ending !== undefined) return;
    if (this.held !== undefined) this.surrender();
    const gate = this.nearest;
    if (gate === null || takesBatches(this.destination as Subscriber<T>)) {
      emitBatch(this.destination as Subscriber<T>, values, owned);
      return;
    }
    const destination = this.destination as Subscriber<T>;
    for (let i = 0; i < values.length && !this.stopped; i++) {
      if (i > 0 && gate.closed) {
        this.held = values.slice(i);
        this.heldFrom = 0;
        this.flowFor(undefined)?.holdBack(this);
        return;
      }
      destination.next(values[i] as T);
    }
  }

  release(): boolean {
    const held = this.held;
    if (held === undefined) return true;
    const gate = this.nearest;
    while (this.heldFrom < held.length && !this.closed) {
      if (gate?.closed) return false;
      this.destination.next(held[this.heldFrom++] as T);
    }
    this.held = undefined;
    const ending = this.ending;
    this.ending = undefined;
    if (ending !== undefined && !this.closed) ending();
    return true;
  }

  protected override onUnsubscribe(): void {
    this.held = undefined;
    this.ending = undefined;
    try {
      super.onUnsubscribe();
    } finally {
      // A producer may keep its emitter for as long as it likes, and the gate leads to the consumer.
      this.nearest = null;
      this.flow?.unsubscribe();
      this.oxbowWatch?.left();
    }
  }

  /** The producer emits though it was told to wait: what is held goes on at once, and the consumer's cap decides. */
  private surrender(): void {
    const held = this.held;
    if (held === undefined) return;
    this.held = undefined;
    for (let i = this.heldFrom; i < held.length && !this.stopped; i++) this.destination.next(held[i] as T);
  }
}
Object.defineProperty(StreamEmitter.prototype, 'oxbowBatch', { value: true });
