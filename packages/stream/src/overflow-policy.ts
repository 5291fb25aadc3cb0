/** The words for what happens to a value that finds a buffer full: one vocabulary, in every package. */

/**
 * What happens to a value that finds the buffer full.
 *
 * - `pause`: the source is told to stop (the default). A source that does not listen meets the hard cap.
 * - `drop-oldest`: the oldest waiting value makes room. The source is never paused.
 * - `drop-newest`: the arriving value is dropped. The source is never paused.
 * - `latest`: only the newest value is kept. The source is never paused.
 * - `error`: the stream fails with `StreamOverflowError`.
 */
export type OverflowPolicy = 'pause' | 'drop-oldest' | 'drop-newest' | 'latest' | 'error';

/** The policies, for checks and for messages. */
export const OVERFLOW_POLICIES: readonly OverflowPolicy[] = Object.freeze([
  'pause',
  'drop-oldest',
  'drop-newest',
  'latest',
  'error',
] as const);
