/**
 * The envelopes of a page's socket: its requests and its places in the server's topics, with the page's timers and promises.
 */
import type { Envelope, Message } from '../envelope/envelope.ts';
import type { TopicPosition } from '../envelope/place.ts';
import { type Reply, Requests } from '../envelope/requests.ts';
import { type ResumeEvent, TopicPositions } from '../envelope/topic-positions.ts';
import { BrowserSocketError } from './browser-socket-error.ts';
import type { TimerHost } from './web-socket-like.ts';

/** Requests that may wait for their acknowledgement at once, and that a responder answers at once. */
export const MAX_BROWSER_REQUESTS = 1_024;

/** What the exchange needs of its socket. */
export interface ExchangeHost {
  readonly timers: TimerHost;
  send(data: Message): Promise<void>;
  deliver(message: Message, done?: (isTaken: boolean) => void): void;
  failed(error: unknown): void;
  resumed(event: ResumeEvent): void;
}

/** What one socket and its server say to each other beside messages. */
export class Exchange {
  readonly requests: Requests;
  readonly #positions: TopicPositions;
  readonly #host: ExchangeHost;

  constructor(host: ExchangeHost) {
    this.#host = host;
    this.#positions = new TopicPositions({
      send: (envelope) => void host.send(envelope).catch(() => {}),
      deliver: (data) => host.deliver(data),
      resumed: (event) => host.resumed(event),
    });
    this.requests = new Requests({
      maxUnderWay: MAX_BROWSER_REQUESTS,
      maxAnswers: MAX_BROWSER_REQUESTS,
      promise: (start) => new Promise<Reply>((resolve, reject) => void start({ resolve, reject })),
      timer: (callback, delayMs) => {
        const timer = host.timers.set(callback, delayMs);
        return () => host.timers.clear(timer);
      },
      send: (envelope) => host.send(envelope),
      sendAnswer: (envelope) => host.send(envelope),
      deliver: (data, done) => host.deliver(data, done),
      // A page cannot be told to stop reading.
      holdReading: () => false,
      failed: (error) => host.failed(error),
      tooMany: (limit) =>
        new BrowserSocketError('ERR_OXBOW_WS_SEND_QUEUE_FULL', `${limit} requests wait already.`),
      timedOut: (timeoutMs) =>
        new BrowserSocketError(
          'ERR_OXBOW_WS_REQUEST_TIMEOUT',
          `The server did not acknowledge the request within ${timeoutMs} ms.`,
        ),
      refused: (reason) =>
        new BrowserSocketError('ERR_OXBOW_WS_REQUEST_REFUSED', `The server refused the request: ${reason}.`),
    });
  }

  get positions(): ReadonlyMap<string, TopicPosition> {
    return this.#positions.all;
  }

  /** Takes an envelope. @returns false when it is none of these */
  receive(envelope: Envelope): boolean {
    if (envelope.kind === 'literal') {
      this.#host.deliver(envelope.payload);
      return true;
    }
    return this.requests.receive(envelope) || this.#positions.receive(envelope);
  }

  /** The connection is gone; another may come. */
  lost(): void {
    this.requests.rejectAll(
      new BrowserSocketError(
        'ERR_OXBOW_WS_CLOSED',
        'The connection was lost before the acknowledgement came.',
      ),
    );
  }

  /** The socket is over. */
  finish(error: unknown): void {
    this.requests.rejectAll(error);
  }
}
