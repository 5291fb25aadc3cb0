/** A stream of the one value of a promise. It waits for a consumer that is full: hundreds of promises may settle at once. */
import type { TeardownLogic } from 'rxjs';
import type { Emitter } from '../emitter.ts';
import type { Flow } from '../flow.ts';

/** @internal */
export function producePromise<T>(promise: PromiseLike<T>): (out: Emitter<T>, flow: Flow) => TeardownLogic {
  return (out, flow) => {
    promise.then(
      (value) => {
        if (out.closed) return;
        const emit = (): void => {
          out.next(value);
          out.complete();
        };
        if (flow.paused) flow.onResume(emit);
        else emit();
      },
      (error: unknown) => {
        if (!out.closed) out.error(error);
      },
    );
  };
}
