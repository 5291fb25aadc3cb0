/**
 * One WebSocket connection over a transport: wires the receiver, the send queue, the ending, the keepalive and the rate
 * limits together, and answers what the protocol answers by itself (Pings, Close frames). It knows no HTTP, no topics and
 * no streams: messages go to an owner, one by one, who may ask it to stop reading.
 */
import type { EventLoop } from '@oxbow/loop';
import type { Compression } from '../compression/compression.ts';
import { ConnectionClosedError, PeerError, SlowConsumerError } from '../errors.ts';
import { CloseCode } from '../protocol/close-code.ts';
import type { CloseInfo } from '../protocol/close-handshake.ts';
import type { ReceiveEvents } from '../protocol/events.ts';
import { FrameWriter } from '../protocol/frame-writer.ts';
import type { Role } from '../protocol/message-assembler.ts';
import { Opcode } from '../protocol/opcode.ts';
import { Receiver } from '../protocol/receiver.ts';
import type { TextCodec } from '../protocol/text-codec.ts';
import type { Transport, TransportEvents } from '../transport/transport.ts';
import { AnswerGrace } from './answer-grace.ts';
import type { ConnectionSettings } from './connection-options.ts';
import { Ending } from './ending.ts';
import { FloodGuard } from './flood-guard.ts';
import { rejected } from './handled.ts';
import { Keepalive } from './keepalive.ts';
import { PacedFrames } from './paced-frames.ts';
import type { PagePool } from './page-pool.ts';
import { ParkedSends } from './parked-sends.ts';
import { Pings } from './pings.ts';
import { type SendOutcome, SendQueue } from './send-queue.ts';
import type { SharedFrame } from './shared-frame.ts';
import type { DroppedCount, MessageCount } from './slow-consumer.ts';

/** Whom a connection serves. */
export interface ConnectionOwner {
  /** The next message; `pauseReading()` may be called from within. */
  message(data: string | Uint8Array): void;
  /** A Ping came; it has been answered. */
  ping?(payload: Uint8Array): void;
  /** A Pong came, asked for or not. @param latencyMs when it answers a ping of ours */
  pong?(payload: Uint8Array, latencyMs: number | undefined): void;
  /** The connection is gone; called once, last. */
  closed(info: CloseInfo): void;
}

/** What a connection is built from. */
export interface ConnectionParts {
  readonly role: Role;
  readonly transport: Transport;
  readonly settings: ConnectionSettings;
  readonly loop: EventLoop;
  readonly text: TextCodec;
  readonly pages: PagePool;
  /** What permessage-deflate agreed on; undefined when it did not. */
  readonly compression?: Compression | undefined;
  /** A client's source of masking keys. */
  readonly nextMaskKey?: (() => number) | undefined;
}

/** Unparsed bytes held for an owner that does not read, before the transport is paused too. */
const MAX_UNREAD_BYTES = 65_536;

const NOTHING = new Uint8Array(0);

const SENT: Promise<void> = Promise.resolve();

/** Drives one connection. */
export class Connection {
  readonly #owner: ConnectionOwner;
  readonly #parts: ConnectionParts;
  readonly #receiver: Receiver;
  readonly #writer: FrameWriter;
  readonly #sending: SendQueue;
  readonly #parked: ParkedSends;
  readonly #paced = new PacedFrames();
  readonly #grace: AnswerGrace;
  readonly #pings = new Pings();
  readonly #ending: Ending;
  readonly #keepalive: Keepalive;
  readonly #flood: FloodGuard;
  #nowMs: number;
  #isTransportPaused = false;
  /** Messages told since the bytes before the present ones came. */
  #toldNow = false;
  #toldBefore = false;
  #latencyMs: number | undefined;
  #receivedMessages = 0;
  #receivedBytes = 0;

