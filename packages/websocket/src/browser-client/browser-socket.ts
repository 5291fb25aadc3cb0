/**
 * A WebSocket for pages that lasts longer than its connections: it connects again with growing waits, keeps what is sent
 * meanwhile within a bound, and is read by `for await` or by a callback. It rides on the browser's own WebSocket.
 */
import { bearsMark, seal } from '../envelope/envelope.ts';
import { invitesBack } from '../reconnect/invites-back.ts';
import type { BrowserSettings } from './browser-options.ts';
import { BrowserSocketError } from './browser-socket-error.ts';
import { Inbox, type Message } from './inbox.ts';
import { Outbox } from './outbox.ts';
import { type Reply, Requests, type Responder } from './requests.ts';
import type { WebSocketLike } from './web-socket-like.ts';

/** Where a socket stands. `waiting` is between two attempts. */
export type BrowserSocketStatus = 'connecting' | 'open' | 'waiting' | 'closed';

/** How the last connection ended; 1006 when it was lost. */
export interface BrowserCloseInfo {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** Options of `request`. */
export interface BrowserRequestOptions {
  /** How long to wait for the acknowledgement, in ms. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}

const DEFAULT_REQUEST_TIMEOUT_MS = 10_000;

/** Bytes the browser may hold before messages wait here; it tells nobody when they are gone, so they are looked after. */
const MAX_BROWSER_BUFFERED_BYTES = 262_144;
const BUFFER_CHECK_MS = 20;

const LOST: BrowserCloseInfo = Object.freeze({ code: 1006, reason: '', wasClean: false });

/** A reconnecting socket. Made by `connect`. */
export class BrowserSocket implements AsyncIterable<Message> {
  readonly url: string;
  /** Resolves, once, when the socket is closed for good; never rejects. */
  readonly closed: Promise<BrowserCloseInfo>;
  readonly #settings: BrowserSettings;
  readonly #outbox: Outbox;
  readonly #inbox: Inbox;
  readonly #requests: Requests;
  readonly #onMessage = new Set<(message: Message) => void>();
  readonly #onStatus = new Set<(status: BrowserSocketStatus) => void>();
  #status: BrowserSocketStatus = 'waiting';
  #webSocket: WebSocketLike | undefined;
  #failures = 0;
  #timer: unknown;
  #bufferTimer: unknown;
  #settleClosed!: (info: BrowserCloseInfo) => void;

  /** @internal */
  constructor(url: string, settings: BrowserSettings) {
    this.url = url;
    this.#settings = settings;
    this.#outbox = new Outbox(settings.maxQueuedBytes);
    this.#inbox = new Inbox(settings.maxUnreadMessages);
    this.#requests = new Requests({
      timers: settings.timers,
      send: (envelope) => this.#send(envelope),
      deliver: (message) => this.#deliver(message),
    });
    this.closed = new Promise((resolve) => {
      this.#settleClosed = resolve;
    });
    this.#connect();
  }

  get status(): BrowserSocketStatus {
    return this.#status;
  }

  /** The subprotocol of the present connection; undefined without one. */
  get subprotocol(): string | undefined {
    return this.#webSocket?.protocol || undefined;
  }

  /** Bytes that wait here or in the browser. */
  get bufferedBytes(): number {
    return this.#outbox.bytes + (this.#webSocket?.bufferedAmount ?? 0);
  }

  /** Messages dropped because no reader took them in time, exactly. */
  get dropped(): number {
    return this.#inbox.dropped;
  }

  /** Calls `callback` after every change of `status`. @returns what takes it off again */
  onStatus(callback: (status: BrowserSocketStatus) => void): () => void {
    this.#onStatus.add(callback);
    return () => {
      this.#onStatus.delete(callback);
    };
  }

  /** Calls `callback` with every message that comes from now on. @returns what takes it off again */
  onMessage(callback: (message: Message) => void): () => void {
    this.#onMessage.add(callback);
    return () => {
      this.#onMessage.delete(callback);
    };
  }

  /**
   * Reads the messages, across reconnects, until the socket is closed for good. One reader at a time. What comes while
   * nobody reads waits, within `maxUnreadMessages`; not while an `onMessage` callback takes it instead.
   */
  [Symbol.asyncIterator](): AsyncGenerator<Message, void, undefined> {
    return this.#inbox.read();
  }

