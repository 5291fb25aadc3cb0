/**
 * Acknowledged messages in the browser: numbers requests, settles replies and answers the server's requests.
 */
import { type Envelope, seal, unseal } from '../envelope/envelope.ts';
import { BrowserSocketError } from './browser-socket-error.ts';
import type { Message } from './inbox.ts';
import type { TimerHost } from './web-socket-like.ts';

/** What comes back for a request; undefined for a mere acknowledgement. */
export type Reply = Message | undefined;

/** Answers the server's requests. */
export type Responder = (data: Message) => Reply | PromiseLike<Reply>;

/** What the requests need of their socket. */
export interface RequestsParts {
  readonly timers: TimerHost;
  send(envelope: Uint8Array): Promise<void>;
  deliver(data: Message): void;
}

interface UnderWay {
  resolve(reply: Reply): void;
  reject(error: unknown): void;
}

/** Requests that may wait at once. */
export const MAX_REQUESTS_UNDER_WAY = 1_024;

const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The requests of one socket. */
export class Requests {
  readonly #parts: RequestsParts;
  readonly #underWay = new Map<number, UnderWay>();
  #lastId = 0;
  #responder: Responder | undefined;

  constructor(parts: RequestsParts) {
    this.#parts = parts;
  }

  respond(responder: Responder | undefined): void {
    this.#responder = responder;
  }

  request(data: Message, timeoutMs: number): Promise<Reply> {
    if (this.#underWay.size >= MAX_REQUESTS_UNDER_WAY) {
      const message = `${MAX_REQUESTS_UNDER_WAY} requests wait already.`;
      return Promise.reject(new BrowserSocketError('ERR_OXBOW_WS_SEND_QUEUE_FULL', message));
    }
    this.#lastId = (this.#lastId + 1) >>> 0;
    const id = this.#lastId;
    return new Promise<Reply>((resolve, reject) => {
      const { timers } = this.#parts;
      const timer = timers.set(() => {
        const message = `The server did not acknowledge the request within ${timeoutMs} ms.`;
        this.#underWay.get(id)?.reject(new BrowserSocketError('ERR_OXBOW_WS_REQUEST_TIMEOUT', message));
      }, timeoutMs);
      const end = () => {
        timers.clear(timer);
        this.#underWay.delete(id);
      };
      const underWay: UnderWay = {
        resolve: (reply) => {
          end();
          resolve(reply);
        },
        reject: (error) => {
          end();
          reject(error);
        },
      };
      this.#underWay.set(id, underWay);
      this.#parts.send(sealed('request', id, data)).catch((error: unknown) => underWay.reject(error));
    });
  }

  /** Takes a binary message with the mark. @returns false when it is no envelope after all */
  receive(bytes: Uint8Array): boolean {
    const envelope = unseal(bytes);
    if (envelope === undefined) return false;
    const content = contentOf(envelope);
    if (envelope.kind === 'literal') {
      this.#parts.deliver(envelope.payload);
    } else if (envelope.kind === 'request') {
      this.#answer(envelope.id, content ?? '');
    } else if (envelope.kind === 'reply') {
      this.#underWay.get(envelope.id)?.resolve(content);
    } else {
      const reason = typeof content === 'string' ? content : 'no reason given';
      const error = new BrowserSocketError(
        'ERR_OXBOW_WS_REQUEST_REFUSED',
        `The server refused the request: ${reason}.`,
      );
      this.#underWay.get(envelope.id)?.reject(error);
    }
    return true;
  }

  rejectAll(error: unknown): void {
    for (const underWay of [...this.#underWay.values()]) underWay.reject(error);
  }

  #answer(id: number, data: Message): void {
    const responder = this.#responder;
    if (responder === undefined) {
      this.#parts.deliver(data);
      this.#send(sealed('reply', id, undefined));
      return;
    }
    Promise.resolve(data)
      .then(responder)
      .then((reply) => this.#send(sealed('reply', id, reply)))
      .catch(() => this.#send(sealed('refusal', id, 'the responder failed')));
  }

  #send(envelope: Uint8Array): void {
    // An answer that cannot be sent any more has nobody waiting for it.
    this.#parts.send(envelope).catch(() => {});
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
