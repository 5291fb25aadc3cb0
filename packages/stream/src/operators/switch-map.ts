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
 * array or iterable comes whole before the source goes on; an inner stream that waits for something may go on longer than
 * RxJS would let it, because the switching value is held back as well.
 */
export function switchMap<T, O extends ObservableInput<unknown>>(
  project: (value: T, index: number) => O,
): OperatorFunction<T, ObservedValueOf<O>>;
/** @deprecated RxJS's form with a result selector: use `map` inside instead. */
export function switchMap<T, O extends ObservableInput<unknown>, R>(
  project: (value: T, index: number) => O,
  resultSelector:
    | ((outer: T, inner: ObservedValueOf<O>, outerIndex: number, innerIndex: number) => R)
    | undefined,
): OperatorFunction<T, R>;
export function switchMap<T>(
  project: (value: T, index: number) => ObservableInput<unknown>,
  resultSelector?: (outer: T, inner: never, outerIndex: number, innerIndex: number) => unknown,
): OperatorFunction<T, never> {
  return operate((source, subscriber: Subscriber<never>) => {
    source.subscribe(
      new SwitchSubscriber<T>(
        subscriber as Subscriber<unknown>,
        project,
        (resultSelector ?? undefined) as never,
      ),
    );
  });
}

/** Leaves the inner stream before for every inner stream the source emits. */
export function switchAll<O extends ObservableInput<unknown>>(): OperatorFunction<O, ObservedValueOf<O>> {
  return switchMap((inner: O) => inner);
}

type Select<T> = (outer: T, inner: unknown, outerIndex: number, innerIndex: number) => unknown;

class SwitchSubscriber<T> extends GuardedSubscriber<T> {
  private readonly downstream: Subscriber<unknown>;
  private readonly project: (value: T, index: number) => ObservableInput<unknown>;
  private readonly select: Select<T> | undefined;
  private readonly precedence: Precedence;
  readonly oxbowGate: Gate | null;
  private inner: SwitchInner | undefined;
  private index = 0;

  constructor(
    downstream: Subscriber<unknown>,
    project: (value: T, index: number) => ObservableInput<unknown>,
    select: Select<T> | undefined,
  ) {
    super(downstream as never);
    this.downstream = downstream;
    this.project = project;
    this.select = select;
    this.precedence = new Precedence('switchMap', downstream);
    this.oxbowGate = this.precedence.source;
    // Not with this subscriber: the last inner stream outlives the source.
    if (this.oxbowGate !== null) downstream.add(() => this.precedence.dispose());
  }

  protected override onNext(value: T): void {
    this.inner?.unsubscribe();
    const outerIndex = this.index++;
    const select = this.select;
    let innerIndex = 0;
    try {
      const transform =
        select === undefined ? undefined : (inner: unknown) => select(value, inner, outerIndex, innerIndex++);
      const gate = this.precedence.inner;
      const inner = new SwitchInner(this.downstream, gate, () => this.innerEnded(inner), transform);
      this.inner = inner;
      innerFrom(this.project(value, outerIndex)).subscribe(inner);
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
  private readonly transform: ((value: unknown) => unknown) | undefined;

  constructor(
    downstream: Subscriber<unknown>,
    gate: Gate | null,
    onEnd: () => void,
    transform: ((value: unknown) => unknown) | undefined,
  ) {
    super(downstream as never);
    this.oxbowGate = gate;
    this.oxbowBatch = transform === undefined && takesBatches(downstream);
    this.downstream = downstream;
    this.onEnd = onEnd;
    this.transform = transform;
  }

  protected override onNext(value: unknown): void {
    let transformed = value;
    try {
      if (this.transform !== undefined) transformed = this.transform(value);
    } catch (error) {
      this.error(error);
      return;
    }
    this.downstream.next(transformed);
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
