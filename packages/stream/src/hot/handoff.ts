/**
 * The heart of every hot stream: an owner that pushes on one side, and one consumer at a time on the other. A bounded
 * buffer bridges the moments in which nobody reads. It does not know the Stream class, sockets or channels.
 */

import { BoundedBuffer } from '../bounded-buffer.ts';
import type { ConsumerWatch } from '../consumer-watch.ts';
import type { Emitter } from '../emitter.ts';
import { StreamBusyError, StreamClosedError } from '../errors.ts';
import type { Flow } from '../flow.ts';
import type { BufferBounds } from '../overflow.ts';
import type { Failure } from '../terminal/intake.ts';
import { queuedIn, watchConsumer } from '../unread.ts';

/** What a hot stream tells its owner. */
export interface HotSource {
  /** The first consumer has come. Called once, before the first `resume()`. */
  start?(): void;
  /** Stop pushing; what is pushed all the same is buffered up to the hard cap. */
  pause(): void;
  /** Go on. */
  resume(): void;
  /**
   * A terminal directly on the stream has read something that waited for it. Values it takes as they are pushed are not
   * told: look at `unread` after `push` for those.
   */
  taken?(): void;
  /** Nobody will read any more: free what the source holds. `reason` is the failure, when there is one. */
  leave(reason?: unknown): void;
}

/** What happens when a consumer leaves before the end. */
export type OnLeave = 'resume' | 'close';

/** What a consumer needs of its hand-off. */
interface Serving<T> {
  takeBack(consumer: Consumer<T>, unread: readonly T[]): void;
  tellTaken(): void;
  detach(consumer: Consumer<T>): void;
  goOn(consumer: Consumer<T>): void;
}

/** One consumer, from when it comes to when it leaves. */
class Consumer<T> implements ConsumerWatch<T> {
  readonly out: Emitter<T>;
  readonly flow: Flow;
  readonly #serving: Serving<T>;
  /** True while it will be called back when the flow resumes. */
  #waiting = false;

  constructor(out: Emitter<T>, flow: Flow, serving: Serving<T>) {
    this.out = out;
    this.flow = flow;
    this.#serving = serving;
  }

  /** Has the hand-off go on when the flow resumes. */
  awaitResume(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.flow.onResume(() => {
      this.#waiting = false;
      this.#serving.goOn(this);
    });
  }

  gaveBack(unread: readonly T[]): void {
    this.#serving.takeBack(this, unread);
  }

  tookQueued(): void {
    this.#serving.tellTaken();
  }

  left(): void {
    this.#serving.detach(this);
  }
}

export class Handoff<T> implements Serving<T> {
  readonly #source: HotSource;
  readonly #onLeave: OnLeave;
  readonly bounds: BufferBounds<T>;
  /** Made for the first value that nobody takes at once. */
  #buffer: BoundedBuffer<T> | undefined;
  readonly #what: string;
  #consumer: Consumer<T> | undefined;
  #started = false;
  #paused = true;
  #pumping = false;
  #ending: { readonly failure: Failure | undefined } | undefined;
  /** The ending has reached a consumer. */
  #over = false;
  #left = false;
  /** Called before the source is told that nobody will read any more. */
  onLeaving: (() => void) | undefined;

  constructor(source: HotSource, onLeave: OnLeave, bounds: BufferBounds<T>, what: string) {
    this.#source = source;
    this.#onLeave = onLeave;
    this.bounds = bounds;
    this.#what = what;
  }

  /** Values that wait for a consumer here. */
  get queued(): number {
    return this.#buffer === undefined ? 0 : this.#buffer.length;
  }

