/**
 * One whole message by means of a codec's stream halves: for formats in which a message is simply a stream of one value.
 */

import type { Codec, Decoder, Encoder } from './codec.ts';
import { DecodeError } from './errors.ts';

/** What a stream codec has to bring; the whole-message half is derived. */
export interface StreamHalves<T, D extends Decoder<T> = Decoder<T>> {
  readonly name: string;
  readonly contentType: string;
  encoder(): Encoder<T>;
  decoder(): D;
}

/** Completes a codec: `encode` is a fresh encoder's only value, `decode` a fresh decoder's only value. */
export function withWholeMessages<T, D extends Decoder<T> = Decoder<T>>(
  halves: StreamHalves<T, D>,
): Omit<Codec<T>, 'decoder'> & { decoder(): D } {
  return Object.freeze({
    ...halves,
    encode: (value: T): Uint8Array => {
      const encoder = halves.encoder();
      const bytes = encoder.encode(value);
      const closing = encoder.end?.();
      return closing === undefined ? bytes : concat(bytes, closing);
    },
    decode: (bytes: Uint8Array): T => {
      const decoder = halves.decoder();
      const values = [...decoder.decode(bytes), ...decoder.end()];
      if (values.length !== 1) {
        throw new DecodeError(
          'ERR_OXBOW_CODEC_NOT_ONE_MESSAGE',
          `expected one ${halves.name} message in ${bytes.length} bytes, found ${values.length}; use decoder() for a stream of them`,
          { offset: values.length === 0 ? bytes.length : 0 },
        );
      }
      return values[0]!;
    },
  });
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
