// biome-ignore-all assist/source/organizeImports: the headings say what belongs together, and a sorter takes them apart
/** The public door of `@oxbow/stream`. */

// The stream
export type { AsyncStreamable, StreamInput } from './from/stream-input.ts';
export { type Producer, Stream } from './stream.ts';
export type { Emitter } from './emitter.ts';
export type { Flow } from './flow.ts';
export type { StreamIterator } from './terminal/stream-iterator.ts';
export { onUnread } from './unread.ts';
export type {
  BatchesOptions,
  CollectOptions,
  ForEachOptions,
  ToOptions,
} from './terminal/terminal-options.ts';
export type { Sink, SinkInput } from './to/sink.ts';
export type { FlowReport, FlowStage } from './why.ts';

// Hot streams
export { Channel } from './hot/channel.ts';
export type { HotSource, OnLeave } from './hot/handoff.ts';
export { HotStream, type HotStreamOptions } from './hot/hot-stream.ts';

// Operators: the batch lane
export { filter } from './operators/filter.ts';
export { map } from './operators/map.ts';
export { scan } from './operators/scan.ts';
export { take } from './operators/take.ts';
export { tap } from './operators/tap.ts';

// Operators: one value to many
export { concatAll } from './operators/concat-all.ts';
export { concatMap } from './operators/concat-map.ts';
export { mergeAll } from './operators/merge-all.ts';
export { mergeMap } from './operators/merge-map.ts';
export { switchAll } from './operators/switch-all.ts';
export { switchMap } from './operators/switch-map.ts';
export { unbatch } from './operators/unbatch.ts';

// Operators: many to one
export { batch, type BatchOptions, DEFAULT_BATCH_ITEMS } from './operators/batch.ts';
export { concat } from './operators/concat.ts';
export { concatWith } from './operators/concat-with.ts';
export { merge } from './operators/merge.ts';
export { mergeWith } from './operators/merge-with.ts';
export { zip } from './operators/zip.ts';
export { zipWith } from './operators/zip-with.ts';

// Operators: asynchronous work
export { mapAsync, type MapAsyncOptions } from './operators/map-async.ts';

// Operators: bounds
export { bounded } from './operators/bounded.ts';
export { buffer } from './operators/buffer.ts';
export { conflate } from './operators/conflate.ts';
export { latest } from './operators/latest.ts';
export { share, type ShareOptions } from './operators/share.ts';

// Operators: time and failure
export { meter, type MeterOptions, type MeterReading } from './operators/meter.ts';
export { rateLimit, type RateLimitOptions } from './operators/rate-limit.ts';
export { retry, type RetryConfig } from './operators/retry.ts';
export { takeUntil } from './operators/take-until.ts';
export { timeout, type TimeoutConfig, type TimeoutInfo } from './operators/timeout.ts';
export { loopScheduler } from './loop-scheduler.ts';

// Operators: bytes
export type { Decoder, DecoderSource, Encoder, EncoderSource } from './operators/coders.ts';
export { decode } from './operators/decode.ts';
export { encode } from './operators/encode.ts';

// Bounds
export {
  type BufferOptions,
  DEFAULT_HIGH_WATER_BYTES,
  DEFAULT_HIGH_WATER_ITEMS,
  HARD_CAP_FACTOR,
} from './overflow.ts';
export { OVERFLOW_POLICIES, type OverflowPolicy } from './overflow-policy.ts';

// Errors
export {
  RxjsUnfitError,
  StreamBusyError,
  StreamClosedError,
  StreamError,
  StreamInputError,
  StreamOverflowError,
  StreamPrematureCloseError,
} from './errors.ts';
