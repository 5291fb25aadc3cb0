/**
 * The connections of a page's socket, one after the other: when to open one, when one counts as lost, when it is over for
 * good. It carries messages and knows nothing of what they mean.
 */

import type { Message } from '../envelope/envelope.ts';
import { Reconnecting } from '../envelope/reconnecting.ts';
import type { SocketStatus, StatusDetail } from '../envelope/status.ts';
import type { BrowserSettings } from './browser-options.ts';
import { BrowserSocketError } from './browser-socket-error.ts';
import type { WebSocketLike } from './web-socket-like.ts';

/** An address, or what gives one for each attempt: with a fresh token, say. */
export type UrlSource = string | URL | (() => string | URL | PromiseLike<string | URL>);

/** How the last connection ended; 1006 when it was lost. */
export interface BrowserCloseInfo {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** Who hears of it. */
export interface LineEvents {
  message(message: Message): void;
  status(status: SocketStatus, detail: StatusDetail): void;
  /** It is over; told once, before the status 'closed'. */
  finished(info: BrowserCloseInfo): void;
}

const LOST: BrowserCloseInfo = Object.freeze({ code: 1006, reason: '', wasClean: false });

/** One socket's connections. */
export class Line {
  readonly #source: UrlSource;
  readonly #settings: BrowserSettings;
  readonly #events: LineEvents;
  readonly #reconnecting: Reconnecting | undefined;
  #url = '';
  #status: SocketStatus = 'waiting';
  #webSocket: WebSocketLike | undefined;
  #timer: unknown;
  #isLeaving = false;
  /** Counts attempts, so that what an old one still brings is known to be old. */
  #attempt = 0;

  constructor(source: UrlSource, settings: BrowserSettings, events: LineEvents) {
    this.#source = source;
    this.#settings = settings;
    this.#events = events;
    this.#reconnecting = settings.backoff && new Reconnecting(settings.backoff);
    if (typeof source !== 'function') this.#url = String(source);
  }

  get url(): string {
    return this.#url;
  }

  get status(): SocketStatus {
    return this.#status;
  }

  /** The user has closed it. */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  get webSocket(): WebSocketLike | undefined {
    return this.#webSocket;
  }

