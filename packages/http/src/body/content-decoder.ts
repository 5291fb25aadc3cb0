/**
 * Undoes Content-Encoding: gzip, deflate, br and zstd on node:zlib, up to three in a row, with a cap on the expansion.
 * A push parser with backpressure: bytes in by `write`, bytes out by `onData`. Knows nothing of HTTP beyond the coding
 * names (RFC 9110 §8.4.1, RFC 8878 for zstd); how many decoded bytes are wanted is the collector's business.
 */
import { Transform } from 'node:stream';
// As a namespace: Node 20 lacks zstd, and would say so before the loop can say which Node is needed.
import * as zlib from 'node:zlib';
import { DecodingError, ExpansionError } from '../errors.ts';
import { ZstdFrames } from '../protocol/zstd-frames.ts';

/** Codings undone in one body. Real servers use one; each further one multiplies what a few bytes can expand to. */
export const MAX_CODINGS = 3;

/** How far a body may expand. */
export interface ExpansionLimit {
  /** Decoded bytes for each encoded byte, once {@link fromBytes} were decoded. */
  readonly ratio: number;
  /** Decoded bytes below which any ratio is taken. */
  readonly fromBytes: number;
}

/**
 * No ratio tells honest text from a bomb: equal rows of JSON reach 338 in gzip, which ends at 1,032 whatever it holds, and
 * brotli goes a thousand times further. So it counts only where the size itself begins to hurt.
 */
export const DEFAULT_EXPANSION: ExpansionLimit = Object.freeze({
  ratio: 200,
  fromBytes: 16 * 1024 * 1024,
});

/** What Accept-Encoding asks for: exactly what this file undoes. */
export const ACCEPT_ENCODING = 'gzip, deflate, br, zstd';

const UNDONE: ReadonlySet<string> = new Set(ACCEPT_ENCODING.split(', '));

/** The codings of a Content-Encoding value, in the order they were applied; `undefined` when the body is to be left as it is. */
export function contentCodings(value: string): string[] | undefined {
  const codings: string[] = [];
  for (const part of value.split(',')) {
    const coding = part.trim().toLowerCase();
    if (coding === '' || coding === 'identity') continue;
    // RFC 9110 §8.4.1.3: x-gzip and x-compress are the same as without the x.
    const known = coding === 'x-gzip' ? 'gzip' : coding;
    // As in the Fetch standard, a body with a coding nobody knows is handed over as it came.
    if (!UNDONE.has(known)) return undefined;
    codings.push(known);
  }
  return codings.length === 0 ? undefined : codings;
}

/** Where decoded bytes go. */
export interface DecodedSink {
  /** One decoded chunk; the sink owns it. */
  onDecoded(chunk: Buffer): void;
  /** Everything was decoded. */
  onDecodedEnd(): void;
  /** The decoder is dead and calls nothing more. */
  onDecodingError(error: DecodingError): void;
  /** The decoder holds enough (`true`), or can take more again (`false`). */
  onDecoderFull(full: boolean): void;
}

// "deflate" is the zlib format (RFC 1950), but some servers send the bare one (RFC 1951): the first byte tells.
function createDeflateDecoder(firstByte: number): Transform {
  return (firstByte & 0x0f) === 0x08 ? zlib.createInflate() : zlib.createInflateRaw();
}

/**
 * Stands before a zstd decoder, which takes the end of a frame for the end of the body when more is left in the same chunk.
 * Gives it one frame after the other, and notices what is cut off or is no frame (RFC 8878 §3.1).
 */
function createFrameCutter(): Transform {
  const frames = new ZstdFrames();
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done): void {
      for (const piece of frames.split(chunk)) this.push(piece);
      done(frames.fault === undefined ? null : new Error(frames.fault));
    },
    flush(done): void {
      done(frames.isWhole ? null : new Error('it ends inside a frame'));
    },
  });
}

function createStage(coding: string, firstByte: number | undefined): Transform {
  if (coding === 'gzip') return zlib.createGunzip();
  if (coding === 'br') return zlib.createBrotliDecompress();
  if (coding === 'zstd') return zlib.createZstdDecompress();
  return firstByte === undefined ? zlib.createInflate() : createDeflateDecoder(firstByte);
}

/** The native decoders count what they took; br and deflate end before their input does, and say nothing of the rest. */
interface Counting {
  readonly bytesWritten: number;
}

const ENDS_EARLY: ReadonlySet<string> = new Set(['br', 'deflate']);

/** A chain of decoders, last coding first. Closed by the end, an error, or {@link ContentDecoder.destroy}. */
export class ContentDecoder {
  readonly #sink: DecodedSink;
  readonly #codings: readonly string[];
  readonly #limit: ExpansionLimit;
  readonly #stages: Transform[] = [];
  #encodedBytes = 0;
  /** What the last stage so far has given. */
  #countedBytes: () => number = () => 0;
  #closed = false;
  #paused = false;
  #full = false;

