/**
 * What becomes of a socket's incoming messages: most go to the reader as they are; an envelope is opened for the requests
 * or the topics.
 */
import { bindToTask } from '@oxbow/loop/lowlevel';
import { handled } from '../connection/handled.ts';
import { bearsMark, type Message, unseal } from '../envelope/envelope.ts';
import { placeOf, type TopicPosition } from '../envelope/place.ts';
import { type Reply, type RequestHost, Requests } from '../envelope/requests.ts';
import { type ResumeEvent, TopicPositions } from '../envelope/topic-positions.ts';
import { RequestRefusedError, RequestTimeoutError, SlowConsumerError } from '../errors.ts';
import { weighMessage } from './message.ts';
import type { ReadingControl } from './reading-control.ts';
import type { SocketParts } from './socket-parts.ts';
import { UnreadRequests } from './unread-requests.ts';

/** Requests that may wait for their acknowledgement at once. */
export const MAX_REQUESTS_UNDER_WAY = 4_096;

/** What the incoming side needs of its socket. */
export interface IncomingHost {
  readonly parts: SocketParts;
  readonly reading: ReadingControl;
  /** Puts a message into the stream. */
  push(data: Message): void;
  /** Messages that the stream holds for a reader. */
  unread(): number;
  send(envelope: Uint8Array): Promise<void>;
  sendAnswer(envelope: Uint8Array): Promise<void>;
  /** On a server: the client asks to take a topic up where it left off. */
  resume(topic: string, since: TopicPosition): void;
  failed(error: unknown): void;
}

/** The incoming side of one socket. */
export class Incoming {
  readonly #host: IncomingHost;
  #requests: Requests | undefined;
  #positions: TopicPositions | undefined;
  #unreadRequests: UnreadRequests | undefined;
  #onResume: Set<(event: ResumeEvent) => void> | undefined;
  /** Messages put into the stream so far. */
  #pushed = 0;
  #discards = false;

  constructor(host: IncomingHost) {
    this.#host = host;
  }

  get requests(): Requests {
    this.#requests ??= new Requests(
      requestHost(this.#host, (data, done) => this.#deliverRequest(data, done)),
    );
    return this.#requests;
  }

  /** The places of a client in the server's topics. */
  get positions(): TopicPositions {
    this.#positions ??= new TopicPositions({
      send: (envelope) => void this.#host.send(envelope),
      deliver: (data) => this.#deliver(data),
      resumed: (event) => this.#resumed(event),
    });
    return this.#positions;
  }

  onResume(callback: (event: ResumeEvent) => void): () => void {
    const added = (event: ResumeEvent): void => callback(event);
    this.#onResume ??= new Set();
    this.#onResume.add(added);
    return () => {
      this.#onResume?.delete(added);
    };
  }

  receive(data: Message): void {
    if (typeof data !== 'string' && bearsMark(data) && this.#open(data)) return;
    this.#deliver(data);
  }

  /** From now on messages are dropped. */
  discard(): void {
    this.#discards = true;
    this.#unreadRequests?.giveUp();
  }

  /** The connection is gone; another may take its place. */
  lost(error: unknown): void {
    this.#requests?.rejectAll(error);
  }

  /** The socket is over. */
  finish(error: unknown): void {
    this.#requests?.rejectAll(error);
  }

  #open(data: Uint8Array): boolean {
    const envelope = unseal(data);
    if (envelope === undefined) return false;
    if (envelope.kind === 'literal') {
      this.#deliver(envelope.payload);
      return true;
    }
    if (this.requests.receive(envelope)) return true;
    if (this.#host.parts.topics === undefined) return this.positions.receive(envelope);
    const placed = envelope.kind === 'resume' ? placeOf(envelope) : undefined;
    if (placed === undefined) return false;
    this.#host.resume(placed.topic, placed.position);
    return true;
  }

  #deliver(data: Message): void {
    if (this.#discards) return;
    this.#host.reading.took(weighMessage(data));
    this.#pushed += 1;
    this.#host.push(data);
  }

  #deliverRequest(data: Message, done: (isTaken: boolean) => void): void {
    if (this.#discards) {
      done(false);
      return;
    }
    if (this.#unreadRequests === undefined) {
      this.#unreadRequests = new UnreadRequests();
      this.#host.reading.onTaken = () => this.#tellTaken();
    }
    this.#deliver(data);
    this.#unreadRequests.add(this.#pushed, done);
    this.#tellTaken();
  }

  #tellTaken(): void {
    const waiting = this.#unreadRequests;
    if (waiting !== undefined && waiting.size > 0) waiting.taken(this.#pushed - this.#host.unread());
  }

  #resumed(event: ResumeEvent): void {
    for (const callback of this.#onResume ?? []) {
      try {
        callback(event);
      } catch (error) {
        this.#host.failed(error);
      }
    }
  }
}

function requestHost(
  host: IncomingHost,
  deliver: (data: Message, done: (isTaken: boolean) => void) => void,
): RequestHost {
  const { loop, maxConcurrentRequests } = host.parts;
  return {
    maxUnderWay: MAX_REQUESTS_UNDER_WAY,
    maxAnswers: maxConcurrentRequests,
    promise: (start) => handled(bindToTask<Reply>((settle) => start(settle))),
    timer: (callback, delayMs) => {
      const timer = loop.callLater(delayMs, callback);
      return () => timer.cancel();
    },
    send: (envelope) => host.send(envelope),
    sendAnswer: (envelope) => host.sendAnswer(envelope),
    deliver,
    holdReading: (isHeld) => {
      host.reading.hold(isHeld);
      return true;
    },
    failed: (error) => host.parts.onError(error),
    tooMany: (limit) => {
      const message = `${limit + 1} requests wait where at most ${limit} may.`;
      return new SlowConsumerError('ERR_OXBOW_WS_TOO_MANY_REQUESTS', message, limit, limit + 1);
    },
    timedOut: (timeoutMs) => new RequestTimeoutError(timeoutMs),
    refused: (reason) => new RequestRefusedError(reason),
  };
}
