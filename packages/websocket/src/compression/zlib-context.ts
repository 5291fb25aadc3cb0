/**
 * A zlib context as the compression uses it, whatever it is made of.
 */

/** What became of a run: the output, or why there is none. */
export type RunOutcome = Uint8Array | 'too-big' | 'broken';

/** One compressing or decompressing context; synchronous, one run at a time. */
export interface ZlibContext {
  /** Puts inputs through, one after the other, and flushes. @param maxBytes of output; it stops there */
  run(inputs: readonly Uint8Array[], maxBytes: number): RunOutcome;
  /** Forgets what came before. */
  reset(): void;
  /** Frees its memory. */
  close(): void;
}

/** Makes contexts. */
export interface ZlibEngine {
  compressing(windowBits: number, level: number, memLevel: number): ZlibContext;
  decompressing(windowBits: number): ZlibContext;
}
