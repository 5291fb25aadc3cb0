/**
 * The way out of a connection: frames are written side by side into a page and leave once per turn. When the operating
 * system does not take them at once, everything after waits here, within a budget of bytes and under a policy.
 *
 *   bufferedBytes = the page + frames that wait + what the transport still holds ≤ maxBufferedBytes
 *
 * (or a single message that is larger than the budget, when nothing else waits). At most a quarter of the budget is
 * on its way to the kernel; the rest can still be dropped where the policy says so. Knows neither the closing
 * handshake nor what messages mean.
 */
import type { FrameWriter } from '../protocol/frame-writer.ts';
import { Opcode } from '../protocol/opcode.ts';
import { COMPRESSED, type Deflater } from '../protocol/permessage-deflate.ts';
import type { Transport } from '../transport/transport.ts';
import { type Flushable, flushSoon } from './flush-scheduler.ts';
import { FrameQueue } from './frame-queue.ts';
import { FrameRun } from './frame-run.ts';
import { PAGE_BYTES, type PagePool } from './page-pool.ts';
import type { DroppedCount, MessageCount, SlowConsumerPolicy } from './slow-consumer.ts';

/** What became of a message. `over` means: `close` was asked for, see `SlowConsumerPolicy`. */
export type SendOutcome = 'accepted' | 'dropped' | 'full' | 'over';

/** The budget and what happens beyond it. */
export interface SendQueueOptions {
  /** The most bytes that wait to be sent; ≥ 1. */
  readonly maxBufferedBytes: number;
  readonly slowConsumer: SlowConsumerPolicy;
}

/** What the queues of all connections of one endpoint share. */
export interface SendQueueParts {
  readonly writer: FrameWriter;
  readonly pages: PagePool;
  readonly settings: SendQueueOptions;
}

/** Whom a queue tells. */
export interface SendQueueOwner {
  /** Bytes have left, and a message may fit that did not before. */
  onRoom(): void;
}

/** A frame this large goes out in memory of its own instead of being copied through the page. */
const LARGE_FRAME_BYTES: number = (PAGE_BYTES / 4) * 3;

/** Control frames that wait for a slow peer, pongs apart (of which only the newest counts); beyond, the oldest is let go. */
const MAX_WAITING_PINGS = 16;

/** How every run begins. */
const NO_FRAMES = FrameRun.empty();

/** Queues one connection's frames for its transport. */
export class SendQueue implements Flushable {
  readonly #transport: Transport;
  readonly #parts: SendQueueParts;
  readonly #owner: SendQueueOwner;
  /** What leaves with the next write is in a page, or in a run of finished frames; never in both. */
  #page: Uint8Array | undefined;
  #pageBytes = 0;
  #run: FrameRun = NO_FRAMES;
  #isDirty = false;
  #isCorked = false;
  /** The transport still holds bytes: everything waits until it has none. */
  #isBlocked = false;
  #isEnded = false;
  #droppedMessages = 0;
  #droppedBytes = 0;
  #acceptedMessages = 0;
  #acceptedBytes = 0;
  /** Made for the first frame that waits, as is all that a quick peer never needs. */
  #waiting: FrameQueue | undefined;
  #waitingPings: Uint8Array[] | undefined;
  #waitingPong: Uint8Array | undefined;
  #lastFrame: Uint8Array | undefined;
  #onEnd: (() => void) | undefined;
  readonly #deflater: Deflater | undefined;

  constructor(transport: Transport, parts: SendQueueParts, owner: SendQueueOwner, deflater?: Deflater) {
    this.#transport = transport;
    this.#parts = parts;
    this.#owner = owner;
    this.#deflater = deflater;
  }

  /** Bytes of frames that the operating system has not taken yet. */
  get bufferedBytes(): number {
    // A way that is not blocked has nothing on it: asking the transport costs as much as a small message.
    const unwritten = this.#isBlocked ? this.#transport.unwrittenBytes : 0;
    return this.#readyBytes + (this.#waiting?.bytes ?? 0) + unwritten;
  }

