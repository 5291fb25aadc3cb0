/** `mapAsync`: an asynchronous function over every value, several at once, in order unless told otherwise. */

import { checkOptions } from '@oxbow/loop/lowlevel';
import { RingBuffer } from '@oxbow/loop/structures';
import type { OperatorFunction, Subscriber } from 'rxjs';
import { BoundedBuffer } from '../bounded-buffer.ts';
import { StreamInputError } from '../errors.ts';
import { checkCount, DEFAULT_BUFFER_BOUNDS } from '../overflow.ts';
import { isAsyncFunction, OwnTurn } from '../terminal/own-turn.ts';
import { livesOnSource } from './lives-on-source.ts';
import { operate } from './operate.ts';
import { Stage } from './stage.ts';

/** Options of `mapAsync`. */
export interface MapAsyncOptions {
  /** Calls that may be pending at once, results that wait for their turn included. Default 1. */
  readonly concurrency?: number | undefined;
  /** Emit in the order of the source (the default) or as results come. */
  readonly ordered?: boolean | undefined;
}

type Project<T, R> = (value: T, index: number) => R | PromiseLike<R>;

/**
 * Maps every value through a function that may return a promise, at most `concurrency` at once; the source is paused
 * while all places are taken. Results keep the order of the source; a failure takes its place in that order. With
 * `ordered: false` results come as they settle and a failure ends the stream at once.
 *
 * Leaving the stream forgets pending calls: their results are dropped.
 *
 * @example
 * ```ts
 * import { sleep } from '@oxbow/loop';
 * import { mapAsync, Stream } from '@oxbow/stream';
 *
 * const doubled = Stream.from([1, 2, 3]).pipe(
 *   mapAsync(async (n) => {
 *     await sleep(10);
 *     return 2 * n;
 *   }, { concurrency: 2 }),
 * );
 * for await (const n of doubled) console.log(n); // in the order of the source
 * ```
 */
export function mapAsync<T, R>(
  project: Project<T, R>,
  options?: MapAsyncOptions | number,
): OperatorFunction<T, R> {
  const settings = typeof options === 'number' ? { concurrency: options } : options;
  checkOptions(settings, ['concurrency', 'ordered'], 'mapAsync()');
  if (typeof project !== 'function') {
    throw new StreamInputError(`mapAsync() takes a function of one value; got ${typeof project}.`);
  }
  const concurrency = settings?.concurrency ?? 1;
  checkCount(concurrency, 'mapAsync(): concurrency');
  const ordered = settings?.ordered ?? true;
  return operate((source, subscriber) => {
    source.subscribe(new MapAsyncStage(subscriber, project, concurrency, ordered));
  });
}

/** The place of one pending call in the order of results. */
interface Slot<R> {
  state: 'pending' | 'resolved' | 'rejected';
  value: R | undefined;
  error: unknown;
}

class MapAsyncStage<T, R> extends Stage<T, R> {
  readonly label = 'mapAsync';
  private readonly project: Project<T, R>;
  private readonly concurrency: number;
  private readonly ordered: boolean;
  /** What arrived while all places were taken: the rest of a batch, or a source that ignores the pause. */
  private readonly queue = new BoundedBuffer<T>(DEFAULT_BUFFER_BOUNDS);
  /** In order: every call not yet emitted. Unordered: results that wait for the consumer. */
  private readonly slots = new RingBuffer<Slot<R>>();
  private readonly turn: OwnTurn | undefined;
  private pending = 0;
  private index = 0;
  private flushing = false;
  /** True once a window or group came: what is pending may live on what the source emits next. */
  private fed = false;

  constructor(downstream: Subscriber<R>, project: Project<T, R>, concurrency: number, ordered: boolean) {
    super(downstream);
    this.project = project;
    this.concurrency = concurrency;
    this.ordered = ordered;
    this.turn = isAsyncFunction(project) ? new OwnTurn(() => this.flush()) : undefined;
  }

