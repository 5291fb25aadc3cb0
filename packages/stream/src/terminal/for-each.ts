/**
 * A stream read by pushing: one function called for every value, with as many calls at once as asked for. The base of
 * `forEach`, `collect` and `to(sink)`. A function that returns nothing costs no promise and never closes the gate.
 */
import { bindToTask, type Settle } from '@oxbow/loop/lowlevel';
import type { Observable } from 'rxjs';
import type { BufferBounds } from '../overflow.ts';
import { reportUnhandled } from '../unhandled.ts';
import { onAbort } from './abort.ts';
import { Intake } from './intake.ts';
import type { LiveIntakes } from './live-intakes.ts';
import { OwnTurn } from './own-turn.ts';

/** What to do with every value, and how. */
export interface ForEachPlan<T> {
  readonly label: string;
  readonly bounds: BufferBounds<T>;
  /** Calls that may be pending at once. */
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
  readonly watch: LiveIntakes | undefined;
  /** True when calls are known to wait: then every one is made in the task that reads. */
  readonly waits: boolean;
  /** A promise keeps a place until it settles; its rejection ends the stream. */
  readonly call: (value: T, index: number) => unknown;
}

const noCall = (): void => {};
const NOBODY: Settle<void> = { resolve: noCall, reject: noCall };

export class ForEachReader<T> extends Intake<T> {
  override readonly label: string;
  private readonly concurrency: number;
  private readonly watch: LiveIntakes | undefined;
  // What belongs to the consumer; let go of at the end, for a source may keep this reader for as long as it likes.
  private settle: Settle<void>;
  private call: (value: T, index: number) => unknown;
  private turn: OwnTurn | undefined;
  private stopAborting: (() => void) | undefined;
  private active = 0;
  private index = 0;
  private settled = false;
  private draining = false;

  constructor(source: Observable<T>, plan: ForEachPlan<T>, settle: Settle<void>) {
    super(plan.bounds);
    this.label = plan.label;
    this.concurrency = plan.concurrency;
    this.watch = plan.watch;
    this.settle = settle;
    this.call = plan.call;
    this.turn = plan.waits ? new OwnTurn(() => this.drain()) : undefined;
    if (plan.signal !== undefined) this.stopAborting = onAbort(plan.signal, (reason) => this.fail(reason));
    if (this.settled) return;
    plan.watch?.add(this as never);
    this.connect(source);
  }

  override waitsFor(): string {
    return this.active > 0
      ? `${this.active} pending call${this.active === 1 ? '' : 's'} of its function`
      : 'nothing: it waits for the source';
  }

  /** The short way: the call that nothing stands before. */
  override next(value: T): void {
    if (this.stopped || this.buffer.length > 0 || !this.free) super.next(value);
    else this.run(value);
  }

  protected override accept(value: T): boolean {
    if (!this.free) return false;
    this.run(value);
    return true;
  }

  protected override acceptBatch(values: readonly T[]): number {
    if (this.turn?.elsewhere) return 0;
    const waits = this.turn !== undefined;
    const call = this.call;
    const { length } = values;
    let index = this.index;
    let i = 0;
    try {
      while (i < length && this.active < this.concurrency && !this.settled) {
        if (waits) this.active++;
        const result = call(values[i++] as T, index++);
        if (waits) this.active--;
        this.index = index;
        if (result !== undefined) this.watchResult(result);
      }
    } catch (error) {
      this.fail(error);
    }
    return this.settled ? length : i;
  }

  protected override available(): void {
    this.drainInTurn();
  }

  protected override ended(): void {
    if (this.buffer.length > 0) this.drainInTurn();
    else this.drain();
  }

  /** Ends it all now: the source is torn down, what waits is forgotten, the promise rejects with `reason`. */
  fail(reason: unknown): void {
    if (this.settled) return;
    const settle = this.settle;
    this.closeQuietly();
    settle.reject(reason);
  }

  /** Ends it all now without a word: the waiter has been told already. */
  cancel(): void {
    if (!this.settled) this.closeQuietly();
  }

  private closeQuietly(): void {
    this.letGo();
    try {
      this.close();
    } catch (error) {
      reportUnhandled(error);
    }
  }

  private letGo(): void {
    this.settled = true;
    this.stopAborting?.();
    this.watch?.delete(this as never);
    this.settle = NOBODY;
    this.call = noCall;
    this.turn = undefined;
    this.stopAborting = undefined;
  }

  /** True when one more call may be made, here and now. */
  private get free(): boolean {
    return this.active < this.concurrency && !this.turn?.elsewhere;
  }

  private run(value: T): void {
    let result: unknown;
    // An async function has its place from the start: what it sends itself before its first wait must wait for it.
    const waits = this.turn !== undefined;
    if (waits) this.active++;
    try {
      result = this.call(value, this.index++);
    } catch (error) {
      this.fail(error);
      return;
    } finally {
      if (waits) this.active--;
    }
    // What most functions return: looked at here, because this is the hot path of every synchronous consumer.
    if (result !== undefined) this.watchResult(result);
    if (waits && this.buffer.length > 0) this.drain();
  }

  /** A promise keeps a place until it settles. */
  private watchResult(result: unknown): void {
    if (result === null) return;
    const then = (result as PromiseLike<unknown>).then;
    if (typeof then !== 'function') return;
    this.active++;
    (result as PromiseLike<unknown>).then(
      () => {
        this.active--;
        this.drain();
      },
      (error: unknown) => this.fail(error),
    );
  }

  private drainInTurn(): void {
    if (this.turn?.elsewhere) this.turn.request();
    else this.drain();
  }

  private drain(): void {
    if (this.draining) return;
    const concurrency = this.concurrency;
    this.draining = true;
    while (!this.settled && this.active < concurrency && this.buffer.length > 0) {
      this.run(this.buffer.shift());
      this.goOn();
    }
    this.draining = false;
    if (this.settled || !this.finished || this.active > 0 || this.buffer.length > 0) return;
    const settle = this.settle;
    this.letGo();
    const { failure } = this;
    if (failure === undefined) settle.resolve();
    else settle.reject(failure.error);
  }
}

/**
 * Starts at once; the promise belongs to the calling task.
 *
 * @param promiseCtor RxJS's form: a promise of that class, which belongs to nobody
 */
export function forEachBy<T>(
  source: Observable<T>,
  plan: ForEachPlan<T>,
  promiseCtor: PromiseConstructorLike | undefined,
): Promise<void> {
  if (promiseCtor !== undefined) {
    return new promiseCtor<void>((resolve, reject) => {
      new ForEachReader(source, plan, { resolve, reject });
    }) as Promise<void>;
  }
  return bindToTask((settle: Settle<void>) => {
    const reader = new ForEachReader(source, plan, settle);
    return () => reader.cancel();
  });
}
