/**
 * The public face of a connection: a stream of messages that holds the peer back, and the ways to send. It does no work
 * of its own; what is behind it is the socket's core.
 */
import { randomUUID } from 'node:crypto';
import { bindToTask, checkOptions } from '@oxbow/loop/lowlevel';
import { Stream } from '@oxbow/stream';
import { map } from 'rxjs';
import { checkDuration } from '../connection/connection-options.ts';
import { handled, rejected } from '../connection/handled.ts';
import type { SharedFrame } from '../connection/shared-frame.ts';
import type { DroppedCount } from '../connection/slow-consumer.ts';
import { wrapped } from '../envelope/envelope.ts';
import type { TopicPosition } from '../envelope/place.ts';
import type { Reply, Responder } from '../envelope/requests.ts';
import type { StatusCallback } from '../envelope/status.ts';
import type { ResumeEvent } from '../envelope/topic-positions.ts';
import { ConnectionClosedError, SocketInputError } from '../errors.ts';
import { CloseCode } from '../protocol/close-code.ts';
import type { CloseInfo } from '../protocol/close-handshake.ts';
import { Opcode } from '../protocol/opcode.ts';
import type { JoinOptions, JoinResult, Membership } from '../topic/membership.ts';
import type { PublishOptions } from '../topic/topic-broker.ts';
import type { ControlFrameCallback } from './control-frame-callbacks.ts';
import type { HandshakeInfo } from './handshake-info.ts';
import { type MessageEncoder, type Sendable, toMessage, toOutgoing } from './message.ts';
import { type MessageDecoder, type MessageSchema, messageReader } from './message-reader.ts';
import { MessageStream } from './message-stream.ts';
import { ReadingControl } from './reading-control.ts';
import { SocketCore } from './socket-core.ts';
import type { SocketParts } from './socket-parts.ts';
import type { SocketStatistics } from './socket-statistics.ts';

/** Options of `request`. */
export interface RequestOptions {
  /** How long to wait for the acknowledgement, in ms. Default 10,000; Infinity waits as long as the connection lasts. */
  readonly timeoutMs?: number | undefined;
}

/** The defaults of `RequestOptions`. */
export const REQUEST_DEFAULTS: Readonly<{ timeoutMs: number }> = Object.freeze({ timeoutMs: 10_000 });

/**
 * A WebSocket connection as a stream of its messages.
 *
 * One consumer at a time; while nobody reads, or the reader is busy, the peer is held back: about 64 messages or 64 KiB
 * wait here, then reading stops. A consumer that leaves takes nothing with it; the next one goes on there. The stream
 * completes when the connection ends, however it ends: `closed` says how.
 */
// biome-ignore lint/suspicious/noExplicitAny: callers that name the type of `data` have it checked; the others need not.
export class Socket<Data = any> extends MessageStream {
  /** What the server's `onUpgrade` gave, and what a handler puts here: it stays with the socket. */
  data: Data;
  readonly #core: SocketCore;
  #id: string | undefined;

  /** @internal Sockets are made by `serve` and `connect`. */
  constructor(parts: SocketParts) {
    const reading = new ReadingControl();
    super(reading);
    this.data = parts.data as Data;
    this.#core = new SocketCore(parts, this, reading);
  }

  /** Resolves, once, with how the connection ended; never rejects. */
  get closed(): Promise<CloseInfo> {
    return this.#core.ended;
  }

  /** A name for this socket, unlike every other's: 36 characters, made when first asked for. */
  get id(): string {
    this.#id ??= randomUUID();
    return this.#id;
  }

  /** The upgrade that began the connection; the present one's, after a reconnect. */
  get handshake(): HandshakeInfo {
    return this.#core.handshake;
  }

  /** The agreed subprotocol (RFC 6455 §1.9). */
  get subprotocol(): string | undefined {
    return this.#core.subprotocol;
  }

  /** Whether messages can be sent; false as soon as either side began to close, and while reconnecting. */
  get isOpen(): boolean {
    return this.#core.isOpen;
  }

  /**
   * Bytes accepted by `send` that the operating system has not taken yet; at most `maxBufferedBytes`. While reconnecting,
   * what waits for the next connection.
   */
  get bufferedBytes(): number {
    return this.#core.bufferedBytes;
  }

  /** Bytes of sends that wait for room: beside `bufferedBytes`, and at most as many again. */
  get waitingBytes(): number {
    return this.#core.waitingBytes;
  }

  /** Messages that the `slowConsumer` policy dropped on this connection, exactly. */
  get dropped(): DroppedCount {
    return this.#core.connection.dropped;
  }