  /** @throws {DecodingError} `ERR_OXBOW_HTTP_TOO_MANY_CODINGS` for more than {@link MAX_CODINGS} codings. */
  constructor(codings: readonly string[], sink: DecodedSink, limit: ExpansionLimit = DEFAULT_EXPANSION) {
    if (codings.length > MAX_CODINGS) {
      throw new DecodingError(
        'ERR_OXBOW_HTTP_TOO_MANY_CODINGS',
        `the body has ${codings.length} content codings, the limit is ${MAX_CODINGS}`,
      );
    }
    this.#codings = codings;
    this.#sink = sink;
    this.#limit = limit;
  }

  /** Feeds encoded bytes; the decoder may keep the chunk until it is decoded. */
  write(chunk: Uint8Array): void {
    if (this.#closed || chunk.length === 0) return;
    this.#encodedBytes += chunk.length;
    if (this.#stages.length === 0) this.#open(chunk[0] ?? 0);
    const first = this.#stages[0];
    if (first?.write(chunk) === false && !this.#full) {
      this.#full = true;
      this.#sink.onDecoderFull(true);
    }
  }

  /** No more bytes: what is buffered is decoded, then the sink's end is called. */
  end(): void {
    if (this.#closed) return;
    const first = this.#stages[0];
    if (first === undefined) {
      // An empty body is empty in every coding.
      this.#closed = true;
      this.#sink.onDecodedEnd();
      return;
    }
    first.end();
  }

  /** Stops handing out decoded bytes until {@link resume}; the stages fill up and `onDecoderFull(true)` follows. */
  pause(): void {
    this.#paused = true;
    this.#stages.at(-1)?.pause();
  }

  /** Hands out decoded bytes again. */
  resume(): void {
    this.#paused = false;
    this.#stages.at(-1)?.resume();
  }

  /** Frees the native decoders; nothing is called afterwards. */
  destroy(): void {
    this.#closed = true;
    for (const stage of this.#stages) stage.destroy();
  }

  #open(firstByte: number): void {
    for (let i = this.#codings.length - 1; i >= 0; i--) {
      const coding = this.#codings[i] ?? '';
      const givenBytes = this.#stages.length === 0 ? () => this.#encodedBytes : this.#countedBytes;
      if (coding === 'zstd') this.#append(createFrameCutter());
      const stage = this.#append(createStage(coding, this.#stages.length === 0 ? firstByte : undefined));
      this.#countedBytes = this.#count(stage, i === 0);
      if (ENDS_EARLY.has(coding)) this.#expectAllTaken(stage, givenBytes);
    }
    this.#stages[0]?.on('drain', () => {
      this.#full = false;
      if (!this.#closed) this.#sink.onDecoderFull(false);
    });
    const last = this.#stages.at(-1);
    last?.on('end', () => {
      if (this.#closed) return;
      this.#closed = true;
      this.#sink.onDecodedEnd();
    });
    if (this.#paused) last?.pause();
  }

  #append(stage: Transform): Transform {
    const previous = this.#stages.at(-1);
    this.#stages.push(stage);
    stage.on('error', (cause: Error) => this.#fail(corrupt(this.#codings, cause)));
    previous?.pipe(stage);
    return stage;
  }

  // Every stage is measured against the bytes of the wire: a bomb hidden in a middle stage is one too.
  #count(stage: Transform, isLast: boolean): () => number {
    let decodedBytes = 0;
    const { ratio, fromBytes } = this.#limit;
    stage.on('data', (chunk: Buffer) => {
      if (this.#closed) return;
      decodedBytes += chunk.length;
      if (decodedBytes > fromBytes && decodedBytes > this.#encodedBytes * ratio) {
        this.#fail(new ExpansionError(ratio, this.#encodedBytes, decodedBytes));
      } else if (isLast) {
        this.#sink.onDecoded(chunk);
      }
    });
    return () => decodedBytes;
  }

  // Before the stage's own end is taken for that of the body.
  #expectAllTaken(stage: Transform, givenBytes: () => number): void {
    stage.on('end', () => {
      const restBytes = givenBytes() - (stage as unknown as Counting).bytesWritten;
      if (restBytes > 0) this.#fail(corrupt(this.#codings, new Error(`${restBytes} bytes follow its end`)));
    });
  }

  #fail(error: DecodingError): void {
    if (this.#closed) return;
    this.destroy();
    this.#sink.onDecodingError(error);
  }
}

function corrupt(codings: readonly string[], cause: Error): DecodingError {
  return new DecodingError(
    'ERR_OXBOW_HTTP_CORRUPT_ENCODING',
    `the body is not valid ${codings.join(', ')}: ${cause.message}`,
    { cause },
  );
}