  override get queued(): number {
    return this.queue.length + this.slots.length;
  }

  override waitsFor(): string {
    if (this.below?.closed) return 'its consumer';
    return this.pending > 0 ? `${this.pending} pending calls` : 'nothing: it waits for the source';
  }

  protected override onNext(value: T): void {
    if (this.queue.length === 0 && this.free > 0 && !this.turn?.elsewhere) {
      this.start(value);
      if (this.free <= 0 && this.mustHold(value)) this.oxbowGate.close();
    } else {
      const overflow = this.queue.push(value, this.oxbowGate.closed || livesOnSource(value));
      if (this.mustHold(value)) this.oxbowGate.close();
      if (this.free > 0) this.turn?.request();
      // Not behind the pending calls: one that hangs must not hide that the source runs wild.
      if (overflow !== undefined) this.fail(overflow);
    }
  }

  override wake(): void {
    this.flush();
  }

  protected override get idle(): boolean {
    return this.queue.length === 0 && this.slots.length === 0 && this.pending === 0;
  }

  protected override discard(): void {
    this.queue.clear();
    this.slots.clear();
  }

  /** Places not taken by pending calls or by results that wait. */
  private get free(): number {
    return this.concurrency - (this.ordered ? this.slots.length : this.pending + this.slots.length);
  }

  /** True when the source must wait for a place. A window's gets free only if it goes on: that waits for the consumer alone. */
  private mustHold(value: T): boolean {
    if (!livesOnSource(value)) return true;
    this.fed = true;
    if (!this.below?.closed) return false;
    this.below.wait(this);
    return true;
  }

  private start(value: T): void {
    const slot: Slot<R> = { state: 'pending', value: undefined, error: undefined };
    if (this.ordered) this.slots.push(slot);
    this.pending++;
    let result: R | PromiseLike<R>;
    try {
      result = this.project(value, this.index++);
    } catch (error) {
      this.settleSlot(slot, 'rejected', undefined, error);
      return;
    }
    if (typeof (result as PromiseLike<R> | undefined)?.then === 'function') {
      (result as PromiseLike<R>).then(
        (mapped) => this.settleSlot(slot, 'resolved', mapped, undefined),
        (error: unknown) => this.settleSlot(slot, 'rejected', undefined, error),
      );
    } else {
      this.settleSlot(slot, 'resolved', result as R, undefined);
    }
  }

  private settleSlot(
    slot: Slot<R>,
    state: 'resolved' | 'rejected',
    value: R | undefined,
    error: unknown,
  ): void {
    if (this.over) return;
    this.pending--;
    slot.state = state;
    slot.value = value;
    slot.error = error;
    if (!this.ordered) {
      if (state === 'rejected') {
        this.fail(error);
        return;
      }
      this.slots.push(slot);
    }
    this.flush();
  }

  /** Emits what is due, starts what waits, then lets the source go on. */
  private flush(): void {
    if (this.flushing || this.over) return;
    this.flushing = true;
    const { below } = this;
    for (;;) {
      const slot = this.slots.peek();
      if (slot !== undefined && slot.state !== 'pending') {
        if (below?.closed) {
          below.wait(this);
          break;
        }
        this.slots.shift();
        if (slot.state === 'rejected') {
          this.flushing = false;
          this.fail(slot.error);
          return;
        }
        this.downstream.next(slot.value as R);
        if (this.over) return;
      } else if (this.queue.length > 0 && this.free > 0) {
        this.start(this.queue.shift());
        if (this.over) return;
      } else {
        break;
      }
    }
    this.flushing = false;
    if (this.settle()) return;
    if (this.queue.length === 0 && this.free > 0) this.oxbowGate.open();
    else if (this.fed && this.oxbowGate.closed) {
      // What is pending may need the source: it waits for the consumer, not for a call.
      if (below?.closed) below.wait(this);
      else this.oxbowGate.open();
    }
  }
}
