/**
 * The outer life of every decoder: refuse what is not bytes, collect values, hand those before an error out with it, and stay
 * failed or ended. The format itself is a core that only sees good calls.
 */

import type { Decoder } from './codec.ts';
import { CodecError, DecodeError } from './errors.ts';

/** What a format has to do: add the values that a chunk, or the end of the stream, completes to `out`. */
export interface DecoderCore<T> {
  push(chunk: Uint8Array, out: T[]): void;
  finish(out: T[]): void;
}

/** A {@link Decoder} around a core: after its first error it throws that error for ever, after `end()` it takes no more bytes. */
export class FailStopDecoder<T> implements Decoder<T> {
  #core: DecoderCore<T> | undefined;
  #failure: unknown;
  #failed = false;

  constructor(core: DecoderCore<T>) {
    this.#core = core;
  }

  decode(chunk: Uint8Array): readonly T[] {
    if (this.#failed) throw this.#failure;
    if (this.#core === undefined) {
      throw new CodecError(
        'ERR_OXBOW_CODEC_ENDED',
        'decode() was called after end(): take a new decoder for a new stream',
      );
    }
    requireBytes(chunk);
    const out: T[] = [];
    try {
      this.#core.push(chunk, out);
    } catch (error) {
      throw this.#fail(error, out);
    }
    return out;
  }

  end(): readonly T[] {
    if (this.#failed) throw this.#failure;
    const core = this.#core;
    if (core === undefined) return [];
    this.#core = undefined;
    const out: T[] = [];
    try {
      core.finish(out);
    } catch (error) {
      throw this.#fail(error, out);
    }
    return out;
  }

  #fail(error: unknown, decoded: readonly T[]): unknown {
    if (error instanceof DecodeError) error.decoded = decoded;
    this.#failed = true;
    this.#failure = error;
    this.#core = undefined;
    return error;
  }
}

/** Refuses everything that is not a Uint8Array (a Buffer is one), before any state changes. */
export function requireBytes(chunk: unknown): asserts chunk is Uint8Array {
  if (chunk instanceof Uint8Array) return;
  const what =
    chunk === null
      ? 'null'
      : typeof chunk === 'object'
        ? (chunk.constructor?.name ?? 'an object')
        : `a ${typeof chunk}`;
  throw new CodecError('ERR_OXBOW_CODEC_NOT_BYTES', `a decoder takes a Uint8Array, got ${what}`);
}