  /** Messages accepted so far, dropped ones included, and their frames' bytes. */
  get accepted(): MessageCount {
    return { messages: this.#acceptedMessages, bytes: this.#acceptedBytes };
  }

  /** Messages accepted so far. */
  get acceptedMessages(): number {
    return this.#acceptedMessages;
  }

  /** What the policy dropped so far. */
  get dropped(): DroppedCount {
    return { messages: this.#droppedMessages, bytes: this.#droppedBytes };
  }

  /** Queues a message; copies it. */
  send(opcode: Opcode, data: string | Uint8Array): SendOutcome {
    const { writer } = this.#parts;
    const payloadBytes = writer.payloadBytes(data);
    if (this.#deflater?.wants(payloadBytes) === true) {
      return this.#sendCompressed(this.#deflater, opcode, writer.bytesOf(data, payloadBytes));
    }
    const size = writer.frameBytes(payloadBytes);
    const outcome = this.#makeRoom(size);
    if (outcome !== 'accepted') return outcome;
    this.#countAccepted(size);
    if (!this.#isReadyFor(size)) {
      this.#wait(writer.frame(opcode, data));
    } else if (size >= LARGE_FRAME_BYTES) {
      this.#writeOut(writer.frame(opcode, data));
    } else if (this.#hasPage()) {
      this.#pageBytes = writer.write(this.#page!, this.#pageBytes, opcode, data, payloadBytes);
      this.#afterAppend();
    } else {
      this.#put(writer.frame(opcode, data));
    }
    return 'accepted';
  }

  /** Queues a finished frame that others may share: it must never change. */
  sendFrame(frame: Uint8Array): SendOutcome {
    const outcome = this.#makeRoom(frame.length);
    if (outcome === 'accepted') this.#accept(frame);
    return outcome;
  }

  /**
   * Compresses a message once it is sure of its place: what has gone through a context that lasts must be sent, once. Its
   * place is reckoned by the most it can become.
   */
  #sendCompressed(deflater: Deflater, opcode: Opcode, payload: Uint8Array): SendOutcome {
    const { writer } = this.#parts;
    const outcome = this.#makeRoom(writer.frameBytes(deflater.boundBytes(payload.length)));
    if (outcome !== 'accepted') return outcome;
    const compressed = deflater.deflate(payload);
    const frame =
      compressed === undefined
        ? writer.frame(opcode, payload)
        : writer.frame(opcode | COMPRESSED, compressed);
    this.#accept(frame);
    return 'accepted';
  }

  /** Queues a finished frame if it leaves half of the budget free, whatever the policy. @returns whether it did */
  sendIfQuiet(frame: Uint8Array): boolean {
    const fits = () => {
      const buffered = this.bufferedBytes;
      return buffered === 0 || buffered + frame.length <= this.#parts.settings.maxBufferedBytes / 2;
    };
    if (!fits() && !this.#isBlocked) this.flush();
    if (!fits()) return false;
    this.#accept(frame);
    return true;
  }

  /**
   * Queues a Ping or Pong, outside of the budget and in front of messages that wait. While the peer does not read, only
   * the newest Pong is kept (RFC 6455 §5.5.3 allows to answer the latest Ping alone) and a few Pings.
   */
  sendControl(opcode: Opcode, payload: Uint8Array): void {
    const frame = this.#parts.writer.frame(opcode, payload);
    if (!this.#isBlocked) {
      this.#append(frame);
    } else if (opcode === Opcode.PONG) {
      this.#waitingPong = frame;
    } else {
      this.#waitingPings ??= [];
      this.#waitingPings.push(frame);
      if (this.#waitingPings.length > MAX_WAITING_PINGS) this.#waitingPings.shift();
    }
  }

  /** Queues the last frame behind everything else. @param onEnd told once all of it was taken */
  end(frame: Uint8Array, onEnd: () => void): void {
    this.#isEnded = true;
    this.#onEnd = onEnd;
    if (this.#isBlocked) {
      this.#lastFrame = frame;
      return;
    }
    this.#append(frame);
    this.flush();
    if (!this.#isBlocked) this.#announceEnd();
  }

  /** Counts every message that waits as dropped. */
  dropWaiting(): void {
    while (this.#waitingFrames > 0) this.#dropOldest();
  }

  /** Lets go of everything that waits, because nobody is left to take it. */
  discard(): void {
    this.#waiting = undefined;
    this.#waitingPings = undefined;
    this.#waitingPong = undefined;
    this.#lastFrame = undefined;
    this.#onEnd = undefined;
    this.#isEnded = true;
    this.#pageBytes = 0;
    this.#run = NO_FRAMES;
    this.#giveBackPage();
  }

  /** Holds everything back until `uncork()`, a full page apart: a chunk is being handled. */
  cork(): void {
    this.#isCorked = true;
  }

  /** Writes out what was sent meanwhile. */
  uncork(): void {
    this.#isCorked = false;
    if (!this.#isDirty) this.flush();
  }

  /** Writes out what is ready. */
  flush(): void {
    this.#isDirty = false;
    if (this.#run !== NO_FRAMES) {
      const run = this.#run;
      this.#run = NO_FRAMES;
      this.#writeOut(run.joined());
    } else if (this.#pageBytes > 0) {
      this.#flushPage(this.#page!);
    }
  }

  #flushPage(page: Uint8Array): void {
    const bytes = this.#pageBytes;
    this.#page = undefined;
    this.#pageBytes = 0;
    const mayReuse = this.#transport.returnsMemory;
    this.#writeOut(mayReuse ? page.subarray(0, bytes) : Uint8Array.from(page.subarray(0, bytes)));
    // Memory goes back only when nobody reads it any more; otherwise the page belongs to the transport.
    if (!mayReuse || !this.#isBlocked) this.#parts.pages.give(page);
    else this.#parts.pages.lose();
  }

  /** The transport has handed on everything it held. */
  written(): void {
    if (!this.#isBlocked || this.#transport.unwrittenBytes > 0) return;
    this.#isBlocked = false;
    this.#appendWaiting();
    if (!this.#isEnded) this.#owner.onRoom();
    else if (!this.#isBlocked && this.#lastFrame === undefined) this.#announceEnd();
  }

  #announceEnd(): void {
    const onEnd = this.#onEnd;
    this.#onEnd = undefined;
    onEnd?.();
  }

  /** Moves what waits to the transport until it is blocked again. */
  #appendWaiting(): void {
    const pings = this.#waitingPings ?? [];
    this.#waitingPings = undefined;
    for (const ping of pings) this.#append(ping);
    const pong = this.#waitingPong;
    this.#waitingPong = undefined;
    if (pong !== undefined) this.#append(pong);
    // A frame leaves the line only when there is a place for it: put back, it would come behind the others.
    for (
      let frame = this.#next();
      frame !== undefined && this.#isReadyFor(frame.length);
      frame = this.#next()
    ) {
      if (this.#waiting?.shift() === undefined) this.#lastFrame = undefined;
      this.#put(frame);
    }
    if (!this.#isBlocked) this.flush();
  }

  #next(): Uint8Array | undefined {
    return this.#waiting?.peek() ?? this.#lastFrame;
  }

  /** Applies the policy until a frame of that size fits, or says that it does not. */
  #makeRoom(size: number): SendOutcome {
    if (this.#fits(size)) return 'accepted';
    // What is in the page may be gone in a moment: a peer is slow only once the kernel says so.
    if (!this.#isBlocked) {
      this.flush();
      if (this.#fits(size)) return 'accepted';
    }
    switch (this.#parts.settings.slowConsumer) {
      case 'drop-oldest':
        while (this.#waitingFrames > 0 && !this.#fits(size)) this.#dropOldest();
        break;
      case 'latest':
        while (this.#waitingFrames > 0) this.#dropOldest();
        break;
      case 'drop-newest':
        break;
      case 'close':
        return 'over';
      default:
        return 'full';
    }
    if (this.#fits(size)) return 'accepted';
    this.countDropped(size);
    return 'dropped';
  }

  #fits(size: number): boolean {
    const buffered = this.bufferedBytes;
    return buffered + size <= this.#parts.settings.maxBufferedBytes || buffered === 0;
  }

  #accept(frame: Uint8Array): void {
    this.#countAccepted(frame.length);
    this.#append(frame);
  }

  #countAccepted(bytes: number): void {
    this.#acceptedMessages += 1;
    this.#acceptedBytes += bytes;
  }

  #dropOldest(): void {
    const frame = this.#waiting?.shift();
    if (frame !== undefined) this.countDropped(frame.length);
  }

  /** Counts a message that was never queued as dropped. */
  countDropped(bytes: number): void {
    this.#droppedMessages += 1;
    this.#droppedBytes += bytes;
  }

  #append(frame: Uint8Array): void {
    if (this.#isReadyFor(frame.length)) this.#put(frame);
    else this.#wait(frame);
  }

  #wait(frame: Uint8Array): void {
    this.#waiting ??= new FrameQueue();
    this.#waiting.push(frame);
  }

  get #waitingFrames(): number {
    return this.#waiting?.size ?? 0;
  }

  /** Makes place for a frame: in the page, or for a large one right behind it. False when the way is blocked. */
  #isReadyFor(size: number): boolean {
    if (this.#isBlocked) return false;
    if (size >= LARGE_FRAME_BYTES || this.#readyBytes + size > PAGE_BYTES) this.flush();
    return !this.#isBlocked;
  }

  /** Puts a frame where `#isReadyFor` made place. */
  #put(frame: Uint8Array): void {
    if (frame.length >= LARGE_FRAME_BYTES) {
      this.#writeOut(frame);
      return;
    }
    if (this.#page === undefined) {
      this.#run = this.#run.with(frame);
    } else {
      this.#page.set(frame, this.#pageBytes);
      this.#pageBytes += frame.length;
    }
    this.#afterAppend();
  }

  /** Writes memory that is not used again before the transport has taken it. */
  #writeOut(frame: Uint8Array): void {
    this.#transport.write(frame);
    this.#isBlocked = this.#transport.unwrittenBytes > 0;
  }

  #afterAppend(): void {
    if (this.#readyBytes >= this.#flushBytes) {
      this.flush();
    } else if (!this.#isDirty && !this.#isCorked) {
      this.#isDirty = true;
      flushSoon(this);
    }
  }

  /** Bytes that leave with the next write. */
  get #readyBytes(): number {
    return this.#pageBytes + this.#run.bytes;
  }

  /** Whether a page is at hand; with a run that has begun, or when too many pages are lent, none is. */
  #hasPage(): boolean {
    if (this.#page === undefined && this.#run === NO_FRAMES) this.#page = this.#parts.pages.take();
    return this.#page !== undefined;
  }

  /** A quarter of the budget, and at most a page. */
  get #flushBytes(): number {
    return Math.min(PAGE_BYTES, Math.max(1, this.#parts.settings.maxBufferedBytes >>> 2));
  }

  #giveBackPage(): void {
    // Never written out, so nobody else can hold it.
    if (this.#page !== undefined) this.#parts.pages.give(this.#page);
    this.#page = undefined;
  }
}
