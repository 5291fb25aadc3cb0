/** asCompleted: results in the order in which they come. */

import { isPending, listen, listOf, toOps } from './awaitable.ts';
import type { Awaitable, AwaitedOf } from './coroutine.ts';
import { createOp } from './create-op.ts';
import type { Op } from './op.ts';
import { CANCELLED, FULFILLED, REJECTED } from './operation.ts';

/** Results as they come: `for await` in an async function, `for (const op of …) yield* op` in a generator. */
export interface AsCompleted<T> extends AsyncIterable<T>, Iterable<Op<T>> {}

/**
 * Gives the results in the order in which the awaitables end; the Op (or turn of the loop) of a failed one throws its
 * error. All are started when the iteration begins. Cancelling the task that waits cancels those that are not done.
 *
 * @example
 * ```ts
 * import { asCompleted, run, sleep } from '@oxbow/loop';
 *
 * await run(async () => {
 *   const slow = sleep(20).then(() => 'slow');
 *   const quick = sleep(10).then(() => 'quick');
 *   for await (const value of asCompleted([slow, quick])) console.log(value); // quick, slow
 * });
 * ```
 */
export function asCompleted<A extends Awaitable<unknown>>(
  awaitables: Iterable<A>,
): AsCompleted<AwaitedOf<A>> {
  type T = AwaitedOf<A>;
  const list = listOf(awaitables, 'asCompleted()');

  function* ops(): Generator<Op<T>, void, undefined> {
    const finished: Op<unknown>[] = [];
    // Several of the Ops may be waited for at once: the first to ask gets the first that ends.
    const takers = new Set<() => void>();
    const waiter = {
      wake(op: Op<unknown>): void {
        finished.push(op);
        for (const take of takers) {
          takers.delete(take);
          take();
          return;
        }
      },
    };
    const all = toOps(list, 'asCompleted()');
    // Handed out and not settled yet, so that results must still be listened for.
    let outstanding = 0;
    let left = false;
    const stopListening = (): void => {
      if (left && outstanding === 0) for (const op of all) op.removeWaiter(waiter);
    };
    const next = (): Op<T> => {
      outstanding++;
      return createOp<T>(
        (settle) => {
          const take = (): void => {
            outstanding--;
            const op = finished.shift()!;
            if (op.progress === FULFILLED) settle.resolve(op.outcome as T);
            else if (op.progress === REJECTED || op.progress === CANCELLED) settle.reject(op.outcome);
            stopListening();
          };
          if (finished.length > 0) take();
          else takers.add(take);
          return (reason) => {
            outstanding--;
            takers.delete(take);
            for (const op of all) if (isPending(op)) op.lose(waiter, reason, false);
          };
        },
        { name: 'asCompleted' },
      );
    };
    for (const op of all) listen(op, waiter);
    try {
      for (let taken = 0; taken < all.length; taken++) yield next();
    } finally {
      // Left early: the rest goes on, and nobody waits for it.
      left = true;
      stopListening();
    }
  }

  return {
    [Symbol.iterator]: ops,
    async *[Symbol.asyncIterator]() {
      for (const op of ops()) yield await op;
    },
  };
}
