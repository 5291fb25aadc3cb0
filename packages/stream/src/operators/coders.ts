/** Turns the values of one byte stream into bytes; stateful. */
export interface Encoder<T> {
  encode(value: T): Uint8Array;
  /** The closing bytes, when the format has any. */
  end?(): Uint8Array | undefined;
}

/** What `encode` takes: every subscription gets an encoder of its own. */
export interface EncoderSource<T> {
  encoder(): Encoder<T>;
}

/** Turns the chunks of one byte stream into values; stateful, indifferent to where the chunks are cut. */
export interface Decoder<T> {
  decode(chunk: Uint8Array): readonly T[];
  /** The values still to come after the last chunk. Throws when the stream was cut off. */
  end(): readonly T[];
}

/** What `decode` takes: every subscription gets a decoder of its own. */
export interface DecoderSource<T> {
  decoder(): Decoder<T>;
}
