/** Puts a gate of ours above an operator of RxJS's, which knows of none. */
import type { MonoTypeOperatorFunction, Subscriber } from 'rxjs';
import type { Gate } from '../gate.ts';
import { operate } from '../operators/operate.ts';
import { GuardedSubscriber } from '../rxjs-inside.ts';

/** Lets everything through; sources above find `gate` here. `afterEach` is called when a value has gone through. */
export function passage<T>(gate: Gate | null, afterEach?: () => void): MonoTypeOperatorFunction<T> {
  return operate((source, subscriber: Subscriber<T>) => {
    source.subscribe(new Passage(subscriber, gate, afterEach));
  });
}

class Passage<T> extends GuardedSubscriber<T> {
  readonly oxbowGate: Gate | null;
  private readonly downstream: Subscriber<T>;
  private readonly afterEach: (() => void) | undefined;

  constructor(downstream: Subscriber<T>, gate: Gate | null, afterEach: (() => void) | undefined) {
    super(downstream);
    this.oxbowGate = gate;
    this.downstream = downstream;
    this.afterEach = afterEach;
  }

  protected override onNext(value: T): void {
    this.downstream.next(value);
    this.afterEach?.();
  }
}
