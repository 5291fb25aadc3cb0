/** `encode`: values to bytes, through any codec of the right shape. */

import type { OperatorFunction, Subscriber } from 'rxjs';
import { type BatchSubscriber, emitBatch, takesBatches } from '../emitter.ts';
import { StreamInputError } from '../errors.ts';
import { GuardedSubscriber } from '../rxjs-inside.ts';
import type { Encoder, EncoderSource } from './coders.ts';
import { operate } from './operate.ts';

/**
 * Encodes every value to bytes. An EncodeError of the codec ends the stream.
 *
 * @example
 * ```ts
 * import { jsonl } from '@oxbow/codec/jsonl';
 * import { encode, Stream } from '@oxbow/stream';
 *
 * for await (const bytes of Stream.from([{ id: 1 }]).pipe(encode(jsonl()))) console.log(bytes.byteLength);
 * ```
 */
export function encode<T>(codec: EncoderSource<T>): OperatorFunction<T, Uint8Array> {
  if (typeof codec?.encoder !== 'function') {
    throw new StreamInputError('encode() takes a codec with encoder(), e.g. jsonl() of @oxbow/codec.');
  }
  return operate((source, subscriber) => {
    source.subscribe(new EncodeSubscriber(subscriber, codec.encoder()));
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
