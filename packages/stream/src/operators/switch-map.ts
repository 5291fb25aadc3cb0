/** `switchMap`: RxJS's, with inner arrays and iterables that obey the gate. It never holds a value of its own. */

import type { ObservableInput, ObservedValueOf, OperatorFunction, Subscriber } from 'rxjs';
import { type BatchSubscriber, emitBatch, takesBatches } from '../emitter.ts';
import type { Gate } from '../gate.ts';
import { GuardedSubscriber } from '../rxjs-inside.ts';
import { innerFrom } from './inner.ts';
import { operate } from './operate.ts';
import { Precedence } from './precedence.ts';

/**
 * Subscribes to what `project` gives for every value and leaves the one before it. The source is held back while the
 * consumer is full, like everything else: put the switching signal through `control()` where it must get through. An inner
 * array or iterable comes whole before the source goes on. An inner stream that waits for something may go on longer than
 * RxJS would let it, because the switching value is held back as well.
 *
 * @example
 * ```ts
 * import { Stream, switchMap } from '@oxbow/stream';
 *
 * for await (const item of Stream.from([1, 2]).pipe(switchMap((n) => Stream.from([n])))) console.log(item);
 * ```
 */
export function switchMap<T, O extends ObservableInput<unknown>>(
  project: (value: T, index: number) => O,
): OperatorFunction<T, ObservedValueOf<O>> {
  return operate((source, subscriber: Subscriber<ObservedValueOf<O>>) => {
    source.subscribe(new SwitchSubscriber<T>(subscriber as Subscriber<unknown>, project));
  });
}

class SwitchSubscriber<T> extends GuardedSubscriber<T> {
  private readonly downstream: Subscriber<unknown>;
  private readonly project: (value: T, index: number) => ObservableInput<unknown>;
  private readonly precedence: Precedence;
  readonly oxbowGate: Gate | null;
  private inner: SwitchInner | undefined;
  private index = 0;

  constructor(
    downstream: Subscriber<unknown>,
    project: (value: T, index: number) => ObservableInput<unknown>,
  ) {
    super(downstream as never);
    this.downstream = downstream;
    this.project = project;
    this.precedence = new Precedence('switchMap', downstream);
    this.oxbowGate = this.precedence.source;
    // Not with this subscriber: the last inner stream outlives the source.
    if (this.oxbowGate !== null) downstream.add(() => this.precedence.dispose());
  }

  protected override onNext(value: T): void {
    this.inner?.unsubscribe();
    try {
      const inner = new SwitchInner(this.downstream, this.precedence.inner, () => this.innerEnded(inner));
      this.inner = inner;
      innerFrom(this.project(value, this.index++)).subscribe(inner);
      this.precedence.afterSubscribe();
    } catch (error) {
      this.downstream.error(error);
    }
  }

  protected override onComplete(): void {
    this.stop();
    // The source is over, and is torn down without waiting for the inner stream.
    try {
      if (this.inner === undefined) this.downstream.complete();
    } finally {
      this.unsubscribe();
    }
  }

  private innerEnded(inner: SwitchInner): void {
    if (this.inner !== inner) return;
    this.inner = undefined;
    if (this.stopped) this.downstream.complete();
  }
}

class SwitchInner extends GuardedSubscriber<unknown> implements BatchSubscriber<unknown> {
  readonly oxbowBatch: boolean;
  readonly oxbowGate: Gate | null;
  private readonly downstream: Subscriber<unknown>;
  private readonly onEnd: () => void;

  constructor(downstream: Subscriber<unknown>, gate: Gate | null, onEnd: () => void) {
    super(downstream as never);
    this.oxbowGate = gate;
    this.oxbowBatch = takesBatches(downstream);
    this.downstream = downstream;
    this.onEnd = onEnd;
  }

  protected override onNext(value: unknown): void {
    this.downstream.next(value);
  }

  batch(values: readonly unknown[], owned = false): void {
    if (!this.stopped) emitBatch(this.downstream, values, owned);
  }

  protected override onComplete(): void {
    this.stop();
    this.onEnd();
    this.unsubscribe();
  }
}
