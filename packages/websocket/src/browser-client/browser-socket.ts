/**
 * A WebSocket for pages that lasts longer than its connections. It connects again with growing waits, and keeps what is
 * sent meanwhile within a bound. It is read by `for await` or by a callback, and rides on the browser's own WebSocket.
 */
import { type Message, wrapped } from '../envelope/envelope.ts';
import type { TopicPosition } from '../envelope/place.ts';
import { envelopeOf, type Reply, type Responder } from '../envelope/requests.ts';
import {
  type SocketStatus,
  type StatusCallback,
  StatusCallbacks,
  type StatusDetail,
} from '../envelope/status.ts';
import type { ResumeEvent } from '../envelope/topic-positions.ts';
import type { BrowserSettings } from './browser-options.ts';
import { BrowserSocketError } from './browser-socket-error.ts';
import { Callbacks } from './callbacks.ts';
import { Exchange } from './exchange.ts';
import { Heartbeat } from './heartbeat.ts';
import { Inbox } from './inbox.ts';
import { type BrowserCloseInfo, Line, type UrlSource } from './line.ts';
import { type BrowserSendable, encoded, toMessage, type ValueEncoder } from './message-input.ts';
import { Outbox } from './outbox.ts';

/** Options of `request`. */
export interface BrowserRequestOptions {
  /** How long to wait for the acknowledgement, in ms. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}

const DEFAULT_REQUEST_TIMEOUT_MS = 10_000;

/** Bytes the browser may hold before messages wait here; it tells nobody when they are gone, so they are looked after. */
const MAX_BROWSER_BUFFERED_BYTES = 262_144;
const BUFFER_CHECK_MS = 20;

/** A reconnecting socket. Made by `connect`. */
export class BrowserSocket implements AsyncIterable<Message> {
  /** Resolves, once, when the socket is closed for good; never rejects. */
  readonly closed: Promise<BrowserCloseInfo>;
  readonly #settings: BrowserSettings;
  readonly #line: Line;
  readonly #outbox: Outbox;
  readonly #inbox: Inbox;
  readonly #exchange: Exchange;
  readonly #heartbeat: Heartbeat | undefined;
  readonly #onMessage: Callbacks<Message>;
  readonly #onResume: Callbacks<ResumeEvent>;
  readonly #onStatus: StatusCallbacks;
  readonly #stopWaking: () => void;
  #bufferTimer: unknown;
  #isGreeting = false;
  #settleClosed!: (info: BrowserCloseInfo) => void;

