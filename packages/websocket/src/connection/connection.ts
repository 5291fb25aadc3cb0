/**
 * One WebSocket connection over a transport: wires the way in, the way out, the ending and the keepalive together, and
 * answers what the protocol answers by itself (Pings, Close frames). It knows no HTTP, no topics and no streams: messages
 * go to an owner, one by one, who may ask it to stop reading.
 *
 * What a quiet connection does not need is made when it is first needed: an idle one is what a server has most of.
 */
import type { Compression } from '../compression/compression.ts';
import { ConnectionClosedError, PeerError } from '../errors.ts';
import { CloseCode } from '../protocol/close-code.ts';
import type { CloseInfo } from '../protocol/close-handshake.ts';
import { Opcode } from '../protocol/opcode.ts';
import type { Transport, TransportEvents } from '../transport/transport.ts';
import { AnswerGrace } from './answer-grace.ts';
import { Ending, type EndingOwner } from './ending.ts';
import type { Endpoint } from './endpoint.ts';
import { rejected } from './handled.ts';
import { Inbound, type InboundOwner } from './inbound.ts';
import { Keepalive, type KeepaliveOwner } from './keepalive.ts';
import { Outbound, type OutboundOwner } from './outbound.ts';
import { Pings } from './pings.ts';
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

const NOTHING = new Uint8Array(0);

/** Drives one connection. What begins with `on`, and the events of the transport, are calls of its own parts. */
export class Connection implements TransportEvents, InboundOwner, OutboundOwner, KeepaliveOwner, EndingOwner {
  readonly #owner: ConnectionOwner;
  readonly #endpoint: Endpoint;
  readonly #transport: Transport;
  readonly #compression: Compression | undefined;
  readonly #inbound: Inbound;
  readonly #outbound: Outbound;
  readonly #keepalive: Keepalive;
  #ending: Ending | undefined;
  #grace: AnswerGrace | undefined;
  #pings: Pings | undefined;
  #latencyMs: number | undefined;

  /** @param compression what permessage-deflate agreed on; undefined when it did not */
  constructor(
    endpoint: Endpoint,
    transport: Transport,
    owner: ConnectionOwner,
    compression?: Compression | undefined,
  ) {
    this.#owner = owner;
    this.#endpoint = endpoint;
    this.#transport = transport;
    this.#compression = compression;
    this.#inbound = new Inbound(this, endpoint, transport, compression?.inflater);
    this.#outbound = new Outbound(this, endpoint, transport, compression);
    this.#keepalive = new Keepalive(endpoint.loop, endpoint.settings, this);
  }

  /** Begins to read. */
  start(): void {
    this.#transport.start(this);
  }

  /** Whether messages may be sent. */
  get isOpen(): boolean {
    return this.#ending === undefined || this.#ending.isOpen;
  }

  /** How the connection ended, or how far its end is known. */
  get closeInfo(): CloseInfo {
    return this.#end.info;
  }

  get bufferedBytes(): number {
    return this.#outbound.queue.bufferedBytes;
  }

  /** Bytes of sends that wait for room in the budget, each with what its wait costs. */
  get waitingBytes(): number {
    return this.#outbound.waitingBytes;
  }

  /** How long the last Pong took, in ms; undefined before the first. */
  get latencyMs(): number | undefined {
    return this.#latencyMs;
  }

  /** Messages received, and their length in characters or bytes. */
  get received(): MessageCount {
    return this.#inbound.received;
  }

  /** Messages accepted for sending, and the bytes of their frames. */
  get sent(): MessageCount {
    return this.#outbound.queue.accepted;
  }

  get dropped(): DroppedCount {
    return this.#outbound.queue.dropped;
  }

  get remoteAddress(): string | undefined {
    return this.#transport.remoteAddress;
  }

  /** Whether nothing is read from the peer at the moment. */
  get isReadingPaused(): boolean {
    return this.#inbound.isPaused;
  }

  /**
   * Sends a message as soon as it fits the budget; see `Socket.send`.
   *
   * @param isBounded false for an answer: how many there can be is bounded where they are made
   */
  send(data: string | Uint8Array, isBounded = true, opcode: Opcode = opcodeOf(data)): Promise<void> {
    return this.#outbound.send(data, isBounded, opcode);
  }

  /** Sends a message if it fits now. @returns whether it was accepted */
  trySend(data: string | Uint8Array, opcode: Opcode = opcodeOf(data)): boolean {
    return this.#outbound.trySend(data, opcode);
  }

  /** Sends a message of a topic, which cannot wait: one that does not fit and may not be dropped closes. */
  sendShared(shared: SharedFrame): void {
    this.#outbound.sendShared(shared);
  }

  /**
   * Sends a message of a topic's past at the reader's pace: waits, whatever the policy, until half of the budget
   * is free, so that live messages have room beside it.
   *
   * @throws ConnectionClosedError when the connection is or gets closed
   */
  sendPaced(shared: SharedFrame): Promise<void> {
    return this.#outbound.sendPaced(shared);
  }