  /**
   * Sends a message: text, bytes, or any value of a codec. JSON and text codecs travel as text, others as binary.
   *
   * Resolves as soon as it fits the byte budget: at once when the peer keeps up, later when it is slow. The bytes are
   * copied when it resolves (the caller's memory is free again), and messages leave in the order of the calls. All sends
   * of one turn of the loop leave in one write.
   *
   * The wait belongs to the calling task; cancelled, it ends and the message is not sent. A policy that drops resolves
   * too: see `dropped`. While reconnecting it waits for the next connection.
   *
   * @throws ConnectionClosedError when the connection is closed or closing; SlowConsumerError under `'error'`, or when
   *   as many bytes as `maxBufferedBytes` wait already beside the budget; SocketInputError for anything that is neither
   *   text nor bytes; the codec's error
   */
  send(data: Sendable): Promise<void>;
  send<T>(value: T, codec: MessageEncoder<T>): Promise<void>;
  send<T>(value: T | Sendable, codec?: MessageEncoder<T>): Promise<void> {
    const { opcode, data } = toOutgoing(value, codec);
    return this.#core.sendMessage(opcode, opcode === Opcode.TEXT ? data : wrapped(data));
  }

  /** Sends a message if it fits the byte budget right now. @returns whether it was accepted; false when closed, too */
  trySend(data: Sendable): boolean;
  trySend<T>(value: T, codec: MessageEncoder<T>): boolean;
  trySend<T>(value: T | Sendable, codec?: MessageEncoder<T>): boolean {
    const { opcode, data } = toOutgoing(value, codec);
    return this.#core.trySend(opcode, opcode === Opcode.TEXT ? data : wrapped(data));
  }

  /**
   * Pings the peer (RFC 6455 §5.5.2).
   *
   * @returns the latency in milliseconds
   * @throws ConnectionClosedError when the connection is or gets closed
   */
  ping(): Promise<number> {
    return this.#core.connection.ping();
  }

