/** A stream one sends into by hand: the bounded queue between two tasks. */
import { bindToTask, checkOptions, type Settle } from '@oxbow/loop/lowlevel';
import { StreamClosedError } from '../errors.ts';
import { heldApart } from '../held-apart.ts';
import { BUFFER_OPTION_NAMES, type BufferBounds, type BufferOptions, bufferBounds } from '../overflow.ts';
import { Stream } from '../stream.ts';
import { onAbort } from '../terminal/abort.ts';
import { Handoff } from './handoff.ts';

const SENT: Promise<void> = Promise.resolve();

interface Sender<T> {
  readonly value: T;
  readonly settle: Settle<void>;
}

/**
 * A queue with a bound, sent into on one side and consumed as a stream on the other.
 *
 * It is hot, with one consumer at a time. Values sent before the first consumer wait for it, and when a consumer leaves
 * early, what it had not been handed waits for the next. A second consumer fails with `ERR_OXBOW_STREAM_BUSY`.
 *
 * @example
 * ```ts
 * import { Channel } from '@oxbow/stream';
 *
 * const channel = new Channel<number>({ highWaterMark: 10 });
 * void channel.send(1).then(() => channel.close());
 * for await (const value of channel) console.log(value);
 * ```
 */
export class Channel<T> extends Stream<T> {
  private readonly handoff: () => Handoff<T>;
  // A Set keeps the order of arrival and lets a cancelled sender leave in O(1).
  private readonly senders: () => Set<Sender<T>> = heldApart(new Set());
  private stopAborting: () => void = () => {};

  /** @param options the buffer's bounds and policy; under a policy other than `pause` no sender ever waits */
  constructor(options?: BufferOptions<T>) {
    super(function (this: Stream<T>, out, flow) {
      return (this as Channel<T>).handoff().attach(out, flow);
    });
    checkOptions(options, BUFFER_OPTION_NAMES, 'Channel', { number: 'highWaterMark' });
    const source = {
      pause() {},
      resume: () => this.admit(),
      leave: (reason: unknown) => this.refuse(reason),
    };
    const handoff = new Handoff<T>(source, 'resume', bufferBounds(options, 'Channel'), 'This channel');
    this.handoff = heldApart(handoff);
    this.stopAborting = onAbort(options?.signal, (reason) => this.close(reason));
  }

  /** True once the channel has been closed: nothing more can be sent, what waits can still be read. */
  get closed(): boolean {
    return this.handoff().ended;
  }

  /** How many values wait in the channel itself. */
  get size(): number {
    return this.handoff().queued;
  }

  /**
   * Sends a value, and waits while the buffer is full. Senders are served in order. The wait belongs to the calling task;
   * when that is cancelled the value has not been sent.
   *
   * @throws StreamClosedError (as a rejection) when the channel is closed, before or during the wait
   */
  send(value: T): Promise<void> {
    if (this.handoff().ended) return Promise.reject(new StreamClosedError('This channel'));
    if (this.senders().size === 0 && !this.handoff().full) {
      this.handoff().push(value);
      return SENT;
    }
    return bindToTask((settle: Settle<void>) => {
      const sender = { value, settle };
      this.senders().add(sender);
      return () => {
        this.senders().delete(sender);
      };
    });
  }

  /** Sends a value if that needs no wait. @returns false when the buffer is full or the channel is closed */
  trySend(value: T): boolean {
    if (this.handoff().ended || this.senders().size > 0 || this.handoff().full) return false;
    this.handoff().push(value);
    return true;
  }

  /** Closes the channel: what waits is read first, then the end, or `error`. Waiting senders are refused. Idempotent. */
  close(error?: unknown): void {
    this.stopAborting();
    if (this.handoff().ended) return;
    this.refuse(error);
    this.handoff().end(error === undefined ? undefined : { error });
  }

  [Symbol.dispose](): void {
    this.close();
  }

  protected override get defaultBounds(): BufferBounds<never> {
    return this.handoff().bounds;
  }

  private admit(): void {
    for (const sender of this.senders()) {
      if (this.handoff().full || this.handoff().ended) return;
      this.senders().delete(sender);
      this.handoff().push(sender.value);
      sender.settle.resolve();
    }
  }

  private refuse(reason: unknown): void {
    for (const { settle } of this.senders()) {
      settle.reject(
        new StreamClosedError('This channel', reason === undefined ? undefined : { cause: reason }),
      );
    }
    this.senders().clear();
  }
}
