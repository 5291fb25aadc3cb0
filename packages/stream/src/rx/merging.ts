/** RxJS's operators that subscribe to inner streams, over the bounded `mergeMap`. Names and arguments are RxJS's. */
import * as stock from 'rxjs';
import {
  type Observable,
  type ObservableInput,
  type OperatorFunction,
  type SchedulerLike,
  Subscriber,
} from 'rxjs';
import { BoundedBuffer } from '../bounded-buffer.ts';
import { innerFrom } from '../operators/inner.ts';
import { concatMap, mergeMap } from '../operators/merge-map.ts';
import { operate } from '../operators/operate.ts';
import { Stage } from '../operators/stage.ts';
import { switchMap } from '../operators/switch-map.ts';
import { zip } from '../operators/zip.ts';
import { DEFAULT_BUFFER_BOUNDS } from '../overflow.ts';

type Input = ObservableInput<unknown>;

/** RxJS's `mergeMapTo`. @deprecated As in RxJS: use `mergeMap(() => inner)`. */
export const mergeMapTo: typeof stock.mergeMapTo = ((inner: Input, second?: unknown, third?: number) =>
  mergeMap(() => inner, second as never, third as never)) as never;

/** RxJS's `concatMapTo`. @deprecated As in RxJS: use `concatMap(() => inner)`. */
export const concatMapTo: typeof stock.concatMapTo = ((inner: Input, select?: never) =>
  concatMap(() => inner, select)) as never;

/** RxJS's `switchMapTo`. @deprecated As in RxJS: use `switchMap(() => inner)`. */
export const switchMapTo: typeof stock.switchMapTo = ((inner: Input, select?: never) =>
  switchMap(() => inner, select)) as never;

/** RxJS's `exhaustMap`; inner arrays and iterables obey the gate. Values that come while one is running are dropped. */
export const exhaustMap: typeof stock.exhaustMap = ((
  project: (value: unknown, index: number) => Input,
  select?: never,
) => stock.exhaustMap((value: unknown, index) => innerFrom(project(value, index)), select as never)) as never;

/** RxJS's `exhaustAll`. */
export const exhaustAll: typeof stock.exhaustAll = (() => exhaustMap((inner: Input) => inner)) as never;

/** RxJS's `mergeScan`, bounded as `mergeMap` is. */
export function mergeScan<T, R>(
  accumulator: (acc: R, value: T, index: number) => ObservableInput<R>,
  seed: R,
  concurrent: number = Number.POSITIVE_INFINITY,
): OperatorFunction<T, R> {
  return scanned(accumulator, seed, (project) => mergeMap(project, concurrent));
}

/** RxJS's `switchScan`; inner arrays and iterables obey the gate. */
export function switchScan<T, R>(
  accumulator: (acc: R, value: T, index: number) => ObservableInput<R>,
  seed: R,
): OperatorFunction<T, R> {
  return scanned(accumulator, seed, (project) => switchMap(project));
}

type ScanProject<T, R> = (value: T, index: number) => Observable<R>;

function scanned<T, R>(
  accumulator: (acc: R, value: T, index: number) => ObservableInput<R>,
  seed: R,
  flatten: (project: ScanProject<T, R>) => OperatorFunction<T, R>,
): OperatorFunction<T, R> {
  return operate((source: Observable<T>, subscriber: Subscriber<R>) => {
    let state = seed;
    const remember = stock.tap((inner: R) => {
      state = inner;
    });
    source
      .pipe(flatten((value, index) => innerFrom(accumulator(state, value, index)).pipe(remember)))
      .subscribe(subscriber);
  });
}

/** RxJS's `zipAll`, over the bounded `zip`. */
export const zipAll: typeof stock.zipAll = ((select?: (...values: unknown[]) => unknown) =>
  (source: Observable<Input>) =>
    source.pipe(
      stock.toArray(),
      mergeMap((inputs: Input[]) =>
        inputs.length === 0
          ? stock.EMPTY
          : select === undefined
            ? zip(inputs)
            : (zip(inputs as Input[], select as never) as Observable<unknown>),
      ),
    )) as never;

