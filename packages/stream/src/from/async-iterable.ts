/** A stream of what an asynchronous iterable gives: the next value is asked for only when the consumer wants it. */
import type { TeardownLogic } from 'rxjs';
import type { Emitter } from '../emitter.ts';
import type { Flow } from '../flow.ts';
import { reportUnhandled } from '../unhandled.ts';
import { checkIterator, checkResult } from './iterator-result.ts';

/** How one item of the iterable is emitted. */
type Emit<T, I> = (out: Emitter<T>, item: I) => void;

const emitOne = <T>(out: Emitter<T>, item: T): void => out.next(item);

/** Emits each item of an iterable of arrays as one batch. */
export const emitItems = <T>(out: Emitter<T>, items: readonly T[]): void => out.batch(items);

/** @internal */
export function produceAsyncIterable<T, I = T>(
  iterable: AsyncIterable<I>,
  emit: Emit<T, I> = emitOne as Emit<T, I>,
): (out: Emitter<T>, flow: Flow) => TeardownLogic {
  return (out, flow) => {
    const iterator = checkIterator(iterable[Symbol.asyncIterator]());
    let asking = false;
    let ended = false;
    // After the consumer has left, what comes still is told to RxJS's `config.onStoppedNotification`, as all late news is.
    const fail = (error: unknown): void => {
      asking = false;
      ended = true;
      out.error(error);
    };
    const receive = (result: IteratorResult<I>): void => {
      asking = false;
      if (out.closed) return;
      let item: I;
      try {
        ended = Boolean(checkResult(result).done);
        item = ended ? (undefined as I) : result.value;
      } catch (error) {
        fail(error);
        return;
      }
      if (ended) {
        out.complete();
        return;
      }
      emit(out, item);
      ask();
    };
    const ask = (): void => {
      if (asking || ended || out.closed) return;
      if (flow.paused) {
        flow.onResume(ask);
        return;
      }
      asking = true;
      try {
        // What is no promise is waited for as `for await` does it.
        const asked = iterator.next() as PromiseLike<IteratorResult<I>> | IteratorResult<I>;
        const answer =
          typeof (asked as PromiseLike<unknown> | undefined)?.then === 'function'
            ? asked
            : Promise.resolve(asked);
        (answer as Promise<IteratorResult<I>>).then(receive, fail);
      } catch (error) {
        fail(error);
      }
    };
    ask();
    return ((): unknown => {
      if (ended || iterator.return === undefined) return undefined;
      ended = true;
      const returned = iterator.return();
      if (!asking) return returned;
      // An async generator queues return() behind its pending next(): nobody may wait for a source that hangs.
      returned?.then(undefined, reportUnhandled);
      return undefined;
    }) as () => void;
  };
}
