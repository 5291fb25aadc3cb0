/** `decode`: bytes to values, through any codec of the right shape. */

import type { OperatorFunction, Subscriber } from 'rxjs';
import { StreamInputError } from '../errors.ts';
import type { Decoder, DecoderSource } from './coders.ts';
import { ExpandingStage } from './expanding-stage.ts';
import { operate } from './operate.ts';

/**
 * Decodes chunks of bytes, cut anywhere, to values. The values of one chunk are one emission. A cut-off or malformed
 * stream ends with the codec's error, after the values before it.
 *
 * @example
 * ```ts
 * import { lines } from '@oxbow/codec/lines';
 * import { decode, Stream } from '@oxbow/stream';
 *
 * const bytes = new TextEncoder().encode('one\ntwo\n');
 * for await (const line of Stream.from([bytes]).pipe(decode(lines()))) console.log(line);
 * ```
 */
export function decode<T>(codec: DecoderSource<T>): OperatorFunction<Uint8Array, T> {
  if (typeof codec?.decoder !== 'function') {
    throw new StreamInputError('decode() takes a codec with decoder(), e.g. jsonl() of @oxbow/codec.');
  }
  return operate((source, subscriber) => {
    source.subscribe(new DecodeStage(subscriber, codec.decoder()));
  });
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