/**
 * RxJS's `expand`: emits every value and what `project` gives for it, over and over. Values to expand wait while the
 * consumer is full or all places are taken.
 *
 * @throws StreamOverflowError into the stream when more than the hard cap of 1024 values wait to be expanded
 */
export const expand: typeof stock.expand = ((
  project: (value: unknown, index: number) => Input,
  concurrent: number = Number.POSITIVE_INFINITY,
  scheduler?: SchedulerLike,
) =>
  operate((source, subscriber: Subscriber<unknown>) => {
    const places = (concurrent || 0) < 1 ? Number.POSITIVE_INFINITY : concurrent;
    source.subscribe(new ExpandStage(subscriber, project, places, scheduler));
  })) as never;

class ExpandStage extends Stage<unknown, unknown> {
  readonly label = 'expand';
  readonly #project: (value: unknown, index: number) => Input;
  readonly #places: number;
  readonly #scheduler: SchedulerLike | undefined;
  readonly #queue = new BoundedBuffer<unknown>(DEFAULT_BUFFER_BOUNDS);
  #active = 0;
  #index = 0;
  #working = false;

  constructor(
    downstream: Subscriber<unknown>,
    project: (value: unknown, index: number) => Input,
    places: number,
    scheduler: SchedulerLike | undefined,
  ) {
    super(downstream, true);
    this.#project = project;
    this.#places = places;
    this.#scheduler = scheduler;
  }

  override get queued(): number {
    return this.#queue.length;
  }

  override next(value: unknown): void {
    if (this.isStopped) super.next(value);
    else this.#take(value);
  }

  override error(error?: unknown): void {
    if (this.isStopped) super.error(error);
    else this.fail(error);
  }

  override wake(): void {
    this.#work();
  }

  protected override get idle(): boolean {
    return this.#active === 0 && this.#queue.length === 0;
  }

  protected override discard(): void {
    this.#queue.clear();
  }

  #take(value: unknown): void {
    if (this.#active < this.#places && !this.below?.closed && this.#scheduler === undefined) {
      this.#start(value);
      return;
    }
    const overflow = this.#queue.push(value, true);
    if (overflow !== undefined) {
      this.fail(overflow);
      return;
    }
    if (this.#queue.full || this.#active >= this.#places) this.oxbowGate.close();
    if (this.#scheduler !== undefined && this.#active < this.#places) this.#schedule();
    else if (this.below?.closed) this.below.wait(this);
  }

  #schedule(): void {
    const scheduled = this.#scheduler?.schedule(() => this.#work(1));
    if (scheduled !== undefined) this.downstream.add(scheduled);
  }

  #work(most: number = Number.POSITIVE_INFINITY): void {
    if (this.#working || this.over) return;
    this.#working = true;
    let left = most;
    while (
      this.#queue.length > 0 &&
      this.#active < this.#places &&
      !this.below?.closed &&
      !this.over &&
      left-- > 0
    ) {
      this.#start(this.#queue.shift());
    }
    this.#working = false;
    if (this.settle()) return;
    if (this.#queue.length > 0 && this.below?.closed) this.below.wait(this);
    if (this.#queue.drained && this.#active < this.#places) this.oxbowGate.open();
  }

  #start(value: unknown): void {
    this.downstream.next(value);
    if (this.over) return;
    this.#active++;
    let completed = false;
    const inner = new Subscriber<unknown>(this.downstream as never);
    inner.next = (innerValue) => {
      if (!inner.closed && !this.over) this.#take(innerValue);
    };
    inner.complete = () => {
      if (completed) return;
      completed = true;
      inner.unsubscribe();
      this.#active--;
      if (this.#scheduler !== undefined && this.#queue.length > 0) this.#schedule();
      else this.#work();
      this.settle();
    };
    try {
      innerFrom(this.#project(value, this.#index++)).subscribe(inner);
    } catch (error) {
      this.fail(error);
    }
  }
}
