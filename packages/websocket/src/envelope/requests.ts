/**
 * Requests and their acknowledgements over one connection, for both clients and the server: numbers what goes out, settles
 * what comes back, and answers what the peer asks. Sans-I/O: timers, promises and errors are handed in.
 *
 * An acknowledgement says that somebody took the message: the responder has answered, or the reader has read it. How many
 * are being answered at once is bounded; where reading can be held back, the peer then waits.
 */
import { contentOf, type Envelope, type Message, sealed, unseal } from './envelope.ts';

/** What comes back for a request; undefined for a mere acknowledgement. */
export type Reply = Message | undefined;

/** Answers requests: by text, bytes, nothing, or a promise of it. One that throws refuses the request. */
export type Responder = (data: Message) => Reply | PromiseLike<Reply>;

/** How a wait for a reply is ended. */
export interface RequestSettle {
  resolve(reply: Reply): void;
  reject(error: unknown): void;
}

/** What the requests need of their socket. */
export interface RequestHost {
  /** Requests that may wait for their acknowledgement at once. */
  readonly maxUnderWay: number;
  /** Requests of the peer that are answered at once; beyond, reading is held back, or the request refused. */
  readonly maxAnswers: number;
  /** Makes the promise of a request. What `start` returns takes the request back. */
  promise(start: (settle: RequestSettle) => () => void): Promise<Reply>;
  /** Starts a timer. @returns what stops it */
  timer(callback: () => void, delayMs: number): () => void;
  /** Sends a request. */
  send(envelope: Uint8Array): Promise<void>;
  /** Sends an answer, as soon as there is room for it. */
  sendAnswer(envelope: Uint8Array): Promise<void>;
  /** Hands a request's data to the reader; `done` is told, once, whether somebody took it. */
  deliver(data: Message, done: (isTaken: boolean) => void): void;
  /** Stops reading from the peer, or goes on. @returns false where nothing can be held back */
  holdReading(isHeld: boolean): boolean;
  /** Told of a responder's error, of which the peer learns only that there was one. */
  failed(error: unknown): void;
  tooMany(limit: number): unknown;
  timedOut(timeoutMs: number): unknown;
  refused(reason: string): unknown;
}

/** The requests of one socket, both ways. */
export class Requests {
  readonly #host: RequestHost;
  #underWay: Map<number, RequestSettle> | undefined;
  #lastId = 0;
  #responder: Responder | undefined;
  #answers = 0;
  #isHolding = false;

  constructor(host: RequestHost) {
    this.#host = host;
  }

  /** Requests of ours that wait for their acknowledgement. */
  get underWay(): number {
    return this.#underWay?.size ?? 0;
  }

  /** Requests of the peer that are being answered. */
  get answers(): number {
    return this.#answers;
  }

  /** Names who answers requests from now on; undefined: they go to the reader, and are acknowledged when it took them. */
  respond(responder: Responder | undefined): void {
    this.#responder = responder;
  }

  /** Sends a request and waits for its acknowledgement. @param timeoutMs Infinity waits for as long as the connection lasts */
  request(data: Message, timeoutMs: number): Promise<Reply> {
    const host = this.#host;
    this.#underWay ??= new Map();
    const underWay = this.#underWay;
    if (underWay.size >= host.maxUnderWay) {
      return host.promise(({ reject }) => {
        reject(host.tooMany(host.maxUnderWay));
        return () => {};
      });
    }
    this.#lastId = (this.#lastId + 1) >>> 0;
    const id = this.#lastId;
    return host.promise((settle) => {
      const stopTimer =
        timeoutMs === Number.POSITIVE_INFINITY
          ? undefined
          : host.timer(() => finish.reject(host.timedOut(timeoutMs)), timeoutMs);
      const end = (): void => {
        stopTimer?.();
        underWay.delete(id);
      };
      const finish: RequestSettle = {
        resolve: (reply) => {
          end();
          settle.resolve(reply);
        },
        reject: (error) => {
          end();
          settle.reject(error);
        },
      };
      underWay.set(id, finish);
      host.send(sealed('request', id, data)).catch(finish.reject);
      return end;
    });
  }

  /** Takes an envelope of a kind that belongs here. @returns false when it is none */
  receive(envelope: Envelope): boolean {
    switch (envelope.kind) {
      case 'request':
        this.#answer(envelope);
        return true;
      case 'reply':
        this.#underWay?.get(envelope.id)?.resolve(contentOf(envelope));
        return true;
      case 'refusal': {
        const content = contentOf(envelope);
        const reason = typeof content === 'string' ? content : 'no reason given';
        this.#underWay?.get(envelope.id)?.reject(this.#host.refused(reason));
        return true;
      }
      case 'ping':
        // A page cannot send the protocol's own Ping: this stands for it.
        this.#host.sendAnswer(sealed('pong', envelope.id, undefined)).catch(ignore);
        return true;
      default:
        return false;
    }
  }

  /** The connection is gone: ends all waits with an error. What is being answered has nobody to hear it. */
  rejectAll(error: unknown): void {
    for (const settle of [...(this.#underWay?.values() ?? [])]) settle.reject(error);
  }

  #answer(envelope: Envelope): void {
    const { id } = envelope;
    const host = this.#host;
    const data = contentOf(envelope) ?? '';
    const responder = this.#responder;
    if (responder === undefined) {
      host.deliver(data, (isTaken) => {
        const answer = isTaken ? sealed('reply', id, undefined) : sealed('refusal', id, 'nobody reads it');
        host.sendAnswer(answer).catch(ignore);
      });
      return;
    }
    if (this.#answers >= host.maxAnswers && !this.#isHolding) {
      host.sendAnswer(sealed('refusal', id, 'too many requests at once')).catch(ignore);
      return;
    }
    this.#begin();
    // An answer that cannot be sent any more has nobody waiting for it.
    this.#answerBy(responder, id, data)
      .catch(ignore)
      .finally(() => this.#end());
  }

  async #answerBy(responder: Responder, id: number, data: Message): Promise<void> {
    let answer: Uint8Array;
    try {
      // On a later microtask, so that a responder never runs within the parser.
      await undefined;
      answer = sealed('reply', id, checkedReply(await responder(data)));
    } catch (error) {
      // The peer learns that its request failed, not why: messages of errors may tell too much.
      answer = sealed('refusal', id, 'the responder failed');
      this.#host.failed(error);
    }
    await this.#host.sendAnswer(answer);
  }

  #begin(): void {
    this.#answers += 1;
    if (this.#answers >= this.#host.maxAnswers && !this.#isHolding) {
      this.#isHolding = this.#host.holdReading(true);
    }
  }

  #end(): void {
    this.#answers -= 1;
    if (this.#isHolding && this.#answers < this.#host.maxAnswers) {
      this.#isHolding = false;
      this.#host.holdReading(false);
    }
  }
}

/** Opens a binary message as an envelope of this package, if it is one. */
export function envelopeOf(data: Message): Envelope | undefined {
  return typeof data === 'string' ? undefined : unseal(data);
}

function checkedReply(reply: unknown): Reply {
  if (reply === undefined || typeof reply === 'string' || reply instanceof Uint8Array) return reply;
  throw new TypeError(`A responder gives back text, a Uint8Array or nothing; got ${typeof reply}.`);
}

function ignore(): void {}
