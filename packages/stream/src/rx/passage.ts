/** Puts a gate of ours above an operator of RxJS's, which knows of none. */
import { type MonoTypeOperatorFunction, Subscriber } from 'rxjs';
import type { Gate } from '../gate.ts';
import { operate } from '../operators/operate.ts';

/** Lets everything through; sources above find `gate` here. `afterEach` is called when a value has gone through. */
export function passage<T>(gate: Gate | null, afterEach?: () => void): MonoTypeOperatorFunction<T> {
  return operate((source, subscriber: Subscriber<T>) => {
    source.subscribe(new Passage(subscriber, gate, afterEach));
  });
}

class Passage<T> extends Subscriber<T> {
  readonly oxbowGate: Gate | null;
  readonly #downstream: Subscriber<T>;
  readonly #afterEach: (() => void) | undefined;

  constructor(downstream: Subscriber<T>, gate: Gate | null, afterEach: (() => void) | undefined) {
    super(downstream);
    this.oxbowGate = gate;
    this.#downstream = downstream;
    this.#afterEach = afterEach;
  }

  override next(value: T): void {
    if (this.isStopped) {
      super.next(value);
      return;
    }
    this.#downstream.next(value);
    this.#afterEach?.();
  }
}
