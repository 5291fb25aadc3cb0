/**
 * The inbound side of a connection. The transport's bytes go through a receiver, which is borrowed while there is
 * something to parse. They come out as messages, Pings, Pongs and a Close frame. It holds the peer to its rates, and
 * holds reading back when the owner says so. It sends nothing and decides nothing about the end.
 */
import { PeerError } from '../errors.ts';
import type { ProtocolViolation } from '../protocol/errors.ts';
import type { ReceiveEvents } from '../protocol/events.ts';
import type { Inflater } from '../protocol/permessage-deflate.ts';
import type { Receiver } from '../protocol/receiver.ts';
import type { Transport } from '../transport/transport.ts';
import type { Endpoint } from './endpoint.ts';
import { FloodGuard } from './flood-guard.ts';
import type { MessageCount } from './slow-consumer.ts';

/** Whom the way in tells. */
export interface InboundOwner {
  /** Whether messages still count: after our Close frame they are read for the peer's Close frame behind them. */
  readonly isOpen: boolean;
  onMessage(data: string | Uint8Array): void;
  onPing(payload: Uint8Array): void;
  onPong(payload: Uint8Array): void;
  onCloseFrame(code: number | undefined, reason: string): void;
  /** The peer broke a rule of the protocol. Nothing comes after it. */
  onViolation(error: PeerError): void;
  /** The peer sends more than it may in a second. */
  onFlood(error: PeerError): void;
}

/** Unparsed bytes held for an owner that does not read, before the transport is paused too. */
const MAX_UNREAD_BYTES = 65_536;

/** Reads one peer's bytes for a connection. */
export class Inbound implements ReceiveEvents {
  readonly #owner: InboundOwner;
  readonly #endpoint: Endpoint;
  readonly #transport: Transport;
  readonly #inflater: Inflater | undefined;
  /** Only while it holds something: a part of a frame or message, bytes that wait, or the word to stop. */
  #receiver: Receiver | undefined;
  /** Made for the first event that has a rate. */
  #flood: FloodGuard | undefined;
  #heardAtMs = 0;
  #messages = 0;
  #bytes = 0;
  /** Messages told since the bytes before the present ones came. */
  #toldNow = false;
  #toldBefore = false;
  #isTransportPaused = false;
  #isFinished = false;

  constructor(owner: InboundOwner, endpoint: Endpoint, transport: Transport, inflater: Inflater | undefined) {
    this.#owner = owner;
    this.#endpoint = endpoint;
    this.#transport = transport;
    this.#inflater = inflater;
  }

  /** Messages received, and their length in characters or bytes. */
  get received(): MessageCount {
    return { messages: this.#messages, bytes: this.#bytes };
  }

  /** Whether nothing is read from the peer at the moment. */
  get isPaused(): boolean {
    return this.#isTransportPaused;
  }

  /** Whether messages were told with the bytes that came last, or right before: they may still get their answers. */
  get toldLately(): boolean {
    return this.#toldNow || this.#toldBefore;
  }

  /** Takes the next bytes. @param isLent whether the memory is somebody else's again when the call returns */
  take(bytes: Uint8Array, isLent: boolean, nowMs: number): void {
    if (this.#isFinished) return;
    this.#heardAtMs = nowMs;
    this.#noteChunk();
    const receiver = this.#borrow();
    receiver.receive(bytes, isLent);
    this.#giveBackIfIdle();
    if (this.#isTransportPaused || !receiver.stopped || receiver.waitingBytes < MAX_UNREAD_BYTES) return;
    this.#isTransportPaused = true;
    this.#transport.pause();
  }

  /** Stops behind the current message; the peer feels it once the buffers between us are full. */
  pause(): void {
    if (!this.#isFinished) this.#borrow().stop();
  }

  /** Goes on; messages may be told within the call. */
  resume(): void {
    this.#noteChunk();
    this.#receiver?.resume();
    this.#giveBackIfIdle();
    if (!this.#isTransportPaused || this.#receiver?.stopped === true) return;
    this.#isTransportPaused = false;
    this.#transport.resume();
  }

  /** Drops what waits and ignores what comes. */
  finish(): void {
    this.#isFinished = true;
    this.#receiver?.finish();
    // It may be in use right now; it is not lent again.
    this.#receiver = undefined;
  }

  message(data: string | Uint8Array): void {
    if (!this.#owner.isOpen) return;
    if (this.#endpoint.settings.maxMessagesPerSecond !== Number.POSITIVE_INFINITY) {
      const flood = this.#guard.message(this.#heardAtMs);
      if (flood !== undefined) {
        this.#owner.onFlood(flood);
        return;
      }
    }
    this.#toldNow = true;
    this.#messages += 1;
    this.#bytes += data.length;
    this.#owner.onMessage(data);
  }

  ping(payload: Uint8Array): void {
    if (this.#allowsControl()) this.#owner.onPing(payload);
  }

  pong(payload: Uint8Array): void {
    if (this.#allowsControl()) this.#owner.onPong(payload);
  }

  close(code: number | undefined, reason: string): void {
    this.#owner.onCloseFrame(code, reason);
  }

  violation(error: ProtocolViolation): void {
    this.#owner.onViolation(PeerError.from(error));
  }

  #borrow(): Receiver {
    this.#receiver ??= this.#endpoint.takeReceiver(this, this.#inflater);
    return this.#receiver;
  }

  #giveBackIfIdle(): void {
    const receiver = this.#receiver;
    if (receiver === undefined || !receiver.isIdle) return;
    this.#receiver = undefined;
    this.#endpoint.giveReceiver(receiver);
  }

  #noteChunk(): void {
    this.#toldBefore = this.#toldNow;
    this.#toldNow = false;
  }

  get #guard(): FloodGuard {
    this.#flood ??= new FloodGuard(this.#endpoint.settings);
    return this.#flood;
  }

  /** Counts a control frame; false when it was one too many. */
  #allowsControl(): boolean {
    const flood = this.#guard.controlFrame(this.#heardAtMs);
    if (flood !== undefined) this.#owner.onFlood(flood);
    return flood === undefined;
  }
}
