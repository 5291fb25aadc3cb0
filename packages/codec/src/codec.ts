/**
 * The three shapes every codec of this package has. It knows no format, no I/O and no stream:
 * the owner of the bytes calls `decode(chunk)` as they come and `end()` when there are no more.
 */

/** Turns values into the bytes of one ordered byte stream; it may remember what it has written before. */
export interface Encoder<T> {
  /**
   * The bytes that carry `value` after everything encoded before it. They belong to the caller and lie in an ArrayBuffer
   * that nothing else writes to.
   *
   * @throws EncodeError when the format cannot carry the value; the encoder stays usable and nothing of the value is sent.
   */
  encode(value: T): Uint8Array;
  /** The closing bytes of the stream, where the format has any; call it once, after the last value. */
  end?(): Uint8Array | undefined;
}

/**
 * Turns the chunks of one byte stream back into values, whatever the chunk boundaries are.
 *
 * Ownership: a chunk may be reused as soon as `decode` returns, because a decoder copies what it keeps and its values never
 * point into a chunk. After an error the decoder stays failed and throws the same error again.
 */
export interface Decoder<T> {
  /**
   * The values completed by this chunk, in order; often none.
   *
   * @throws DecodeError with the offset in the whole stream; its `decoded` holds the values this chunk completed before it.
   */
  decode(chunk: Uint8Array): readonly T[];
  /** Says that no more bytes come: gives what was held back, or throws when a message was cut off. Later calls give nothing. */
  end(): readonly T[];
}

/** One format: its encoder and decoder for streams, and both directions for one whole message. */
export interface Codec<T> {
  /** The codec's short name, for logs and errors. */
  readonly name: string;
  /** The media type to announce, without parameters except a charset. */
  readonly contentType: string;
  /** A new encoder: one for each byte stream, since it may keep state. */
  encoder(): Encoder<T>;
  /** A new decoder: one for each byte stream. */
  decoder(): Decoder<T>;
  /** The bytes of one whole message, independent of every other. */
  encode(value: T): Uint8Array;
  /** The value of one whole message; bytes that hold no message, a part of one, or more than one are an error. */
  decode(bytes: Uint8Array): T;
}
