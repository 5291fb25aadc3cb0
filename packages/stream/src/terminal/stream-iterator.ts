/**
 * A stream read by `for await`, `values()` or `batches()`: the iterator's protocol over an intake that is pulled. One
 * iterator is one subscription, begun by the first `next()`. It holds nothing itself.
 */
import type { Op } from '@oxbow/loop';
import { createOp, type Settle } from '@oxbow/loop/lowlevel';
import { heldApart } from '../held-apart.ts';
import { reportUnhandled } from '../unhandled.ts';
import type { PullIntake, Result } from './pull-intake.ts';

/**
 * An asynchronous iterator over a stream.
 *
 * - Calls of `next()` queue in order. A buffered value settles at once; a wait belongs to the calling task and ends with
 *   CancelledError when the task is cancelled. A cancelled wait closes the iterator, as leaving `for await` does.
 * - Buffered values come first, then the error, once; then `done`.
 * - `return()` tears the source down before it returns, wakes a pending `next()`, and never waits for the source.
 *   `[Symbol.asyncDispose]()` also waits for an asynchronous teardown.
 */
export interface StreamIterator<T> extends AsyncIterableIterator<T, undefined, undefined>, AsyncDisposable {
  next(): Promise<IteratorResult<T, undefined>>;
  /** The same as `next()` for generator coroutines: `yield* iterator.pull()`. It starts when it is first awaited. */
  pull(): Op<IteratorResult<T, undefined>>;
  return(value?: unknown): Promise<IteratorResult<T, undefined>>;
  throw(error?: unknown): Promise<IteratorResult<T, undefined>>;
  [Symbol.asyncIterator](): StreamIterator<T>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The iterator over an intake nobody else reads. */
export class PullIterator<T, R> implements StreamIterator<R> {
  private readonly intake: () => PullIntake<T, R>;

  constructor(intake: PullIntake<T, R>) {
    this.intake = heldApart(intake);
  }

  next(): Promise<Result<R>> {
    return this.intake().read();
  }

  pull(): Op<Result<R>> {
    return createOp((settle: Settle<Result<R>>) => this.intake().readInto(settle), { name: 'pull' });
  }

  return(_value?: unknown): Promise<Result<R>> {
    try {
      this.intake().leave();
    } catch (error) {
      return Promise.reject(error);
    }
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(error?: unknown): Promise<Result<R>> {
    try {
      this.intake().leave();
    } catch (teardownError) {
      reportUnhandled(teardownError);
    }
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): StreamIterator<R> {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.intake().leave();
    await this.intake().oxbowGate.teardownsSettled();
  }
}
