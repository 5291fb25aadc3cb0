/**
 * The body of one response between the transport and its reader: decoding, counting, holding and backpressure. Until
 * somebody reads it, up to HELD_BYTES are kept and the sender is paused; so a small body frees its connection unread. Read
 * once: whole (`collect`) or as a stream (`attach`). Knows nothing of text, JSON or status codes.
 */
import { ContentDecoder, type DecodedSink, type ExpansionLimit } from '../body/content-decoder.ts';
import { BodyTooLargeError, BodyUsedError, type DecodingError } from '../errors.ts';
import { SESSION_DEFAULTS } from './session-options.ts';

/** Bytes kept for a reader that has not come yet; of a body that nobody wants, so many are read and dropped to keep its connection. */
export const HELD_BYTES: number = 64 * 1024;

/** The hold a body has on what brings it. */
export interface BodySource {
  pauseBody(): void;
  resumeBody(): void;
  /** What still comes is not awaited for long. */
  hurryBody(): void;
  /** Closes the connection; nothing more comes. */
  abortBody(): void;
}

/** Takes a whole body. Exactly one of the two is called, once, possibly before `collect` returns. */
export interface WholeBodyReader {
  onBody(bytes: Buffer): void;
  onBodyError(error: unknown): void;
}

/** Takes a body in pieces. `onEnd` comes once, last. */
export interface PieceReader {
  /** The reader owns the chunk. */
  onPiece(chunk: Buffer): void;
  onEnd(error: Error | undefined): void;
}

type Mode = 'held' | 'collected' | 'attached' | 'discarded';

const ABANDONED =
  'its request had failed for the status, and it is too long to be kept; await the request to read it';

const EMPTY: Buffer = Buffer.alloc(0);

/** A body on its way in. */
export class IncomingBody implements DecodedSink {
  readonly #source: BodySource;
  readonly #announcedBytes: number | undefined;
  readonly #limit: number | undefined;
  #decoder: ContentDecoder | undefined;
  #mode: Mode = 'held';
  #first: Buffer | undefined;
  #rest: Buffer[] | undefined;
  #heldBytes = 0;
  #receivedBytes = 0;
  #encodedEnded = false;
  #ended = false;
  #error: Error | undefined;
  #whole: WholeBodyReader | undefined;
  #pieces: PieceReader | undefined;
  #limitBytes = Number.POSITIVE_INFINITY;
  /** Its reader ended without it; see {@link abandon}. */
  #abandoned = false;
  /** Reasons to hold the sender back. */
  #readerPaused = false;
  #decoderFull = false;
  #sourcePaused = false;
  /** Why there is nothing to read, for a body that was given up. */
  #discardReason = 'it was discarded';

  /**
   * @param codings the content codings to undo, or none
   * @param announcedBytes Content-Length, where there is one
   * @param limit the caller's own limit in decoded bytes; `undefined` limits whole bodies only
   * @param expansion how far decoding may expand it
   */
  constructor(
    source: BodySource,
    codings: readonly string[] | undefined,
    announcedBytes: number | undefined,
    limit: number | undefined,
    expansion?: ExpansionLimit,
  ) {
    this.#source = source;
    this.#announcedBytes = codings === undefined ? announcedBytes : undefined;
    this.#limit = limit;
    if (codings === undefined) return;
    try {
      this.#decoder = new ContentDecoder(codings, this, expansion);
    } catch (error) {
      this.#error = error as Error;
      this.#mode = 'discarded';
    }
  }

  /** Decoded bytes received so far, read or not. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** Whether everything was received and decoded, or the body failed. */
  get isComplete(): boolean {
    return this.#ended || this.#error !== undefined;
  }

  /** Whether the sender waits for a reader that has not come. */
  get isUnread(): boolean {
    return this.#mode === 'held' && this.#sourcePaused;
  }

  /** Whether a reader has the body but takes no more for now: then silence is not the sender's fault. */
  get isHeldBack(): boolean {
    return this.#sourcePaused;
  }

