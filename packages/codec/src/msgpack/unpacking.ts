/**
 * The last step of decoding: from scanned bytes to the value. An error in there is named with its offset.
 */

import { DecodeError } from '../errors.ts';
import type { Unpacker } from './packing.ts';

/**
 * A view of `chunk` for msgpackr, which hangs a DataView on what it reads: the caller's own object stays as it was. It is never
 * a Buffer, so that binary values come out as plain Uint8Arrays.
 */
export function readableView(chunk: Uint8Array): Uint8Array {
  return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
}

/**
 * The value of the message in `view[start, end)`, which lies at `offset` of its stream.
 *
 * @throws DecodeError `ERR_OXBOW_CODEC_INVALID_MSGPACK` when an extension's content does not fit its type, or its decoder throws.
 */
export function unpackMessage<T>(
  unpacker: Unpacker,
  view: Uint8Array,
  start: number,
  end: number,
  offset: number,
): T {
  try {
    return unpacker.one(view, start, end) as T;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DecodeError(
      'ERR_OXBOW_CODEC_INVALID_MSGPACK',
      `the message at byte ${offset} cannot be built: ${reason}`,
      { offset, cause },
    );
  }
}
