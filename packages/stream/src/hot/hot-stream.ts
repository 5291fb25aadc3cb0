/** A stream whose source runs by itself and has one consumer at a time: a socket, a response body, a crawl. */
import { checkOptions } from '@oxbow/loop/lowlevel';
import { StreamInputError } from '../errors.ts';
import { heldApart } from '../held-apart.ts';
import { BUFFER_OPTION_NAMES, type BufferBounds, type BufferOptions, bufferBounds } from '../overflow.ts';
import { type Producer, Stream } from '../stream.ts';
import { onAbort } from '../terminal/abort.ts';
import { Handoff, type HotSource, type OnLeave } from './handoff.ts';

/** Options of `HotStream`. */
export interface HotStreamOptions<T> extends BufferOptions<T> {
  /**
   * What happens when a consumer leaves before the end. `resume`: the source pauses, values not yet handed over wait for
   * the next consumer. `close`: the source is left for good, later consumers get `ERR_OXBOW_STREAM_CLOSED`.
   */
  readonly onLeave: OnLeave;
  /** How messages call this stream, e.g. `This socket`. */
  readonly what?: string | undefined;
}

const nothing = (): void => {};

/** Of frozen options, which cannot change: a server makes thousands of streams from the same. */
const knownBounds = new WeakMap<object, BufferBounds<never>>();

/**
 * A hot stream with one consumer at a time.
 *
 * The owner calls `push`, `pushBatch` and `end`; the stream tells the owner's source to start, pause, resume and leave.
 * Before the first consumer the source is paused. A second consumer beside the first fails with `ERR_OXBOW_STREAM_BUSY`.
 * The buffer bounds given here are those of its direct terminals too, unless they name their own.
 */
export class HotStream<T> extends Stream<T> {
  /** One for all hot streams: a server has thousands of them. */
  private static readonly attach: Producer<unknown> = function (this: Stream<unknown>, out, flow) {
    return (this as HotStream<unknown>).handoff().attach(out, flow);
  };

  private readonly handoff: () => Handoff<T>;
  private stopAborting: () => void = nothing;

  constructor(source: HotSource, options: HotStreamOptions<T>) {
    super(HotStream.attach as never);
    const { onLeave, what = 'This stream', signal } = options;
    const bounds = boundsOf(options);
    const handoff = new Handoff(source, onLeave, bounds, what);
    this.handoff = heldApart(handoff);
    if (signal === undefined) return;
    handoff.onLeaving = () => this.stopAborting();
    this.stopAborting = onAbort(signal, (reason) => this.end(reason));
  }

  /**
   * For the owner: hands a value to the consumer, or keeps it for one.
   *
   * @returns false when the source has been told to pause, or the stream has ended
   */
  push(value: T): boolean {
    return this.handoff().push(value);
  }

  /** For the owner: several values as one emission, in order. The array belongs to the stream from here on. */
  pushBatch(values: readonly T[]): boolean {
    return this.handoff().pushBatch(values);
  }

  /** For the owner: values that were pushed and that no consumer has taken yet; an operator takes what it is handed. */
  get unread(): number {
    return this.handoff().unread;
  }

  /** For the owner: whether somebody reads at the moment. */
  get hasConsumer(): boolean {
    return this.handoff().consumed;
  }

  /** For the owner: nothing more will come. Buffered values are read first, then the error or the end; once. */
  end(error?: unknown): void {
    this.stopAborting();
    this.handoff().end(error === undefined ? undefined : { error });
  }

  protected override get defaultBounds(): BufferBounds<never> {
    return this.handoff().bounds;
  }
}

function boundsOf<T>(options: HotStreamOptions<T>): BufferBounds<T> {
  const known = knownBounds.get(options);
  if (known !== undefined) return known as BufferBounds<T>;
  checkOptions(options, [...BUFFER_OPTION_NAMES, 'onLeave', 'what'], 'HotStream');
  const { onLeave, what: _what, ...bufferOptions } = options;
  if (onLeave !== 'resume' && onLeave !== 'close') {
    throw new StreamInputError(`HotStream: onLeave must be 'resume' or 'close'; got ${String(onLeave)}.`);
  }
  const bounds = bufferBounds(bufferOptions, 'HotStream');
  if (Object.isFrozen(options)) knownBounds.set(options, bounds as BufferBounds<never>);
  return bounds;
}