  /** Whether somebody has read it or is reading. */
  get isUsed(): boolean {
    return this.#mode !== 'held';
  }

  // From the attempt.

  onEncoded(chunk: Buffer): void {
    if (this.#mode === 'discarded' || this.#error !== undefined) {
      this.#receivedBytes += chunk.length;
      if (this.#receivedBytes > HELD_BYTES) this.#source.abortBody();
      return;
    }
    if (this.#decoder === undefined) this.onDecoded(chunk);
    else this.#decoder.write(chunk);
  }

  onEncodedEnd(): void {
    this.#encodedEnded = true;
    if (this.#mode === 'discarded' || this.#error !== undefined) return;
    if (this.#decoder === undefined) this.onDecodedEnd();
    else this.#decoder.end();
  }

  /** The body will not be completed. */
  onFailed(error: Error): void {
    if (this.isComplete) return;
    this.#error = error;
    this.#encodedEnded = true;
    this.#decoder?.destroy();
    const whole = this.#whole;
    const pieces = this.#pieces;
    this.#whole = undefined;
    this.#pieces = undefined;
    // What came before it failed is of use to a reader that takes it piece by piece.
    if (this.#mode !== 'held') this.#drop();
    whole?.onBodyError(error);
    pieces?.onEnd(error);
  }

  // From the decoder, or straight from the wire.

  onDecoded(chunk: Buffer): void {
    if (this.#mode === 'discarded') return;
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > this.#limitBytes) {
      this.#give(new BodyTooLargeError(this.#limitBytes, this.#receivedBytes));
      return;
    }
    if (this.#mode === 'attached') {
      this.#pieces?.onPiece(chunk);
      return;
    }
    this.#heldBytes += chunk.length;
    if (this.#first === undefined) this.#first = chunk;
    else if (this.#rest === undefined) this.#rest = [chunk];
    else this.#rest.push(chunk);
    if (this.#mode === 'held' && this.#heldBytes >= HELD_BYTES) {
      if (this.#abandoned) {
        this.abort(ABANDONED);
        return;
      }
      this.#readerPaused = true;
      this.#decoder?.pause();
      this.#balance();
    }
  }

  onDecodedEnd(): void {
    this.#ended = true;
    const whole = this.#whole;
    const pieces = this.#pieces;
    this.#whole = undefined;
    this.#pieces = undefined;
    if (whole !== undefined) whole.onBody(this.#takeAll());
    pieces?.onEnd(undefined);
  }

  onDecodingError(error: DecodingError): void {
    this.#give(error);
  }

  onDecoderFull(full: boolean): void {
    this.#decoderFull = full;
    this.#balance();
  }

  // From readers.

  /** Reads everything into one buffer, of at most the caller's limit or 64 MiB. */
  collect(reader: WholeBodyReader): void {
    const refusal = this.#take('collected');
    if (refusal !== undefined) {
      reader.onBodyError(refusal);
      return;
    }
    if (this.#error !== undefined) {
      reader.onBodyError(this.#error);
      return;
    }
    this.#limitBytes = this.#limit ?? SESSION_DEFAULTS.maxBufferedBytes;
    this.#whole = reader;
    const least = Math.max(this.#receivedBytes, this.#announcedBytes ?? 0);
    if (least > this.#limitBytes) this.#give(new BodyTooLargeError(this.#limitBytes, least));
    else if (this.#ended) this.onDecodedEnd();
    else this.resume();
  }

  /** Reads piece by piece; what is held comes at once. */
  attach(reader: PieceReader): void {
    const refusal = this.#take('attached');
    if (refusal !== undefined) {
      reader.onEnd(refusal);
      return;
    }
    this.#limitBytes = this.#limit ?? Number.POSITIVE_INFINITY;
    this.#pieces = reader;
    const held = [...(this.#first === undefined ? [] : [this.#first]), ...(this.#rest ?? [])];
    this.#drop();
    if (this.#receivedBytes > this.#limitBytes && this.#error === undefined) {
      this.#give(new BodyTooLargeError(this.#limitBytes, this.#receivedBytes));
      return;
    }
    for (const chunk of held) this.#pieces?.onPiece(chunk);
    if (this.#error !== undefined) {
      this.#pieces = undefined;
      reader.onEnd(this.#error);
    } else if (this.#ended) {
      this.onDecodedEnd();
    }
  }

  pause(): void {
    if (this.#readerPaused || this.isComplete) return;
    this.#readerPaused = true;
    this.#decoder?.pause();
    this.#balance();
  }

  resume(): void {
    if (!this.#readerPaused) return;
    this.#readerPaused = false;
    this.#decoder?.resume();
    this.#balance();
  }

  /** Gives the rest up: a small rest is swallowed to keep the connection, a larger one closes it. Idempotent. */
  discard(reason?: string): void {
    if (this.#mode === 'discarded' || this.isComplete) {
      this.#markDiscarded(reason);
      return;
    }
    this.#markDiscarded(reason);
    if (this.#encodedEnded) return;
    if ((this.#announcedBytes ?? 0) - this.#receivedBytes > HELD_BYTES || this.#sourcePaused) {
      this.#source.abortBody();
      return;
    }
    this.#receivedBytes = 0;
    this.#source.hurryBody();
  }

  /**
   * Its reader ended without it, but may yet look. What fits into 64 KiB and comes soon stays readable, and frees the connection
   * by its end. If more comes, the connection is closed.
   */
  abandon(): void {
    if (this.#mode !== 'held' || this.isComplete) return;
    this.#abandoned = true;
    if (this.#sourcePaused) this.abort(ABANDONED);
    else this.#source.hurryBody();
  }

  /** Gives the body up and closes its connection. */
  abort(reason: string): void {
    this.#markDiscarded(reason);
    if (!this.#encodedEnded) this.#source.abortBody();
  }

  #markDiscarded(reason: string | undefined): void {
    if (this.#mode === 'discarded') return;
    if (reason !== undefined) this.#discardReason = reason;
    this.#mode = 'discarded';
    this.#whole = undefined;
    this.#pieces = undefined;
    this.#decoder?.destroy();
    this.#drop();
  }

  #take(mode: 'collected' | 'attached'): BodyUsedError | undefined {
    if (this.#mode === 'discarded' && this.#error === undefined) {
      return new BodyUsedError(
        'ERR_OXBOW_HTTP_BODY_DISCARDED',
        `the body cannot be read: ${this.#discardReason}`,
      );
    }
    if (this.#mode === 'collected' || this.#mode === 'attached') {
      return new BodyUsedError(
        'ERR_OXBOW_HTTP_BODY_USED',
        'the body was read already; keep the first result',
      );
    }
    this.#mode = mode;
    if (this.#abandoned && !this.isComplete) this.#source.resumeBody();
    return undefined;
  }

  #takeAll(): Buffer {
    const first = this.#first;
    if (first === undefined) return EMPTY;
    const bytes = this.#rest === undefined ? first : Buffer.concat([first, ...this.#rest], this.#heldBytes);
    this.#drop();
    return bytes;
  }

  #drop(): void {
    this.#first = undefined;
    this.#rest = undefined;
    this.#heldBytes = 0;
  }

  // A failure on our side: the reader hears it, and the connection, which has more to say, is closed.
  #give(error: Error): void {
    const encodedEnded = this.#encodedEnded;
    // It may have come whole before somebody set a limit to it.
    this.#ended = false;
    this.onFailed(error);
    if (!encodedEnded) this.#source.abortBody();
  }

  #balance(): void {
    const pause = this.#readerPaused || this.#decoderFull;
    if (pause === this.#sourcePaused || this.#encodedEnded) return;
    this.#sourcePaused = pause;
    if (pause) this.#source.pauseBody();
    else this.#source.resumeBody();
  }
}
