/** A stream of the one value of a promise. */
import type { TeardownLogic } from 'rxjs';
import type { Emitter } from '../emitter.ts';

/** @internal */
export function producePromise<T>(promise: PromiseLike<T>): (out: Emitter<T>) => TeardownLogic {
  return (out) => {
    promise.then(
      (value) => {
        if (out.closed) return;
        out.next(value);
        out.complete();
      },
      (error: unknown) => {
        if (!out.closed) out.error(error);
      },
    );
  };
}
