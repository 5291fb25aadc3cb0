/**
 * Requests and their acknowledgements over one socket: numbers what goes out, settles what comes back, and answers what
 * the peer asks. The bytes are the envelope's business.
 */
import type { EventLoop } from '@oxbow/loop';
import { bindToTask, type Settle } from '@oxbow/loop/lowlevel';
import { handled, rejected } from '../connection/handled.ts';
import { type Envelope, seal, unseal } from '../envelope/envelope.ts';
import { RequestRefusedError, RequestTimeoutError, SlowConsumerError } from '../errors.ts';
import type { Message } from './message.ts';

/** What a responder may give back; undefined acknowledges without content. */
export type Reply = Message | undefined;

/** Answers requests. */
export type Responder = (data: Message) => Reply | PromiseLike<Reply>;

/** Requests that may wait for their acknowledgement at once. */
export const MAX_REQUESTS_UNDER_WAY = 4_096;

const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What the acknowledgements need of their socket. */
export interface AcknowledgementsParts {
  readonly loop: EventLoop;
  send(envelope: Uint8Array): Promise<void>;
  /** Delivers a request's data like any other message, when no responder is named. */
  deliver(data: Message): void;
}

/** The requests of one socket, both ways. */
export class Acknowledgements {
  readonly #parts: AcknowledgementsParts;
  readonly #underWay = new Map<number, Settle<Reply>>();
  #lastId = 0;
  #responder: Responder | undefined;

  constructor(parts: AcknowledgementsParts) {
    this.#parts = parts;
  }

  /** Names who answers requests from now on; undefined: they are delivered as messages and acknowledged at once. */
  respond(responder: Responder | undefined): void {
    this.#responder = responder;
  }

  /** Sends a request and waits for its acknowledgement; cancelling the calling task ends the wait. */
  request(data: Message, timeoutMs: number): Promise<Reply> {
    if (this.#underWay.size >= MAX_REQUESTS_UNDER_WAY) {
      const actual = this.#underWay.size + 1;
      const message = `${actual} requests wait where at most ${MAX_REQUESTS_UNDER_WAY} may.`;
      return rejected(
        new SlowConsumerError('ERR_OXBOW_WS_TOO_MANY_REQUESTS', message, MAX_REQUESTS_UNDER_WAY, actual),
      );
    }
    const id = this.#nextId();
    const answered = bindToTask<Reply>((settle) => {
      const end = () => {
        timer?.cancel();
        this.#underWay.delete(id);
      };
      const timer =
        timeoutMs === Number.POSITIVE_INFINITY
          ? undefined
          : this.#parts.loop.callLater(timeoutMs, () => finish.reject(new RequestTimeoutError(timeoutMs)));
      const finish: Settle<Reply> = {
        resolve: (reply) => {
          end();
          settle.resolve(reply);
        },
        reject: (error) => {
          end();
          settle.reject(error);
        },
      };
      this.#underWay.set(id, finish);
      this.#parts.send(sealed('request', id, data)).catch(finish.reject);
      return end;
    });
    return handled(answered);
  }

  /** Takes an incoming binary message with the mark. @returns false when it is no envelope after all */
  receive(bytes: Uint8Array): boolean {
    const envelope = unseal(bytes);
    if (envelope === undefined) return false;
    if (envelope.kind === 'literal') this.#parts.deliver(envelope.payload);
    else if (envelope.kind === 'request') this.#answer(envelope);
    else this.#settle(envelope);
    return true;
  }

  /** Ends all waits with an error. */
  rejectAll(error: unknown): void {
    for (const settle of [...this.#underWay.values()]) settle.reject(error);
  }

  #settle(envelope: Envelope): void {
    const settle = this.#underWay.get(envelope.id);
    const content = contentOf(envelope);
    if (envelope.kind === 'reply') settle?.resolve(content);
    else settle?.reject(new RequestRefusedError(typeof content === 'string' ? content : ''));
  }

  #answer(envelope: Envelope): void {
    const data = contentOf(envelope) ?? '';
    const responder = this.#responder;
    if (responder === undefined) {
      this.#parts.deliver(data);
      this.#send(sealed('reply', envelope.id, undefined));
      return;
    }
    Promise.resolve(data)
      .then(responder)
      .then(
        (reply) => this.#send(sealed('reply', envelope.id, reply)),
        // The peer learns that its request failed, not why: messages of errors may tell too much.
        () => this.#send(sealed('refusal', envelope.id, 'the responder failed')),
      )
      .catch(() => this.#send(sealed('refusal', envelope.id, 'the responder gave no message')));
  }

  /** An answer that cannot be sent any more has nobody waiting for it. */
  #send(envelope: Uint8Array): void {
    this.#parts.send(envelope).catch(() => {});
  }

  #nextId(): number {
    this.#lastId = (this.#lastId + 1) >>> 0;
    return this.#lastId;
  }
}

function sealed(kind: 'request' | 'reply' | 'refusal', id: number, data: Reply): Uint8Array {
  if (data === undefined) return seal(kind, id, NOTHING, 'none');
  return typeof data === 'string'
    ? seal(kind, id, encoder.encode(data), 'text')
    : seal(kind, id, data, 'binary');
}

function contentOf({ content, payload }: Envelope): Reply {
  if (content === 'none') return undefined;
  return content === 'text' ? decoder.decode(payload) : payload;
}
