// Feeds a decoder and keeps everything it gave, an error's last values included.
import type { Codec } from '../src/codec.ts';
import { CodecError, DecodeError } from '../src/errors.ts';

export interface Fed<T> {
  readonly values: readonly T[];
  readonly error: CodecError | undefined;
}

/** What a fresh decoder makes of `chunks` and their end. An error that is not one of ours is thrown on. */
export function feed<T>(codec: Pick<Codec<T>, 'decoder'>, chunks: readonly Uint8Array[]): Fed<T> {
  const decoder = codec.decoder();
  const values: T[] = [];
  try {
    for (const chunk of chunks) {
      for (const value of decoder.decode(chunk)) values.push(value);
      // A chunk is the caller's again once decode has returned.
      chunk.fill(0xaa);
    }
    values.push(...decoder.end());
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    if (error instanceof DecodeError) values.push(...(error.decoded as T[]));
    return { values, error };
  }
  return { values, error: undefined };
}

/** The parts of an error that must not depend on how the input was cut. */
export function describe(error: CodecError | undefined): unknown {
  if (error === undefined) return undefined;
  const { code, message } = error;
  return error instanceof DecodeError
    ? { code, message, offset: error.offset, line: error.line }
    : { code, message };
}

/** The error that `run` throws. */
export function errorOf(run: () => unknown): CodecError & Partial<DecodeError> & { path?: string } {
  try {
    run();
  } catch (error) {
    return error as CodecError;
  }
  throw new Error('nothing was thrown');
}

/** UTF-8 bytes of `value`. */
export function utf8(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

/** Bytes written as hex, blanks allowed. */
export function hex(digits: string): Uint8Array {
  return new Uint8Array(Buffer.from(digits.replaceAll(/\s/g, ''), 'hex'));
}

/** All parts, one after another. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