  /**
   * Sends a message; resolves when it was handed to the browser, which may be after a reconnect. A message that was
   * handed over may still be lost with its connection: use `request` for what must arrive.
   *
   * @throws BrowserSocketError `ERR_OXBOW_WS_CLOSED`, or `ERR_OXBOW_WS_SEND_QUEUE_FULL` when too many bytes wait
   */
  send(data: Message): Promise<void> {
    return this.#send(
      typeof data !== 'string' && bearsMark(data) ? seal('literal', 0, data, 'binary') : data,
    );
  }

  /** Sends a message and waits until the server has acknowledged it. @returns what its responder gave back */
  request(data: Message, options: BrowserRequestOptions = {}): Promise<Reply> {
    if (this.#status === 'closed') return Promise.reject(closedError());
    return this.#requests.request(data, options.timeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS);
  }

  /** Names who answers the server's requests; without one they arrive as messages and are acknowledged at once. */
  respond(responder: Responder | undefined): void {
    this.#requests.respond(responder);
  }

  /** Closes for good. Idempotent. @param code 1000 or 3000–4999 @returns how the last connection ended */
  close(code = 1000, reason = ''): Promise<BrowserCloseInfo> {
    if (this.#status !== 'closed') {
      const webSocket = this.#webSocket;
      if (webSocket === undefined) this.#finish(LOST);
      else {
        // Before anything else, so that a bad code leaves everything as it was.
        webSocket.close(code, reason);
        this.#isLeaving = true;
        // A peer that does not answer must not keep the page waiting.
        this.#clearTimer();
        this.#timer = this.#settings.timers.set(() => this.#finish(LOST), this.#settings.connectTimeoutMs);
      }
    }
    return this.closed;
  }

  /** Closes and waits for the end. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #isLeaving = false;

  #send(data: Message): Promise<void> {
    if (this.#status === 'closed' || this.#isLeaving) return Promise.reject(closedError());
    if (this.#outbox.isEmpty && this.#mayHandOver()) {
      this.#webSocket!.send(data);
      return Promise.resolve();
    }
    const sent = this.#outbox.put(data);
    this.#watchBuffer();
    return sent;
  }

  #connect(): void {
    const { WebSocket, protocols, timers, connectTimeoutMs } = this.#settings;
    const webSocket = new WebSocket(this.url, [...protocols]);
    webSocket.binaryType = 'arraybuffer';
    this.#webSocket = webSocket;
    this.#setStatus('connecting');
    webSocket.onopen = () => this.#opened(webSocket);
    webSocket.onmessage = ({ data }: { data: string | ArrayBuffer }) => {
      if (this.#webSocket === webSocket)
        this.#receive(typeof data === 'string' ? data : new Uint8Array(data));
    };
    // Errors say nothing in a browser; a close follows each.
    webSocket.onerror = () => {};
    webSocket.onclose = ({ code, reason, wasClean }: BrowserCloseInfo) =>
      this.#lost(webSocket, { code, reason, wasClean });
    this.#timer = timers.set(() => {
      webSocket.close();
      this.#lost(webSocket, LOST);
    }, connectTimeoutMs);
  }

  #opened(webSocket: WebSocketLike): void {
    if (this.#webSocket !== webSocket || this.#isLeaving) return;
    this.#clearTimer();
    this.#failures = 0;
    this.#setStatus('open');
    this.#drain();
  }

  #lost(webSocket: WebSocketLike, info: BrowserCloseInfo): void {
    if (this.#webSocket !== webSocket) return;
    this.#webSocket = undefined;
    this.#clearTimer();
    this.#requests.rejectAll(
      new BrowserSocketError(
        'ERR_OXBOW_WS_CLOSED',
        'The connection was lost before the acknowledgement came.',
      ),
    );
    const delayMs = this.#isLeaving || !invitesBack(info) ? undefined : this.#nextDelayMs();
    if (delayMs === undefined) {
      this.#finish(info);
      return;
    }
    this.#timer = this.#settings.timers.set(() => this.#connect(), delayMs);
    this.#setStatus('waiting');
  }

  /** @returns undefined when it is time to give up */
  #nextDelayMs(): number | undefined {
    this.#failures += 1;
    return this.#settings.backoff?.delayMs(this.#failures);
  }

  #finish(info: BrowserCloseInfo): void {
    if (this.#status === 'closed') return;
    this.#webSocket = undefined;
    this.#clearTimer();
    this.#settings.timers.clear(this.#bufferTimer);
    this.#outbox.rejectAll(closedError());
    this.#requests.rejectAll(closedError());
    this.#inbox.end();
    this.#settleClosed(info);
    this.#setStatus('closed');
  }

  #receive(message: Message): void {
    if (typeof message !== 'string' && bearsMark(message) && this.#requests.receive(message)) return;
    this.#deliver(message);
  }

  #deliver(message: Message): void {
    for (const callback of this.#onMessage) callback(message);
    if (this.#onMessage.size === 0 || this.#inbox.isRead) this.#inbox.push(message);
  }

  #mayHandOver(): boolean {
    return this.#status === 'open' && (this.#webSocket?.bufferedAmount ?? 0) < MAX_BROWSER_BUFFERED_BYTES;
  }

  #drain(): void {
    this.#outbox.drain(
      () => this.#mayHandOver(),
      (data) => this.#webSocket?.send(data),
    );
    this.#watchBuffer();
  }

  /** While messages wait for the browser's own buffer, looks at it now and then. */
  #watchBuffer(): void {
    if (this.#bufferTimer !== undefined || this.#outbox.isEmpty || this.#status !== 'open') return;
    this.#bufferTimer = this.#settings.timers.set(() => {
      this.#bufferTimer = undefined;
      this.#drain();
    }, BUFFER_CHECK_MS);
  }

  #clearTimer(): void {
    this.#settings.timers.clear(this.#timer);
    this.#timer = undefined;
  }

  #setStatus(status: BrowserSocketStatus): void {
    if (this.#status === status) return;
    this.#status = status;
    for (const callback of this.#onStatus) callback(status);
  }
}

function closedError(): BrowserSocketError {
  return new BrowserSocketError('ERR_OXBOW_WS_CLOSED', 'The socket is closed.');
}