  /** Values that no consumer has taken: those that wait here, and in a terminal directly on the stream. */
  get unread(): number {
    return this.queued + (this.#consumer === undefined ? 0 : queuedIn(this.#consumer.out));
  }

  get full(): boolean {
    return this.#buffer?.full === true;
  }

  /** True while somebody reads. */
  get consumed(): boolean {
    return this.#consumer !== undefined;
  }

  /** True once nothing more can be pushed. */
  get ended(): boolean {
    return this.#ending !== undefined || this.#left;
  }

  /** A consumer subscribes. @returns its teardown */
  attach(out: Emitter<T>, flow: Flow): (() => void) | undefined {
    if (this.#consumer !== undefined) {
      out.error(new StreamBusyError(this.#what));
      return undefined;
    }
    if (this.#left || (this.#over && this.#onLeave === 'close')) {
      out.error(new StreamClosedError(this.#what));
      return undefined;
    }
    const consumer = new Consumer<T>(out, flow, this);
    this.#consumer = consumer;
    if (!watchConsumer(out, consumer)) out.add(() => this.detach(consumer));
    else if (out.closed) this.detach(consumer);
    if (!this.#started) {
      this.#started = true;
      this.#source.start?.();
    }
    this.#pump();
    return undefined;
  }

  /** @returns false when the owner has been told to pause, or nobody will read the value */
  push(value: T): boolean {
    if (this.ended) return false;
    const consumer = this.#consumer;
    if (consumer !== undefined && this.queued === 0 && !consumer.flow.paused) {
      consumer.out.next(value);
      return this.#afterHanding(consumer);
    }
    return this.#keep([value]);
  }

  /** The same for several values as one emission. The array belongs to the stream from here on. */
  pushBatch(values: readonly T[]): boolean {
    if (this.ended) return false;
    const consumer = this.#consumer;
    if (consumer !== undefined && this.queued === 0 && !consumer.flow.paused) {
      consumer.out.batch(values);
      return this.#afterHanding(consumer);
    }
    return this.#keep(values);
  }

  /** Nothing more will come. What is buffered is read first, then the ending, by the reader of that time. */
  end(failure?: Failure): void {
    if (this.ended) return;
    this.#ending = { failure };
    this.#pump();
  }

  #afterHanding(consumer: Consumer<T>): boolean {
    if (this.#consumer !== consumer) return false;
    if (consumer.flow.paused) this.#hold(consumer);
    return !this.#paused;
  }

  #keep(values: readonly T[]): boolean {
    const wasPaused = this.#paused;
    const buffer = this.#bufferForUse();
    for (const value of values) {
      const overflow = buffer.push(value, wasPaused);
      if (overflow === undefined) continue;
      this.#ending = { failure: { error: overflow } };
      this.#leave(overflow);
      this.#pump();
      return false;
    }
    if (this.bounds.overflow !== 'pause') return true;
    this.#pause();
    return false;
  }

  /** Hands over what is buffered while the consumer takes it, then the ending, or the word to go on. */
  #pump(): void {
    const consumer = this.#consumer;
    if (consumer === undefined || this.#pumping) return;
    const { out, flow } = consumer;
    const buffer = this.#buffer;
    this.#pumping = true;
    while (buffer !== undefined && buffer.length > 0 && this.#consumer === consumer && !flow.paused)
      out.next(buffer.shift());
    this.#pumping = false;
    if (this.#consumer !== consumer) {
      // It left, and another may have come while the loop ran.
      this.#pump();
    } else if (this.queued === 0 && this.#ending !== undefined) {
      this.#deliverEnding(consumer);
    } else if (flow.paused) {
      this.#hold(consumer);
    } else {
      this.#resume();
    }
  }

  #bufferForUse(): BoundedBuffer<T> {
    this.#buffer ??= new BoundedBuffer(this.bounds);
    return this.#buffer;
  }

  #deliverEnding(consumer: Consumer<T>): void {
    this.#over = true;
    this.#consumer = undefined;
    const failure = this.#ending?.failure;
    if (failure === undefined) consumer.out.complete();
    else consumer.out.error(failure.error);
  }

  #hold(consumer: Consumer<T>): void {
    this.#pause();
    consumer.awaitResume();
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#source.pause();
  }

  #resume(): void {
    if (!this.#paused || this.ended) return;
    this.#paused = false;
    this.#source.resume();
  }

  /** The flow of a consumer has resumed. */
  goOn(consumer: Consumer<T>): void {
    if (this.#consumer === consumer) this.#pump();
  }

  /** A consumer has read something that waited in it. */
  tellTaken(): void {
    this.#source.taken?.();
  }

  /** A consumer leaves early, and this is what it has not read. */
  takeBack(consumer: Consumer<T>, unread: readonly T[]): void {
    if (this.#onLeave === 'resume' && (this.#consumer === consumer || this.#consumer === undefined)) {
      this.#bufferForUse().putBack(unread);
    }
  }

  /** A consumer has left. */
  detach(consumer: Consumer<T>): void {
    if (this.#consumer !== consumer) return;
    this.#consumer = undefined;
    if (this.#onLeave === 'resume') {
      this.#pause();
      return;
    }
    this.#left = true;
    this.#buffer?.clear();
    this.#leave();
  }

  #leave(reason?: unknown): void {
    this.onLeaving?.();
    this.#source.leave(reason);
  }
}
