/**
 * A response body as a stream: hot, one consumer, closed when that leaves early.
 * May be made before the response is there; then it waits for its body, or for the reason there is none.
 */
import { HotStream } from '@oxbow/stream';
import type { ReadOwner } from './body-read.ts';
import type { IncomingBody, PieceReader } from './incoming-body.ts';

/** Between the body and the stream: passes pause and resume one way, pieces the other. */
class BodyTap implements PieceReader {
  stream: BodyStream | undefined;
  body: IncomingBody | undefined;
  /** Kept alive with the stream: a response that is collected closes its body. */
  keeper: object | undefined;
  owner: ReadOwner | undefined;
  readonly onLeft: (() => void) | undefined;
  #started = false;
  #wantsMore = false;

  constructor(onLeft: (() => void) | undefined) {
    this.onLeft = onLeft;
  }

  open(body: IncomingBody): void {
    this.body = body;
    if (this.#started) this.#attach(body);
  }

  start(): void {
    this.#started = true;
    if (this.body !== undefined) this.#attach(this.body);
  }

  pause(): void {
    this.#wantsMore = false;
    this.body?.pause();
  }

  resume(): void {
    this.#wantsMore = true;
    this.body?.resume();
  }

  leaveUnread(): void {
    if (!this.#started) this.leave();
  }

  leave(): void {
    if (this.body !== undefined) this.body.discard('its stream was left early');
    else this.onLeft?.();
  }

  onPiece(chunk: Buffer): void {
    this.stream?.push(chunk);
  }

  onEnd(error: Error | undefined): void {
    if (error !== undefined) this.owner?.describe(error);
    this.stream?.end(error);
  }

  #attach(body: IncomingBody): void {
    body.attach(this);
    if (this.#wantsMore) body.resume();
  }
}

/**
 * The bytes of a body, decoded: hot, for one consumer. Nothing is taken from the response before that comes. Leaving it early
 * discards the rest: a small rest is swallowed to keep the connection, a larger one closes it.
 */
export class BodyStream extends HotStream<Uint8Array> {
  readonly #tap: BodyTap;

  /** @param onLeft called when the consumer leaves before the response came */
  constructor(onLeft?: () => void) {
    const tap = new BodyTap(onLeft);
    super(tap, { onLeave: 'close', what: 'This response body' });
    tap.stream = this;
    this.#tap = tap;
  }

  /** @internal Nobody will read it: the body is given up, unless its reading began. Idempotent. */
  leaveUnread(): void {
    this.#tap.leaveUnread();
  }

  /** @internal The body is there; `keeper` lives as long as this stream, `owner` describes its errors. */
  open(body: IncomingBody, keeper: object, owner: ReadOwner): void {
    this.#tap.keeper = keeper;
    this.#tap.owner = owner;
    this.#tap.open(body);
  }
}
