/**
 * What the protocol core needs of its host to turn strings into UTF-8 and back. Passed in, because every host
 * has a fast way of its own.
 */

/** A host's way with UTF-8. */
export interface TextCodec {
  /** The UTF-8 bytes of a string; lone surrogates count as U+FFFD (three bytes). */
  byteLength(text: string): number;
  /** Writes a string's UTF-8 into memory from `allocate`, exactly `byteLength(text)` bytes at `offset`. */
  write(text: string, target: Uint8Array, offset: number): void;
  /** The most bytes that `decode` can make a string of. */
  readonly maxTextBytes: number;
  /** Decodes `bytes[start…end)`; undefined when they are not valid UTF-8. */
  decode(bytes: Uint8Array, start: number, end: number): string | undefined;
  /** Fresh memory, filled with zeros: what was there before must never reach a peer. */
  allocate(bytes: number): Uint8Array;
}
