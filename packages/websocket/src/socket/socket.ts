/**
 * The public face of a connection: a stream of messages that holds the peer back, and the ways to send. It does no work
 * of its own; the connection speaks the protocol, the acknowledgements keep the requests, the hub keeps the topics.
 */
import type { Codec } from '@oxbow/codec';
import type { EventLoop } from '@oxbow/loop';
import { bindToTask, checkOptions } from '@oxbow/loop/lowlevel';
import { HotStream, Stream } from '@oxbow/stream';
import { map, type Subscriber, type TeardownLogic } from 'rxjs';
import type { Connection, ConnectionOwner } from '../connection/connection.ts';
import { checkDuration } from '../connection/connection-options.ts';
import { rejected } from '../connection/handled.ts';
import { ParkedSends } from '../connection/parked-sends.ts';
import type { DroppedCount } from '../connection/slow-consumer.ts';
import { bearsMark, seal } from '../envelope/envelope.ts';
import { ConnectionClosedError, SocketInputError } from '../errors.ts';
import type { CloseInfo } from '../protocol/close-handshake.ts';
import { Opcode } from '../protocol/opcode.ts';
import type { JoinOptions, JoinResult, Membership } from '../topic/membership.ts';
import { Acknowledgements, type Reply, type Responder } from './acknowledgements.ts';
import type { HandshakeInfo } from './handshake-info.ts';
import { INBOUND_HIGH_WATER, type Message, type Sendable, toMessage, weighMessage } from './message.ts';
import { ReadingControl } from './reading-control.ts';

/** What a socket is built from. */
export interface SocketParts {
  /** Makes the first connection. */
  readonly open: (owner: ConnectionOwner) => Connection;
  readonly loop: EventLoop;
  readonly handshake: HandshakeInfo;
  readonly subprotocol: string | undefined;
  /** A server's topics. */
  readonly topics?: Membership | undefined;
  /** Asked when the connection ended: true keeps the socket alive for a `replace`. */
  readonly survives?: ((info: CloseInfo) => boolean) | undefined;
  /** Told once, when the socket is over. */
  readonly onFinish?: (() => void) | undefined;
  /** Gets the controls that users do not. */
  readonly takeControl?: ((control: SocketControl) => void) | undefined;
}

/** What the maker of a socket may do with it. */
export interface SocketControl {
  /** Puts a new connection in the place of one that ended. */
  replace(open: (owner: ConnectionOwner) => Connection): void;
  /** Ends a socket whose connection ended and will not be replaced. */
  finish(info: CloseInfo): void;
  /** From now on messages are read and dropped: nobody will ever want them. */
  discardMessages(): void;
}

/** Options of `request`. */
export interface RequestOptions {
  /** How long to wait for the acknowledgement, in ms. Default 10,000; Infinity waits as long as the connection lasts. */
  readonly timeoutMs?: number | undefined;
}

/** The defaults of `RequestOptions`. */
export const REQUEST_DEFAULTS: Readonly<{ timeoutMs: number }> = Object.freeze({ timeoutMs: 10_000 });

/** What `messages` needs of a codec: whole messages from bytes. */
export type MessageDecoder<T> = Pick<Codec<T>, 'decode'>;

const encoder = new TextEncoder();

/**
 * A WebSocket connection as a stream of its messages.
 *
 * One consumer at a time; while nobody reads, or the reader is busy, the peer is held back: about 64 messages or 64 KiB
 * wait here, then reading stops. A consumer that leaves takes nothing with it; the next one goes on there. The stream
 * completes when the connection ends, however it ends: `closed` says how.
 */
export class Socket extends HotStream<Message> {
  /** The upgrade that began the connection. */
  readonly handshake: HandshakeInfo;
  /** The agreed subprotocol (RFC 6455 §1.9). */
  readonly subprotocol: string | undefined;
  /** Resolves, once, with how the connection ended; never rejects. */
  readonly closed: Promise<CloseInfo>;
  readonly #topics: Membership | undefined;
  readonly #onFinish: (() => void) | undefined;
  readonly #survives: (info: CloseInfo) => boolean;
  readonly #acknowledgements: Acknowledgements;
  /** Sends that wait for a connection that is being replaced. */
  readonly #offline = new ParkedSends();
  readonly #reading: ReadingControl;
  #connection: Connection;
  #readers = 0;
  #settleClosed!: (info: CloseInfo) => void;
  #isConnected = true;
  #isFinished = false;
  #discards = false;