  /** Hands a message to the browser; nothing happens without an open connection. */
  send(message: Message): void {
    if (this.#status === 'open') this.#webSocket?.send(message);
  }

  /** Begins an attempt. @throws the browser's SyntaxError for a bad address, at the first attempt */
  connect(): void {
    const attempt = this.#begin();
    const source = this.#source;
    if (typeof source !== 'function') {
      this.#open(this.#url);
    } else {
      this.#setStatus('connecting', { attempt: this.#attempts });
      this.#openFresh(source, attempt);
    }
  }

  /** Gives up what there is and connects at once. */
  reconnect(): void {
    if (this.#status === 'closed' || this.#isLeaving) return;
    this.#reconnecting?.reset();
    this.#forget();
    this.#settings.timers.clear(this.#timer);
    if (this.#status !== 'waiting') this.#setStatus('waiting', { attempt: this.#attempts, delayMs: 0 });
    // A callback may have closed it.
    if (this.#status === 'waiting') this.#connectAgain();
  }

  /** The connection counts as lost, whatever the browser thinks. */
  cut(reason: string): void {
    const webSocket = this.#webSocket;
    if (webSocket === undefined) return;
    this.#forget();
    this.#lost({ ...LOST, reason });
  }

  /** Closes for good. @throws the browser's error for a code it does not allow */
  close(code: number, reason: string): void {
    if (this.#status === 'closed') return;
    const webSocket = this.#webSocket;
    // Before anything else, so that a bad code leaves everything as it was.
    webSocket?.close(code, reason);
    this.#isLeaving = true;
    this.#settings.timers.clear(this.#timer);
    if (webSocket === undefined) this.#finish(LOST);
    // A peer that does not answer must not keep the page waiting.
    else this.#timer = this.#settings.timers.set(() => this.#finish(LOST), this.#settings.connectTimeoutMs);
  }

  get #attempts(): number {
    return this.#reconnecting?.attempts ?? 0;
  }

  #begin(): number {
    const { timers, connectTimeoutMs } = this.#settings;
    this.#attempt += 1;
    this.#timer = timers.set(() => {
      this.#forget();
      this.#lost(LOST);
    }, connectTimeoutMs);
    return this.#attempt;
  }

  #openFresh(source: () => string | URL | PromiseLike<string | URL>, attempt: number): void {
    Promise.resolve()
      .then(source)
      .then((url) => {
        if (attempt !== this.#attempt || this.#isLeaving || this.#webSocket !== undefined) return;
        this.#url = String(url);
        this.#open(this.#url);
      })
      .catch((error: unknown) => {
        this.#settings.onError(error);
        if (attempt !== this.#attempt || this.#status !== 'connecting') return;
        this.#forget();
        this.#lost(LOST);
      });
  }

  #open(url: string): void {
    const { WebSocket, protocols } = this.#settings;
    const webSocket = new WebSocket(url, [...protocols]);
    webSocket.binaryType = 'arraybuffer';
    this.#webSocket = webSocket;
    // Before the status is told: a callback that throws, or closes, must find everything in place.
    webSocket.onopen = () => this.#opened(webSocket);
    webSocket.onmessage = ({ data }: { data: string | ArrayBuffer }) => {
      if (this.#webSocket === webSocket)
        this.#events.message(typeof data === 'string' ? data : new Uint8Array(data));
    };
    // Errors say nothing in a browser; a close follows each.
    webSocket.onerror = () => {};
    webSocket.onclose = ({ code, reason, wasClean }: BrowserCloseInfo) => {
      if (this.#webSocket !== webSocket) return;
      this.#webSocket = undefined;
      this.#lost({ code, reason, wasClean });
    };
    this.#setStatus('connecting', { attempt: this.#attempts });
  }

  #opened(webSocket: WebSocketLike): void {
    if (this.#webSocket !== webSocket || this.#isLeaving) return;
    const { timers } = this.#settings;
    timers.clear(this.#timer);
    this.#reconnecting?.opened(timers.now());
    this.#setStatus('open', { attempt: 0 });
  }

  /** Lets the present connection go; what it still says is ignored. */
  #forget(): void {
    const webSocket = this.#webSocket;
    this.#webSocket = undefined;
    webSocket?.close();
  }

  #lost(info: BrowserCloseInfo): void {
    const { timers } = this.#settings;
    timers.clear(this.#timer);
    const { code, wasClean } = info;
    const wasOpen = this.#status === 'open';
    const delayMs = this.#isLeaving
      ? undefined
      : wasOpen
        ? this.#reconnecting?.lost({ code, wasClean, byPeer: wasClean }, timers.now())
        : this.#reconnecting?.failed(false);
    if (delayMs === undefined) {
      this.#finish(info);
      return;
    }
    this.#timer = timers.set(() => this.#connectAgain(), delayMs);
    this.#setStatus('waiting', { attempt: this.#attempts, delayMs, code });
  }

  /** The first attempt throws for a bad address; a later one is a lost one. */
  #connectAgain(): void {
    try {
      this.connect();
    } catch (error) {
      this.#settings.onError(error);
      this.#lost(LOST);
    }
  }

  #finish(info: BrowserCloseInfo): void {
    if (this.#status === 'closed') return;
    this.#webSocket = undefined;
    this.#settings.timers.clear(this.#timer);
    this.#attempt += 1;
    this.#status = 'closed';
    this.#events.finished(info);
    const error = new BrowserSocketError('ERR_OXBOW_WS_CLOSED', `The socket is closed (code ${info.code}).`);
    this.#events.status('closed', { attempt: this.#attempts, code: info.code, error });
  }

  #setStatus(status: SocketStatus, detail: StatusDetail): void {
    if (this.#status === status) return;
    this.#status = status;
    this.#events.status(status, detail);
  }
}