  /** @internal */
  constructor(url: UrlSource, settings: BrowserSettings) {
    this.#settings = settings;
    this.#outbox = new Outbox(settings.maxQueuedBytes);
    this.#inbox = new Inbox(settings.maxUnreadMessages);
    this.#onMessage = new Callbacks(settings.onError);
    this.#onResume = new Callbacks(settings.onError);
    this.#onStatus = new StatusCallbacks(settings.onError);
    this.#exchange = new Exchange({
      timers: settings.timers,
      send: (envelope) => this.#send(envelope),
      deliver: (message, done) => this.#deliver(message, done),
      failed: settings.onError,
      resumed: (event) => this.#onResume.call(event),
    });
    this.closed = new Promise((resolve) => {
      this.#settleClosed = resolve;
    });
    const heartbeat =
      settings.heartbeat &&
      new Heartbeat(settings.heartbeat, {
        timers: settings.timers,
        send: (envelope) => this.#line.send(envelope),
        dead: () => this.#line.cut('the server does not answer any more'),
      });
    this.#heartbeat = heartbeat;
    this.#line = new Line(url, settings, {
      message: (message) => this.#receive(message),
      status: (status, detail) => this.#onLineStatus(status, detail),
      finished: (info) => this.#finish(info),
    });
    this.#stopWaking = settings.wakes(() => this.#wake());
    this.#line.connect();
  }

  /** The address of the present connection, or of the last attempt. */
  get url(): string {
    return this.#line.url;
  }

  get status(): SocketStatus {
    return this.#line.status;
  }

  /** The subprotocol of the present connection; undefined without one. */
  get subprotocol(): string | undefined {
    return this.#line.webSocket?.protocol || undefined;
  }

  /** Bytes that wait here or in the browser. */
  get bufferedBytes(): number {
    return this.#outbox.bytes + (this.#line.webSocket?.bufferedAmount ?? 0);
  }

  /** Messages dropped because no reader took them in time, exactly. */
  get dropped(): number {
    return this.#inbox.dropped;
  }

  /** How long the server took to answer the last heartbeat, in ms; undefined before the first answer. */
  get latencyMs(): number | undefined {
    return this.#heartbeat?.latencyMs;
  }

  /** The position of the last message of each topic, when the server tells positions. */
  get positions(): ReadonlyMap<string, TopicPosition> {
    return this.#exchange.positions;
  }

  /**
   * Calls `callback` after every change of `status`. What it sends at 'open' goes before what waited. One that throws is told
   * to `onError`. @returns what takes it off again
   */
  onStatus(callback: StatusCallback): () => void {
    return this.#onStatus.add(callback);
  }

  /** Calls `callback` with every message that comes from now on. @returns what takes it off again */
  onMessage(callback: (message: Message) => void): () => void {
    return this.#onMessage.add(callback);
  }

  /** Calls `callback` when a topic of the server goes on after a break: `missed` is 0 when nothing was lost. @returns what takes it off */
  onResume(callback: (event: ResumeEvent) => void): () => void {
    return this.#onResume.add(callback);
  }

  /**
   * Reads the messages, across reconnects, until the socket is closed for good. One reader at a time. What comes while
   * nobody reads waits, within `maxUnreadMessages`; not while an `onMessage` callback takes it instead.
   */
  [Symbol.asyncIterator](): AsyncGenerator<Message, void, undefined> {
    return this.#inbox.read();
  }

  /**
   * Sends a message: text, bytes, or a value of a codec. Resolves when it was handed to the browser, which may be after a
   * reconnect. A message that was handed over may still be lost with its connection: use `request` for what must arrive.
   *
   * @throws BrowserSocketError `ERR_OXBOW_WS_INPUT` at once for what is no message; it rejects with `ERR_OXBOW_WS_CLOSED`,
   *   or `ERR_OXBOW_WS_SEND_QUEUE_FULL` when too many bytes wait
   */
  send(data: BrowserSendable): Promise<void>;
  send<T>(value: T, codec: ValueEncoder<T>): Promise<void>;
  send<T>(value: T | BrowserSendable, codec?: ValueEncoder<T>): Promise<void> {
    return this.#send(wrapped(codec === undefined ? toMessage(value) : encoded(value as T, codec)));
  }

  /** Sends a message and waits until the server has acknowledged it. @returns what its responder gave back */
  request(data: BrowserSendable, options: BrowserRequestOptions = {}): Promise<Reply> {
    const message = toMessage(data);
    const { timeoutMs = DEFAULT_REQUEST_TIMEOUT_MS } = options;
    if (typeof timeoutMs !== 'number' || !(timeoutMs > 0)) {
      throw new BrowserSocketError(
        'ERR_OXBOW_WS_INPUT',
        `timeoutMs must be above 0; got ${String(timeoutMs)}.`,
      );
    }
    if (this.status === 'closed') return Promise.reject(closedError());
    return this.#exchange.requests.request(message, timeoutMs);
  }

  /** Names who answers the server's requests; without one they go to the reader, and are acknowledged when it took them. */
  respond(responder: Responder | undefined): void {
    this.#exchange.requests.respond(responder);
  }

  /** Gives the present connection up, if there is one, and connects anew at once. Nothing happens once closed. */
  reconnect(): void {
    this.#line.reconnect();
  }

  /** Closes for good. Idempotent. @param code 1000 or 3000–4999 @returns how the last connection ended */
  close(code = 1000, reason = ''): Promise<BrowserCloseInfo> {
    this.#line.close(code, reason);
    return this.closed;
  }

  /** Closes and waits for the end. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #send(data: Message): Promise<void> {
    if (this.status === 'closed' || this.#line.isLeaving) return Promise.reject(closedError());
    if (this.#isGreeting || (this.#outbox.isEmpty && this.#mayHandOver())) {
      this.#line.send(data);
      return Promise.resolve();
    }
    const sent = this.#outbox.put(data);
    this.#watchBuffer();
    return sent;
  }

  #onLineStatus(status: SocketStatus, detail: StatusDetail): void {
    if (status !== 'open') {
      this.#heartbeat?.stop();
      if (status === 'waiting') this.#exchange.lost();
      this.#onStatus.tell(status, detail);
      return;
    }
    this.#isGreeting = true;
    this.#onStatus.tell(status, detail);
    this.#isGreeting = false;
    if (this.status !== 'open') return;
    this.#heartbeat?.start();
    this.#drain();
  }

  #finish(info: BrowserCloseInfo): void {
    this.#heartbeat?.stop();
    this.#stopWaking();
    this.#settings.timers.clear(this.#bufferTimer);
    this.#outbox.rejectAll(closedError());
    this.#exchange.finish(closedError());
    this.#inbox.end();
    this.#settleClosed(info);
  }

  #receive(message: Message): void {
    this.#heartbeat?.heard();
    const envelope = envelopeOf(message);
    if (envelope !== undefined) {
      if (this.#heartbeat?.receive(envelope) === true || this.#exchange.receive(envelope)) return;
    }
    this.#deliver(message);
  }

  #deliver(message: Message, done?: (isTaken: boolean) => void): void {
    this.#onMessage.call(message);
    if (this.#onMessage.size === 0 || this.#inbox.isRead) this.#inbox.push(message, done);
    else done?.(true);
  }

  #wake(): void {
    if (this.status === 'waiting') this.#line.reconnect();
    else this.#heartbeat?.wake();
  }

  #mayHandOver(): boolean {
    return this.status === 'open' && (this.#line.webSocket?.bufferedAmount ?? 0) < MAX_BROWSER_BUFFERED_BYTES;
  }

  #drain(): void {
    this.#outbox.drain(
      () => this.#mayHandOver(),
      (data) => this.#line.send(data),
    );
    this.#watchBuffer();
  }

  /** While messages wait for the browser's own buffer, looks at it now and then. */
  #watchBuffer(): void {
    if (this.#bufferTimer !== undefined || this.#outbox.isEmpty || this.status !== 'open') return;
    this.#bufferTimer = this.#settings.timers.set(() => {
      this.#bufferTimer = undefined;
      this.#drain();
    }, BUFFER_CHECK_MS);
  }
}

function closedError(): BrowserSocketError {
  return new BrowserSocketError('ERR_OXBOW_WS_CLOSED', 'The socket is closed.');
}