  /**
   * Sends a message and waits until somebody at the peer has taken it: until its `respond` function answered, or, without
   * one, until its reader has read it. The peer must be one of this package (either end, or the browser client).
   *
   * While reconnecting it waits for the next connection; one that was under way when the connection broke fails.
   *
   * @returns what the responder gave back; undefined for a mere acknowledgement
   * @throws RequestTimeoutError, RequestRefusedError, ConnectionClosedError, and what `send` throws
   */
  request(data: Sendable, options: RequestOptions = {}): Promise<Reply> {
    checkOptions(options, Object.keys(REQUEST_DEFAULTS), 'socket.request()');
    const timeoutMs = options.timeoutMs ?? REQUEST_DEFAULTS.timeoutMs;
    checkDuration('timeoutMs', timeoutMs);
    const message = toMessage(data);
    if (this.#core.isOver) return rejected(new ConnectionClosedError(this.#core.connection.closeInfo));
    return this.#core.incoming.requests.request(message, timeoutMs);
  }

  /**
   * Names who answers the peer's requests; they then no longer arrive as messages. At most one; undefined takes it away.
   * A responder that fails refuses the request; the peer does not learn why, `onError` does. So many requests of a peer
   * are answered at once, then it is not read from until one is done.
   */
  respond(responder: Responder | undefined): void {
    this.#core.incoming.requests.respond(responder);
  }

  /**
   * The messages decoded, each as a whole, and checked by a schema where one is given.
   *
   * @param codec such as `json()`
   * @param schema any Standard Schema (https://standardschema.dev), synchronous
   * @throws in the stream: the codec's error, or SocketInputError with what the schema found; it ends there
   */
  messages<T>(codec: MessageDecoder<T>): Stream<T>;
  messages<T>(codec: MessageDecoder<unknown>, schema: MessageSchema<T>): Stream<T>;
  messages<T>(codec: MessageDecoder<T>, schema?: MessageSchema<T>): Stream<T> {
    return Stream.from(this.pipe(map(messageReader(codec, schema))));
  }

  /**
   * On a server: the peer has shown anew who it is. Its authentication holds for `expiresInMs` from now on, then the
   * connection is closed with 4401; `data` takes the place of `socket.data` where it is given.
   *
   * @throws SocketInputError on a client's socket, and for a time out of range
   */
  reauthenticate(renewed: { readonly expiresInMs: number; readonly data?: Data | undefined }): void {
    const { parts } = this.#core;
    if (parts.expire === undefined)
      throw new SocketInputError("socket.reauthenticate() is for a server's sockets.");
    checkOptions(renewed, ['expiresInMs', 'data'], 'socket.reauthenticate()');
    checkDuration('expiresInMs', renewed.expiresInMs);
    if (renewed.data !== undefined) this.data = renewed.data;
    parts.expire(renewed.expiresInMs);
  }

  /** Calls `callback` for every Ping or Pong of the peer. @returns what takes it off */
  onControlFrame(kind: 'ping' | 'pong', callback: ControlFrameCallback): () => void {
    if (kind !== 'ping' && kind !== 'pong') {
      throw new SocketInputError(`socket.onControlFrame() takes 'ping' or 'pong'; got ${String(kind)}.`);
    }
    return this.#core.controlFrames.add(kind, callback);
  }

  /** How long the peer took to answer the last ping, in ms: of the keepalive, or of `ping()`. undefined before the first. */
  get latencyMs(): number | undefined {
    return this.#core.connection.latencyMs;
  }

  /** What went over the present connection so far, and what waits. */
  statistics(): SocketStatistics {
    const { connection, incoming } = this.#core;
    const { requests } = incoming;
    return Object.freeze({
      received: connection.received,
      sent: connection.sent,
      dropped: this.dropped,
      bufferedBytes: this.bufferedBytes,
      waitingBytes: this.waitingBytes,
      unreadMessages: this.unread,
      requestsUnderWay: requests.underWay,
      requestsBeingAnswered: requests.answers,
      latencyMs: this.latencyMs,
    });
  }

  /** Calls `callback` after every change of status: of a socket with `reconnect`, each loss and each return. @returns what takes it off */
  onStatus(callback: StatusCallback): () => void {
    return this.#core.status.add(callback);
  }

  /**
   * Calls `callback` when a topic of the server goes on after a break: `missed` is 0 when nothing was lost. Told on a
   * client's socket, by a server with `positions: true`. @returns what takes it off
   */
  onResume(callback: (event: ResumeEvent) => void): () => void {
    return this.#core.incoming.onResume(callback);
  }

  /** On a client's socket: the position of the last message of each topic, when the server tells positions. */
  get positions(): ReadonlyMap<string, TopicPosition> {
    return this.#core.incoming.positions.all;
  }

  /**
   * Follows a topic of the server: everything published from now on is sent to this peer. Takes effect at once; the
   * promise tells the position from which on nothing is missed.
   *
   * With `since`, what was published after that position is sent first, at the reader's pace. With `onGap` you are told
   * when the broker lost messages of the topic. Without it the connection is closed with 1012 then, so that the client
   * comes back and finds out what it missed.
   *
   * @throws SocketInputError on a client's socket; ConnectionClosedError when the connection is closed or closing
   */
  join(name: string, options: JoinOptions = {}): Promise<JoinResult> {
    const topics = this.#serverTopics('join');
    if (!this.isOpen) return rejected(new ConnectionClosedError(this.#core.connection.closeInfo));
    return handled(topics.join(this, name, options));
  }

  /**
   * Publishes to a topic of the server on behalf of this socket, which does not get the message itself.
   *
   * @throws TopicForbiddenError when `mayPublish` says no; SocketInputError on a client's socket
   */
  publish(name: string, data: Sendable, options: PublishOptions = {}): Promise<TopicPosition> {
    return this.#serverTopics('publish').publishFrom(this, name, toMessage(data), options);
  }

  /** The names of the topics this socket follows; none on a client's. */
  get topics(): readonly string[] {
    return this.#core.parts.topics?.topicsOf(this) ?? [];
  }

  /** Stops following a topic; nothing happens when it did not. @throws SocketInputError on a client's socket */
  leave(name: string): void {
    this.#serverTopics('leave').leave(this, name);
  }

  /**
   * Closes: what was sent goes first, then the Close frame; the peer has `closeTimeoutMs` to answer. Messages that still
   * come are dropped. Idempotent.
   *
   * @param code 1000–1003, 1007–1014, 3000–4999; default 1000
   * @param reason at most 123 bytes of UTF-8
   * @returns how the connection ended, once it has
   * @throws SocketInputError at once for a code or reason that may not be sent
   */
  close(code?: number, reason?: string): Promise<CloseInfo> {
    this.#core.leave((connection) => connection.close(code, reason));
    return bindToTask<CloseInfo>((settle) => {
      void this.closed.then((info) => settle.resolve(info));
    });
  }

  /** Cuts the connection at once, without a closing handshake; `closed` then tells 1006. */
  terminate(): void {
    this.#core.leave((connection) => connection.terminate());
  }

  /** Closes with 1000 and waits for the end. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @internal Begins to read; called once by the socket's maker. */
  start(): void {
    this.#core.connection.start();
  }

  /** @internal For topics: sends a message that many share. */
  sendShared(frame: SharedFrame): void {
    this.#core.connection.sendShared(frame);
  }

  /** @internal For topics: sends a message of the past at the reader's pace. */
  sendPaced(frame: SharedFrame): Promise<void> {
    return this.#core.connection.sendPaced(frame);
  }

  /** @internal For topics: messages were lost, and nobody here wants to know. */
  missed(topic: string): void {
    if (!this.isOpen) return;
    this.#core.connection.close(CloseCode.SERVICE_RESTART, `messages of ${topic} were lost`.slice(0, 40));
  }

  #serverTopics(what: string): Membership {
    const { topics } = this.#core.parts;
    if (topics !== undefined) return topics;
    throw new SocketInputError(`socket.${what}() is for a server's sockets: only a server has topics.`);
  }

  /** @internal The connection of a server's handler ends, the process lives. */
  protected override onUserError(error: unknown): void {
    this.#core.failed(error);
  }
}
