/** What can be told to the terminals of a stream. */
import type { BufferOptions } from '../overflow.ts';

/** Options of `forEach`. */
export interface ForEachOptions<T> extends BufferOptions<T> {
  /** How many promises of the function may be pending at once. Default 1; order of calls is the stream's order. */
  readonly concurrency?: number | undefined;
}

/** Options of `batches`. */
export interface BatchesOptions<T> extends BufferOptions<T> {
  /** The longest array, in items. Default: no limit but the buffer's. */
  readonly max?: number | undefined;
}

/** Options of `to`. */
export interface ToOptions {
  readonly signal?: AbortSignal | undefined;
  /** Leaves the sink open when the stream ends. Default false. */
  readonly preventClose?: boolean | undefined;
}

/** Options of `collect`. */
export interface CollectOptions {
  readonly signal?: AbortSignal | undefined;
}