  /** @returns the latency in milliseconds */
  ping(): Promise<number> {
    if (!this.isOpen) return rejected(new ConnectionClosedError(this.closeInfo));
    this.#pings ??= new Pings();
    return this.#pings.ping(this.#endpoint.loop.time(), (payload) =>
      this.#outbound.queue.sendControl(Opcode.PING, payload),
    );
  }

  /**
   * Begins the closing handshake: what was sent goes first, then the Close frame; messages that come after are dropped.
   *
   * @throws SocketInputError for a code or a reason that may not be sent
   */
  close(code: number = CloseCode.NORMAL, reason = ''): void {
    this.#grace?.now();
    if (this.#end.close(code, reason)) this.resumeReading();
  }

  /** Cuts the connection without a closing handshake. */
  terminate(): void {
    this.#transport.destroy();
  }

  /** Stops reading behind the current message; the peer feels it once the buffers between us are full. */
  pauseReading(): void {
    // While closing, the peer's Close frame must be seen: nothing is held back then, it is dropped.
    if (this.isOpen) this.#inbound.pause();
  }

  /** Goes on reading; messages may arrive within the call. */
  resumeReading(): void {
    this.#inbound.resume();
  }

  data(chunk: Uint8Array, isLent: boolean): void {
    // Whole milliseconds: a number with a fraction is an object of its own in every connection.
    const nowMs = Math.ceil(this.#endpoint.loop.time());
    this.#keepalive.heard(nowMs);
    this.#outbound.queue.cork();
    this.#inbound.take(chunk, isLent, nowMs);
    this.#outbound.queue.uncork();
  }

  written(): void {
    this.#outbound.queue.written();
  }

  ended(): void {
    this.#grace?.now();
    this.#end.peerEnded();
  }

  closed(error?: unknown): void {
    this.#grace?.now();
    const info = this.#end.lost(error);
    this.#keepalive.stop();
    this.#inbound.finish();
    this.#outbound.queue.discard();
    this.#compression?.close();
    const gone = new ConnectionClosedError(info);
    this.#outbound.rejectWaiting(gone);
    this.#pings?.rejectAll(gone);
    this.#owner.closed(info);
  }

  onMessage(data: string | Uint8Array): void {
    this.#keepalive.message();
    this.#owner.message(data);
  }

  onPing(payload: Uint8Array): void {
    if (!this.isOpen) return;
    this.#outbound.queue.sendControl(Opcode.PONG, payload);
    this.#owner.ping?.(payload);
  }

  onPong(payload: Uint8Array): void {
    const nowMs = this.#endpoint.loop.time();
    const latencyMs = this.#pings?.pong(payload, nowMs) ?? this.#keepalive.pong(nowMs);
    this.#latencyMs = latencyMs ?? this.#latencyMs;
    this.#owner.pong?.(payload, latencyMs);
  }

  onCloseFrame(code: number | undefined, reason: string): void {
    this.#afterAnswers(() => this.#end.received(code, reason));
  }

  onViolation(error: PeerError): void {
    this.#afterAnswers(() => this.#fail(error));
  }

  onFlood(error: PeerError): void {
    this.#fail(error);
  }

  onSilence(): void {
    this.#outbound.queue.sendControl(Opcode.PING, NOTHING);
  }

  onDead(silentMs: number): void {
    const silent = Math.round(silentMs);
    const message = `The connection was failed: the peer did not answer a ping and was silent for ${silent} ms.`;
    const limit = this.#endpoint.settings.pongTimeoutMs;
    this.#fail(
      new PeerError('ERR_OXBOW_WS_KEEPALIVE', CloseCode.INTERNAL_ERROR, message, { limit, actual: silent }),
    );
    // Nobody is there to take part in a closing handshake.
    this.#transport.destroy();
  }

  onIdle(idleMs: number): void {
    this.close(CloseCode.GOING_AWAY, `no message for ${Math.round(idleMs)} ms`);
  }

  /** No more messages may be sent: those that wait never will be. */
  onEnding(info: CloseInfo): void {
    this.#keepalive.stop();
    this.#outbound.rejectWaiting(new ConnectionClosedError(info));
  }

  onSend(): void {
    this.#keepalive.message();
  }

  onSlow(error: PeerError): void {
    this.#fail(error);
  }

  get #end(): Ending {
    this.#ending ??= new Ending({
      endpoint: this.#endpoint,
      transport: this.#transport,
      sending: this.#outbound.queue,
      owner: this,
    });
    return this.#ending;
  }

  /** Ends the connection once the messages that came right before have had their answers. */
  #afterAnswers(end: () => void): void {
    if (!this.isOpen || !this.#inbound.toldLately) {
      end();
      return;
    }
    this.#grace ??= new AnswerGrace(this.#endpoint.loop, () => this.#outbound.queue.acceptedMessages);
    this.#grace.begin(end);
  }

  /** Fails the connection; what the peer still says is read and dropped. */
  #fail(error: PeerError): void {
    this.#inbound.finish();
    this.#end.fail(error);
    this.resumeReading();
  }
}

function opcodeOf(data: string | Uint8Array): Opcode {
  return typeof data === 'string' ? Opcode.TEXT : Opcode.BINARY;
}
