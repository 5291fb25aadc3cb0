/** The public door of `@oxbow/stream`. */

export type { Emitter } from './emitter.ts';
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
export type { Flow } from './flow.ts';
export type { AsyncStreamable, StreamInput } from './from/stream-input.ts';
// Hot streams
export { Channel } from './hot/channel.ts';
export type { HotSource, OnLeave } from './hot/handoff.ts';
export type { HotStreamOptions } from './hot/hot-stream.ts';
export { HotStream } from './hot/hot-stream.ts';
// Time
export { loopScheduler } from './loop-scheduler.ts';
export type { BatchOptions } from './operators/batch.ts';
export { batch, DEFAULT_BATCH_ITEMS, unbatch } from './operators/batch.ts';
export { bounded } from './operators/bounded.ts';
// Operators
export { buffer } from './operators/buffer.ts';
export type { Decoder, DecoderSource, Encoder, EncoderSource } from './operators/codec.ts';
export { decode, encode } from './operators/codec.ts';
export { concat, concatWith, merge, mergeWith } from './operators/combine.ts';
export { conflate, latest } from './operators/conflate.ts';
export { filter, map, scan, take, tap } from './operators/lane.ts';
export type { MapAsyncOptions } from './operators/map-async.ts';
export { mapAsync } from './operators/map-async.ts';
export { concatAll, concatMap, mergeAll, mergeMap } from './operators/merge-map.ts';
export type { MeterOptions, MeterReading } from './operators/meter.ts';
export { meter } from './operators/meter.ts';
export type { RateLimitOptions } from './operators/rate-limit.ts';
export { rateLimit } from './operators/rate-limit.ts';
export type { RetryConfig } from './operators/retry.ts';
export { retry } from './operators/retry.ts';
export type { ShareOptions } from './operators/share.ts';
export { share } from './operators/share.ts';
export { switchAll, switchMap } from './operators/switch-map.ts';
export { takeUntil } from './operators/take-until.ts';
export type { TimeoutConfig, TimeoutInfo } from './operators/timeout.ts';
export { timeout } from './operators/timeout.ts';
export { zip, zipWith } from './operators/zip.ts';
export type { BufferOptions } from './overflow.ts';
// Bounds
export {
  DEFAULT_HIGH_WATER_BYTES,
  DEFAULT_HIGH_WATER_ITEMS,
  HARD_CAP_FACTOR,
} from './overflow.ts';
export type { OverflowPolicy } from './overflow-policy.ts';
export { OVERFLOW_POLICIES } from './overflow-policy.ts';
export type { Producer } from './stream.ts';
// The stream
export { Stream } from './stream.ts';
export type { StreamIterator } from './terminal/stream-iterator.ts';
export type {
  BatchesOptions,
  CollectOptions,
  ForEachOptions,
  ToOptions,
} from './terminal/terminal-options.ts';
export type { Sink, SinkInput } from './to/sink.ts';
export { onUnread } from './unread.ts';
export type { FlowReport, FlowStage } from './why.ts';