  /** @internal Sockets are made by `serve` and `connect`. */
  constructor(parts: SocketParts) {
    const reading = new ReadingControl();
    super(reading, {
      what: 'This socket',
      onLeave: 'resume',
      highWaterMark: INBOUND_HIGH_WATER,
      size: weighMessage,
    });
    this.#reading = reading;
    this.handshake = parts.handshake;
    this.subprotocol = parts.subprotocol;
    this.closed = new Promise((resolve) => {
      this.#settleClosed = resolve;
    });
    this.#topics = parts.topics;
    this.#onFinish = parts.onFinish;
    this.#survives = parts.survives ?? (() => false);
    this.#acknowledgements = new Acknowledgements({
      loop: parts.loop,
      send: (envelope) => this.#connection.send(envelope),
      deliver: (data) => this.#deliver(data),
    });
    const owner: ConnectionOwner = {
      message: (data) => this.#receive(data),
      closed: (info) => this.#onConnectionClosed(info),
    };
    this.#connection = parts.open(owner);
    reading.of(this.#connection);
    parts.takeControl?.({
      replace: (open) => this.#replace(open(owner)),
      finish: (info) => this.#finish(info),
      discardMessages: () => this.#discardMessages(),
    });
  }

  /** Whether messages can be sent; false as soon as either side began to close, and while reconnecting. */
  get isOpen(): boolean {
    return this.#isConnected && this.#connection.isOpen;
  }

  /** Whether somebody reads the messages at the moment. */
  get isRead(): boolean {
    return this.#readers > 0;
  }

  /** Bytes accepted by `send` that the operating system has not taken yet; at most `maxBufferedBytes`. */
  get bufferedBytes(): number {
    return this.#connection.bufferedBytes;
  }

  /** Messages that the `slowConsumer` policy dropped on this connection, exactly. */
  get dropped(): DroppedCount {
    return this.#connection.dropped;
  }

  /**
   * Sends a message. Resolves as soon as it fits the byte budget: at once when the peer keeps up, later when it is
   * slow. The bytes are copied when it resolves (the caller's memory is free again), and messages leave in the order of
   * the calls. All sends of one turn of the loop leave in one write.
   *
   * The wait belongs to the calling task; cancelled, it ends and the message is not sent. A policy that drops resolves
   * too: see `dropped`.
   *
   * @throws ConnectionClosedError when the connection is closed or closing; SlowConsumerError under `'error'`, or when
   *   16,384 sends wait already; SocketInputError for anything that is neither text nor bytes
   */
  send(data: Sendable): Promise<void> {
    const message = toMessage(data);
    if (!this.#isConnected && !this.#isFinished) return this.#offline.park(opcodeOf(message), message);
    return this.#connection.send(wrapped(message));
  }

  /** Sends a message if it fits the byte budget right now. @returns whether it was accepted; false when closed, too */
  trySend(data: Sendable): boolean {
    const message = toMessage(data);
    return this.#isConnected && this.#connection.trySend(wrapped(message));
  }

  /**
   * Pings the peer (RFC 6455 §5.5.2).
   *
   * @returns the latency in milliseconds
   * @throws ConnectionClosedError when the connection is or gets closed
   */
  ping(): Promise<number> {
    return this.#connection.ping();
  }

  /**
   * Sends a message and waits until the peer has taken it: until its `respond` function answered, or, without one, until
   * it was put before the peer's reader. The peer must be one of this package (either end, or the browser client).
   *
   * @returns what the responder gave back; undefined for a mere acknowledgement
   * @throws RequestTimeoutError, RequestRefusedError, ConnectionClosedError, and what `send` throws
   */
  request(data: Sendable, options: RequestOptions = {}): Promise<Reply> {
    checkOptions(options, Object.keys(REQUEST_DEFAULTS), 'socket.request()');
    const timeoutMs = options.timeoutMs ?? REQUEST_DEFAULTS.timeoutMs;
    checkDuration('timeoutMs', timeoutMs);
    if (!this.isOpen) return rejected(new ConnectionClosedError(this.#connection.closeInfo));
    return this.#acknowledgements.request(toMessage(data), timeoutMs);
  }

  /**
   * Names who answers the peer's requests; they then no longer arrive as messages. At most one; undefined takes it away.
   * A responder that fails refuses the request; the peer does not learn why.
   */
  respond(responder: Responder | undefined): void {
    this.#acknowledgements.respond(responder);
  }

  /** The messages decoded, each as a whole; a message that does not decode ends the stream with the codec's error. */
  messages<T>(codec: MessageDecoder<T>): Stream<T> {
    return Stream.from(
      this.pipe(
        map((message) => codec.decode(typeof message === 'string' ? encoder.encode(message) : message)),
      ),
    );
  }

  /**
   * Follows a topic of the server: everything published from now on is sent to this peer. Takes effect at once; the
   * promise tells the position from which on nothing is missed.
   *
   * @throws SocketInputError on a client's socket
   */
  join(name: string, options: JoinOptions = {}): Promise<JoinResult> {
    return this.#serverTopics('join').join(this, name, options);
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
    if (this.#isConnected) this.#connection.close(code, reason);
    else this.#finish(this.#connection.closeInfo);
    return bindToTask<CloseInfo>((settle) => {
      void this.closed.then((info) => settle.resolve(info));
    });
  }

  /** Cuts the connection at once, without a closing handshake; `closed` then tells 1006. */
  terminate(): void {
    if (this.#isConnected) this.#connection.terminate();
    else this.#finish(this.#connection.closeInfo);
  }

  /** Closes with 1000 and waits for the end. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** @internal Begins to read; called once by the socket's maker. */
  start(): void {
    this.#connection.start();
  }

  /** @internal RxJS's own hook: every consumer comes through here. */
  override _subscribe(subscriber: Subscriber<Message>): TeardownLogic {
    this.#readers += 1;
    subscriber.add(() => {
      this.#readers -= 1;
    });
    return super._subscribe(subscriber);
  }

  /** @internal For topics: sends a frame that many share. */
  sendFrame(frame: Uint8Array): void {
    this.#connection.sendFrame(frame);
  }

  #serverTopics(what: string): Membership {
    if (this.#topics !== undefined) return this.#topics;
    throw new SocketInputError(`socket.${what}() is for a server's sockets: only a server has topics.`);
  }

  #receive(data: Message): void {
    if (typeof data !== 'string' && bearsMark(data) && this.#acknowledgements.receive(data)) return;
    this.#deliver(data);
  }

  #deliver(data: Message): void {
    if (this.#discards) return;
    this.#reading.took(weighMessage(data));
    this.push(data);
  }

  #discardMessages(): void {
    this.#discards = true;
    this.#connection.resumeReading();
  }

  #onConnectionClosed(info: CloseInfo): void {
    this.#isConnected = false;
    this.#acknowledgements.rejectAll(new ConnectionClosedError(info));
    if (!this.#survives(info)) this.#finish(info);
  }

  #replace(connection: Connection): void {
    this.#connection = connection;
    this.#isConnected = true;
    this.#reading.of(connection);
    connection.start();
    this.#offline.releaseAll(({ data }) => connection.send(wrapped(data)));
  }

  #finish(info: CloseInfo): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.#topics?.leaveAll(this);
    this.#offline.rejectAll(new ConnectionClosedError(info));
    this.#settleClosed(info);
    this.end();
    this.#onFinish?.();
  }
}

/** A binary message that looks like an envelope travels in one. */
function wrapped(message: Message): Message {
  if (typeof message === 'string' || !bearsMark(message)) return message;
  return seal('literal', 0, message, 'binary');
}

function opcodeOf(message: Message): Opcode {
  return typeof message === 'string' ? Opcode.TEXT : Opcode.BINARY;
}