  constructor(parts: ConnectionParts, owner: ConnectionOwner) {
    const { role, transport, settings, loop, text, pages } = parts;
    this.#owner = owner;
    this.#parts = parts;
    this.#nowMs = loop.time();
    const { inflater, deflater } = parts.compression ?? {};
    this.#receiver = new Receiver(role, settings.limits, text, this.#receiveEvents(), inflater);
    this.#writer = new FrameWriter(text, parts.nextMaskKey);
    this.#sending = new SendQueue(
      transport,
      this.#writer,
      pages,
      settings,
      () => this.#releaseParked(),
      deflater,
    );
    this.#ending = new Ending({
      role,
      transport,
      loop,
      closeTimeoutMs: settings.closeTimeoutMs,
      text,
      writer: this.#writer,
      sending: this.#sending,
      onEnding: (info) => this.#onEnding(info),
    });
    this.#parked = new ParkedSends(settings.maxBufferedBytes);
    this.#grace = new AnswerGrace(loop, () => this.#sending.acceptedMessages);
    this.#flood = new FloodGuard(settings);
    this.#keepalive = new Keepalive(loop, settings, {
      ping: () => this.#sending.sendControl(Opcode.PING, NOTHING),
      dead: (silentMs) => this.#giveUp(silentMs),
      idle: (idleMs) => this.close(CloseCode.GOING_AWAY, `no message for ${Math.round(idleMs)} ms`),
      isPaused: () => this.#isTransportPaused,
    });
  }

  /** Begins to read. */
  start(): void {
    this.#parts.transport.start(this.#transportEvents());
  }

  /** Whether messages may be sent. */
  get isOpen(): boolean {
    return this.#ending.isOpen;
  }

  /** How the connection ended, or how far its end is known. */
  get closeInfo(): CloseInfo {
    return this.#ending.info;
  }

  get bufferedBytes(): number {
    return this.#sending.bufferedBytes;
  }

  /** Bytes of sends that wait for room in the budget, each with what its wait costs. */
  get waitingBytes(): number {
    return this.#parked.bytes;
  }

  /** How long the last Pong took, in ms; undefined before the first. */
  get latencyMs(): number | undefined {
    return this.#latencyMs;
  }

  /** Messages received, and their length in characters or bytes. */
  get received(): MessageCount {
    return { messages: this.#receivedMessages, bytes: this.#receivedBytes };
  }

  /** Messages accepted for sending, and the bytes of their frames. */
  get sent(): MessageCount {
    return this.#sending.accepted;
  }

  get dropped(): DroppedCount {
    return this.#sending.dropped;
  }

  get remoteAddress(): string | undefined {
    return this.#parts.transport.remoteAddress;
  }

  /**
   * Sends a message as soon as it fits the budget; see `Socket.send`.
   *
   * @param isBounded false for an answer: how many there can be is bounded where they are made
   */
  send(data: string | Uint8Array, isBounded = true, opcode: Opcode = opcodeOf(data)): Promise<void> {
    if (!this.#ending.isOpen) return rejected(new ConnectionClosedError(this.closeInfo));
    if (this.#parked.size > 0) return this.#parked.park(opcode, data, isBounded);
    const outcome = this.#offer(opcode, data);
    if (outcome === 'accepted' || outcome === 'dropped') return SENT;
    if (outcome === 'over') return rejected(new ConnectionClosedError(this.closeInfo));
    const { slowConsumer, maxBufferedBytes } = this.#parts.settings;
    if (slowConsumer === 'pause' || !isBounded) return this.#parked.park(opcode, data, isBounded);
    const actual = this.bufferedBytes;
    const message = `The peer is too slow: ${actual} bytes wait where at most ${maxBufferedBytes} may (maxBufferedBytes).`;
    return rejected(new SlowConsumerError('ERR_OXBOW_WS_SLOW_CONSUMER', message, maxBufferedBytes, actual));
  }

  /** Sends a message if it fits now. @returns whether it was accepted */
  trySend(data: string | Uint8Array, opcode: Opcode = opcodeOf(data)): boolean {
    if (!this.#ending.isOpen || this.#parked.size > 0) return false;
    return this.#offer(opcode, data) === 'accepted';
  }

  /** Sends a message of a topic, which cannot wait: one that does not fit and may not be dropped closes. */
  sendShared(shared: SharedFrame): void {
    if (!this.#ending.isOpen) return;
    this.#keepalive.message();
    // Sends that wait come first; a topic does not overtake them.
    const outcome = this.#parked.size > 0 ? 'full' : this.#queueShared(shared);
    if (outcome === 'full' || outcome === 'over') this.#closeSlow(shared.plain.length);
  }

  /**
   * Sends a message of a topic's past at the reader's pace: waits, whatever the policy, until half of the budget
   * is free, so that live messages have room beside it.
   *
   * @throws ConnectionClosedError when the connection is or gets closed
   */
  sendPaced(shared: SharedFrame): Promise<void> {
    if (!this.#ending.isOpen) return rejected(new ConnectionClosedError(this.closeInfo));
    this.#keepalive.message();
    const frame = shared.plain;
    const isFirst = this.#parked.size === 0 && this.#paced.size === 0;
    return isFirst && this.#sending.sendIfQuiet(frame) ? SENT : this.#paced.wait(frame);
  }

  /** @returns the latency in milliseconds */
  ping(): Promise<number> {
    if (!this.#ending.isOpen) return rejected(new ConnectionClosedError(this.closeInfo));
    return this.#pings.ping(this.#parts.loop.time(), (payload) =>
      this.#sending.sendControl(Opcode.PING, payload),
    );
  }

  /**
   * Begins the closing handshake: what was sent goes first, then the Close frame; messages that come after are dropped.
   *
   * @throws SocketInputError for a code or a reason that may not be sent
   */
  close(code: number = CloseCode.NORMAL, reason = ''): void {
    this.#grace.now();
    if (this.#ending.close(code, reason)) this.resumeReading();
  }

  /** Cuts the connection without a closing handshake. */
  terminate(): void {
    this.#parts.transport.destroy();
  }

  /** Stops reading behind the current message; the peer feels it once the buffers between us are full. */
  pauseReading(): void {
    // While closing, the peer's Close frame must be seen: nothing is held back then, it is dropped.
    if (this.#ending.isOpen) this.#receiver.stop();
  }

  /** Goes on reading; messages may arrive within the call. */
  resumeReading(): void {
    this.#noteChunk();
    this.#receiver.resume();
    if (this.#isTransportPaused && !this.#receiver.stopped) {
      this.#isTransportPaused = false;
      this.#parts.transport.resume();
    }
  }

  #transportEvents(): TransportEvents {
    return {
      data: (chunk, isLent) => this.#onData(chunk, isLent),
      written: () => this.#sending.written(),
      ended: () => {
        this.#grace.now();
        this.#ending.peerEnded();
      },
      closed: (error) => this.#onClosed(error),
    };
  }

  #receiveEvents(): ReceiveEvents {
    return {
      message: (data) => this.#onMessage(data),
      ping: (payload) => this.#onPing(payload),
      pong: (payload) => this.#onPong(payload),
      close: (code, reason) => this.#afterAnswers(() => this.#ending.received(code, reason)),
      violation: (error) => this.#afterAnswers(() => this.#fail(PeerError.from(error))),
    };
  }

  #onData(chunk: Uint8Array, isLent: boolean): void {
    this.#nowMs = this.#parts.loop.time();
    this.#keepalive.heard(this.#nowMs);
    this.#noteChunk();
    this.#sending.cork();
    this.#receiver.receive(chunk, isLent);
    this.#sending.uncork();
    if (this.#isTransportPaused || !this.#receiver.stopped) return;
    if (this.#receiver.waitingBytes < MAX_UNREAD_BYTES) return;
    this.#isTransportPaused = true;
    this.#parts.transport.pause();
  }

  #onMessage(data: string | Uint8Array): void {
    // After our Close frame messages are read for the peer's Close frame behind them, and dropped.
    if (!this.#ending.isOpen) return;
    const flood = this.#flood.message(this.#nowMs);
    if (flood !== undefined) {
      this.#fail(flood);
      return;
    }
    this.#keepalive.message();
    this.#toldNow = true;
    this.#receivedMessages += 1;
    this.#receivedBytes += data.length;
    this.#owner.message(data);
  }

  #noteChunk(): void {
    this.#toldBefore = this.#toldNow;
    this.#toldNow = false;
  }

  /** Ends the connection once the messages that came right before have had their answers. */
  #afterAnswers(end: () => void): void {
    if (this.#ending.isOpen && (this.#toldNow || this.#toldBefore)) this.#grace.begin(end);
    else end();
  }

  #onPing(payload: Uint8Array): void {
    if (!this.#allowsControl() || !this.#ending.isOpen) return;
    this.#sending.sendControl(Opcode.PONG, payload);
    this.#owner.ping?.(payload);
  }

  #onPong(payload: Uint8Array): void {
    if (!this.#allowsControl()) return;
    const nowMs = this.#parts.loop.time();
    const latencyMs = this.#pings.pong(payload, nowMs) ?? this.#keepalive.pong(nowMs);
    this.#latencyMs = latencyMs ?? this.#latencyMs;
    this.#owner.pong?.(payload, latencyMs);
  }

  /** No more messages may be sent: those that wait never will be. */
  #onEnding(info: CloseInfo): void {
    this.#keepalive.stop();
    const closing = new ConnectionClosedError(info);
    this.#parked.rejectAll(closing);
    this.#paced.rejectAll(closing);
  }

  #onClosed(error: unknown): void {
    this.#grace.now();
    const info = this.#ending.lost(error);
    this.#keepalive.stop();
    this.#receiver.finish();
    this.#sending.discard();
    this.#parts.compression?.close();
    const gone = new ConnectionClosedError(info);
    this.#parked.rejectAll(gone);
    this.#paced.rejectAll(gone);
    this.#pings.rejectAll(gone);
    this.#owner.closed(info);
  }

  /** Fails the connection; what the peer still says is read and dropped. */
  #fail(error: PeerError): void {
    this.#receiver.finish();
    this.#ending.fail(error);
    this.resumeReading();
  }

  /** Counts a control frame; false when it was one too many. */
  #allowsControl(): boolean {
    const flood = this.#flood.controlFrame(this.#nowMs);
    if (flood !== undefined) this.#fail(flood);
    return flood === undefined;
  }

  #giveUp(silentMs: number): void {
    const silent = Math.round(silentMs);
    const message = `The connection was failed: the peer did not answer a ping and was silent for ${silent} ms.`;
    const limit = this.#parts.settings.pongTimeoutMs;
    this.#fail(
      new PeerError('ERR_OXBOW_WS_KEEPALIVE', CloseCode.INTERNAL_ERROR, message, { limit, actual: silent }),
    );
    // Nobody is there to take part in a closing handshake.
    this.#parts.transport.destroy();
  }

  #offer(opcode: Opcode, data: string | Uint8Array): SendOutcome {
    this.#keepalive.message();
    const outcome = this.#sending.send(opcode, data);
    if (outcome === 'over') this.#closeSlow(this.#writer.frameBytes(this.#writer.payloadBytes(data)));
    return outcome;
  }

  /**
   * Messages that wait for a peer that does not read would hold up the Close frame: they are let go.
   *
   * @param frameBytes the message that was one too many, which counts as dropped too
   */
  #closeSlow(frameBytes: number): void {
    const error = new PeerError(
      'ERR_OXBOW_WS_SLOW_CONSUMER',
      CloseCode.TRY_AGAIN_LATER,
      `The connection was closed: the peer does not read, and ${this.bufferedBytes} bytes wait (maxBufferedBytes).`,
      { limit: this.#parts.settings.maxBufferedBytes, actual: this.bufferedBytes },
    );
    this.#sending.dropWaiting();
    this.#sending.countDropped(frameBytes);
    this.#fail(error);
  }

  #queueShared(shared: SharedFrame): SendOutcome {
    const { deflater, shared: forMany } = this.#parts.compression ?? {};
    // A context of its own must see every message that is compressed.
    if (deflater !== undefined && forMany === undefined) {
      return this.#sending.send(shared.opcode, shared.payload);
    }
    return this.#sending.sendFrame(shared.for(forMany));
  }

  #releaseParked(): void {
    this.#parked.release(({ opcode, data }) => this.#sending.send(opcode, data) === 'accepted');
    if (this.#parked.size === 0) this.#paced.release((frame) => this.#sending.sendIfQuiet(frame));
  }
}

function opcodeOf(data: string | Uint8Array): Opcode {
  return typeof data === 'string' ? Opcode.TEXT : Opcode.BINARY;
}
