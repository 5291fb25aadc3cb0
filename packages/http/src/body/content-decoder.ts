/**
 * Undoes Content-Encoding: gzip, deflate, br and zstd on node:zlib, up to three in a row, with a cap on the expansion.
 * A push parser with backpressure: bytes in by `write`, bytes out by `onData`. Knows nothing of HTTP beyond the coding
 * names (RFC 9110 §8.4.1, RFC 8878 for zstd); how many decoded bytes are wanted is the collector's business.
 */
import type { Transform } from 'node:stream';
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  zstdCompressSync,
  zstdDecompressSync,
} from 'node:zlib';
import { DecodingError, ExpansionError } from '../errors.ts';

/** Codings undone in one body. Real servers use one; each further one multiplies what a few bytes can expand to. */
export const MAX_CODINGS = 3;
/** Decoded bytes per encoded byte tolerated past {@link EXPANSION_FREE_BYTES}; HTML reaches 10–20, logs 100. */
export const MAX_EXPANSION_RATIO = 200;
/** Decoded bytes that are always allowed: a small document of blanks may compress a thousandfold. */
export const EXPANSION_FREE_BYTES: number = 1024 * 1024;

/**
 * Whether this Node notices that a zstd body was cut off. Node 22 ends it as if it were whole, and half a body that looks
 * complete is worse than none: zstd is then neither asked for nor undone.
 */
export const ZSTD_IS_SAFE: boolean = noticesCutZstd();

/** What Accept-Encoding asks for: exactly what this file undoes. */
export const ACCEPT_ENCODING: string = ZSTD_IS_SAFE ? 'gzip, deflate, br, zstd' : 'gzip, deflate, br';

function noticesCutZstd(): boolean {
  const whole = zstdCompressSync(Buffer.alloc(64));
  try {
    zstdDecompressSync(whole.subarray(0, whole.length - 1));
    return false;
  } catch {
    return true;
  }
}

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
  return (firstByte & 0x0f) === 0x08 ? createInflate() : createInflateRaw();
}

function createStage(coding: string, firstByte: number): Transform {
  if (coding === 'gzip') return createGunzip();
  if (coding === 'br') return createBrotliDecompress();
  if (coding === 'zstd') return createZstdDecompress();
  return createDeflateDecoder(firstByte);
}

/** A chain of decoders, last coding first. Closed by the end, an error, or {@link ContentDecoder.destroy}. */
export class ContentDecoder {
  readonly #sink: DecodedSink;
  readonly #codings: readonly string[];
  readonly #stages: Transform[] = [];
  #encodedBytes = 0;
  #closed = false;
  #paused = false;
  #full = false;

  /** @throws {DecodingError} `ERR_OXBOW_HTTP_TOO_MANY_CODINGS` for more than {@link MAX_CODINGS} codings. */
  constructor(codings: readonly string[], sink: DecodedSink) {
    if (codings.length > MAX_CODINGS) {
      throw new DecodingError(
        'ERR_OXBOW_HTTP_TOO_MANY_CODINGS',
        `the body has ${codings.length} content codings, the limit is ${MAX_CODINGS}`,
      );
    }
    this.#codings = codings;
    this.#sink = sink;
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
    let previous: Transform | undefined;
    for (let i = this.#codings.length - 1; i >= 0; i--) {
      const stage =
        previous !== undefined && this.#codings[i] === 'deflate'
          ? createInflate()
          : createStage(this.#codings[i] ?? '', firstByte);
      this.#stages.push(stage);
      stage.on('error', (cause: Error) => this.#fail(corrupt(this.#codings, cause)));
      this.#count(stage);
      previous?.pipe(stage);
      previous = stage;
    }
    this.#stages[0]?.on('drain', () => {
      this.#full = false;
      if (!this.#closed) this.#sink.onDecoderFull(false);
    });
    this.#stages.at(-1)?.on('end', () => {
      if (this.#closed) return;
      this.#closed = true;
      this.#sink.onDecodedEnd();
    });
    if (this.#paused) previous?.pause();
  }

  // Every stage is measured against the bytes of the wire: a bomb hidden in a middle stage is one too.
  #count(stage: Transform): void {
    const isLast = this.#stages.length === this.#codings.length;
    let decodedBytes = 0;
    stage.on('data', (chunk: Buffer) => {
      if (this.#closed) return;
      decodedBytes += chunk.length;
      if (decodedBytes > EXPANSION_FREE_BYTES && decodedBytes > this.#encodedBytes * MAX_EXPANSION_RATIO) {
        this.#fail(new ExpansionError(MAX_EXPANSION_RATIO, this.#encodedBytes, decodedBytes));
      } else if (isLast) {
        this.#sink.onDecoded(chunk);
      }
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
