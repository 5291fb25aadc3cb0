/** race: the first to end decides; the others are ended. */

import { opProbe } from '../debug/instrument.ts';
import { CancelledError, UsageError } from '../errors.ts';
import { listen, stopRunning, toOps } from './awaitable.ts';
import type { Awaitable, AwaitedOf } from './coroutine.ts';
import { Op } from './op.ts';
import { CANCELLED, FULFILLED, IDLE, PENDING, REJECTED } from './operation.ts';

class RaceOp extends Op<unknown> {
  readonly #awaitables: readonly Awaitable<unknown>[];
  #ops: Op<unknown>[] = [];
  #left = 0;
  #winner: Op<unknown> | undefined = undefined;
  #cancelledWith: CancelledError | undefined = undefined;

  constructor(awaitables: readonly Awaitable<unknown>[]) {
    super();
    this.#awaitables = awaitables;
  }

  override get name(): string {
    return 'race';
  }

  protected begin(): void {
    this.#ops = toOps(this.#awaitables, 'race()');
    this.#left = this.#ops.length;
    for (const op of this.#ops) {
      // Once one has won, lazy ones need not begin.
      if (this.#winner !== undefined && op.progress === IDLE) {
        this.#left--;
        if (opProbe.current !== undefined) opProbe.current.opAwaited(op);
      } else listen(op, this);
    }
    this.#finish();
  }

  wake(op: Op<unknown>): void {
    this.#left--;
    if (this.#winner === undefined && (this.#cancelledWith === undefined || op.progress === FULFILLED)) {
      this.#winner = op;
      this.#stopLosers(new CancelledError('another one won the race'), false);
    }
    this.#finish();
  }

  override declined(reason: CancelledError, level: boolean): void {
    stopRunning(this.#awaitables, this, reason, level);
  }

  override stop(reason: CancelledError, level: boolean): void {
    if (this.progress !== PENDING) {
      super.stop(reason, level);
      return;
    }
    this.#cancelledWith = reason;
    this.#stopLosers(reason, level);
  }

  #stopLosers(reason: CancelledError, level: boolean): void {
    for (const op of this.#ops) if (op.progress === PENDING) op.lose(this, reason, level);
  }

  #finish(): void {
    if (this.#left > 0 || this.settled) return;
    if (this.#winner === undefined && this.#cancelledWith !== undefined)
      this.settle(CANCELLED, this.#cancelledWith);
    else if (this.#winner !== undefined)
      this.settle(this.#winner.progress as 2 | 3 | 4, this.#winner.outcome);
    else
      this.settle(
        REJECTED,
        new UsageError('race() needs at least one awaitable', { code: 'ERR_OXBOW_LOOP_EMPTY_RACE' }),
      );
  }
}

/**
 * Waits for the first to end, in whatever way, and cancels the others: they have ended when this gives the outcome.
 *
 * @example
 * ```ts
 * import { race, run, sleep } from '@oxbow/loop';
 *
 * await run(async () => {
 *   // The loser is cancelled, which Promise.race does not do.
 *   console.log(await race(sleep(10).then(() => 'first'), sleep(1000).then(() => 'second')));
 * });
 * ```
 */
export function race<const A extends readonly Awaitable<unknown>[]>(awaitables: A): Op<AwaitedOf<A[number]>>;
export function race<A extends readonly Awaitable<unknown>[]>(...awaitables: A): Op<AwaitedOf<A[number]>>;
export function race(...args: readonly unknown[]): Op<unknown> {
  const [first] = args;
  return new RaceOp((Array.isArray(first) ? first : args) as readonly Awaitable<unknown>[]);
}
