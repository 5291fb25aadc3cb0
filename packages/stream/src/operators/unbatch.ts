/** `unbatch`: arrays into values. */

import type { OperatorFunction, Subscriber } from 'rxjs';
import { StreamInputError } from '../errors.ts';
import { ExpandingStage } from './expanding-stage.ts';
import { operate } from './operate.ts';

/**
 * Emits the items of every array or other iterable one by one. One array is one emission, however long.
 *
 * @example
 * ```ts
 * import { Stream, unbatch } from '@oxbow/stream';
 *
 * for await (const value of Stream.from([[1, 2], [3]]).pipe(unbatch())) console.log(value); // 1, 2, 3
 * ```
 */
export function unbatch<T>(): OperatorFunction<Iterable<T>, T> {
  return operate((source, subscriber: Subscriber<T>) => {
    source.subscribe(new UnbatchStage<T>(subscriber));
  });
}

class UnbatchStage<T> extends ExpandingStage<Iterable<T>, T> {
  readonly label = 'unbatch';

  protected override onNext(values: Iterable<T>): void {
    let items: readonly T[];
    try {
      if (values === null || typeof values !== 'object' || !(Symbol.iterator in values)) {
        throw new StreamInputError(`unbatch() takes arrays or other iterables; got ${typeof values}.`);
      }
      items = Array.isArray(values) ? values : [...values];
    } catch (error) {
      this.error(error);
      return;
    }
    this.emitAll(items);
  }
}
