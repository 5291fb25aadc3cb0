/**
 * `encode` and `decode`: values to bytes and back, through any codec of the right shape. The shapes are declared here, so
 * that this package needs no codec and a codec needs no stream.
 */
import type { OperatorFunction, Subscriber } from 'rxjs';
import { type BatchSubscriber, emitBatch, takesBatches } from '../emitter.ts';
import { StreamInputError } from '../errors.ts';
import { GuardedSubscriber } from '../rxjs-inside.ts';
import { ExpandingStage } from './expanding-stage.ts';
import { operate } from './operate.ts';

/** Turns the values of one byte stream into bytes; stateful. */
export interface Encoder<T> {
  encode(value: T): Uint8Array;
  /** The closing bytes, when the format has any. */
  end?(): Uint8Array | undefined;
}

/** Turns the chunks of one byte stream into values; stateful, indifferent to where the chunks are cut. */
export interface Decoder<T> {
  decode(chunk: Uint8Array): readonly T[];
  /** The values still to come after the last chunk. Throws when the stream was cut off. */
  end(): readonly T[];
}

/** What `encode` takes: every subscription gets an encoder of its own. */
export interface EncoderSource<T> {
  encoder(): Encoder<T>;
}

/** What `decode` takes: every subscription gets a decoder of its own. */
export interface DecoderSource<T> {
  decoder(): Decoder<T>;
}

/** Encodes every value to bytes. An EncodeError of the codec ends the stream. */
export function encode<T>(codec: EncoderSource<T>): OperatorFunction<T, Uint8Array> {
  if (typeof codec?.encoder !== 'function') {
    throw new StreamInputError('encode() takes a codec with encoder(), e.g. jsonl() of @oxbow/codec.');
  }
  return operate((source, subscriber) => {
    source.subscribe(new EncodeSubscriber(subscriber, codec.encoder()));
  });
}

/**
 * Decodes chunks of bytes, cut anywhere, to values. The values of one chunk are one emission. A cut-off or malformed
 * stream ends with the codec's error, after the values before it.
 */
export function decode<T>(codec: DecoderSource<T>): OperatorFunction<Uint8Array, T> {
  if (typeof codec?.decoder !== 'function') {
    throw new StreamInputError('decode() takes a codec with decoder(), e.g. jsonl() of @oxbow/codec.');
  }
  return operate((source, subscriber) => {
    source.subscribe(new DecodeStage(subscriber, codec.decoder()));
  });
}

class EncodeSubscriber<T> extends GuardedSubscriber<T> implements BatchSubscriber<T> {
  readonly oxbowBatch: boolean;
  private readonly downstream: Subscriber<Uint8Array>;
  private readonly encoder: Encoder<T>;

  constructor(downstream: Subscriber<Uint8Array>, encoder: Encoder<T>) {
    super(downstream as never);
    this.oxbowBatch = takesBatches(downstream);
    this.downstream = downstream;
    this.encoder = encoder;
  }

  protected override onNext(value: T): void {
    let bytes: Uint8Array;
    try {
      bytes = this.encoder.encode(value);
    } catch (error) {
      this.error(error);
      return;
    }
    this.downstream.next(bytes);
  }

  batch(values: readonly T[]): void {
    if (this.stopped) return;
    const encoded: Uint8Array[] = [];
    let failure: { readonly error: unknown } | undefined;
    try {
      for (const value of values) encoded.push(this.encoder.encode(value));
    } catch (error) {
      failure = { error };
    }
    if (encoded.length > 0) emitBatch(this.downstream, encoded, true);
    if (failure !== undefined) this.error(failure.error);
  }

  protected override onComplete(): void {
    let tail: Uint8Array | undefined;
    try {
      tail = this.encoder.end?.();
    } catch (error) {
      this.error(error);
      return;
    }
    if (tail !== undefined && tail.byteLength > 0) this.downstream.next(tail);
    if (!this.stopped) super.onComplete();
  }
}

class DecodeStage<T> extends ExpandingStage<Uint8Array, T> {
  readonly label = 'decode';
  private readonly decoder: Decoder<T>;

  constructor(downstream: Subscriber<T>, decoder: Decoder<T>) {
    super(downstream);
    this.decoder = decoder;
  }

  protected override onNext(chunk: Uint8Array): void {
    let values: readonly T[];
    try {
      values = this.decoder.decode(chunk);
    } catch (error) {
      this.emitAll(decodedBefore<T>(error));
      this.error(error);
      return;
    }
    this.emitAll(values);
  }

  protected override onComplete(): void {
    try {
      this.emitAll(this.decoder.end(), true);
    } catch (error) {
      this.emitAll(decodedBefore<T>(error));
      this.error(error);
      return;
    }
    if (!this.stopped) super.onComplete();
  }
}

/** The values that the failing call had completed: a decoder hands them out with its error, as `decoded`. */
function decodedBefore<T>(error: unknown): readonly T[] {
  const decoded = (error as { readonly decoded?: unknown } | null | undefined)?.decoded;
  return Array.isArray(decoded) ? decoded : [];
}
