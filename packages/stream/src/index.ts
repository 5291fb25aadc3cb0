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
} from './errors.ts';
export type { Flow } from './flow.ts';
export type { AsyncStreamable, StreamInput } from './from/stream-input.ts';
// Hot streams
export { Channel } from './hot/channel.ts';
export type { HotSource, OnLeave } from './hot/handoff.ts';
export type { HotStreamOptions } from './hot/hot-stream.ts';
export { HotStream } from './hot/hot-stream.ts';
// Operators
export { buffer } from './operators/buffer.ts';
export type { Decoder, DecoderSource, Encoder, EncoderSource } from './operators/codec.ts';
export { decode, encode } from './operators/codec.ts';
export type { MapAsyncOptions } from './operators/map-async.ts';
export { mapAsync } from './operators/map-async.ts';
export { concatAll, concatMap, mergeAll, mergeMap } from './operators/merge-map.ts';
export type { Backoff, RetryConfig } from './operators/retry.ts';
export { DEFAULT_BACKOFF, retry } from './operators/retry.ts';
export { switchAll, switchMap } from './operators/switch-map.ts';
export { takeUntil } from './operators/take-until.ts';
export type { TimeoutConfig, TimeoutInfo } from './operators/timeout.ts';
export { timeout } from './operators/timeout.ts';
export type { BufferOptions, OverflowPolicy } from './overflow.ts';
// Bounds
export {
  DEFAULT_HIGH_WATER_BYTES,
  DEFAULT_HIGH_WATER_ITEMS,
  HARD_CAP_FACTOR,
  OVERFLOW_POLICIES,
} from './overflow.ts';
export type { BatchesOptions, CollectOptions, ForEachOptions, Producer, ToOptions } from './stream.ts';
// The stream
export { Stream } from './stream.ts';
export type { StreamIterator } from './terminal/stream-iterator.ts';
export type { Sink, SinkInput } from './to/sink.ts';
export type { FlowReport, FlowStage } from './why.ts';
