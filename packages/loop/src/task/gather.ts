/** gather: many awaitables, one result in their order. */

import { checkOptions } from '../check-options.ts';
import type { CancelledError } from '../errors.ts';
import { isPending, listen, stopRunning, toOps } from './awaitable.ts';
import type { Awaitable, AwaitedOf } from './coroutine.ts';
import { Op } from './op.ts';
import { CANCELLED, FULFILLED, PENDING } from './operation.ts';

/** How gather treats failures. */
export interface GatherOptions {
  /** Put errors (CancelledError too) in the place of results instead of failing. Default false. */
  readonly returnExceptions?: boolean;
}

class GatherOp extends Op<unknown[]> {
  readonly #awaitables: readonly Awaitable<unknown>[];
  readonly #returnExceptions: boolean;
  #ops: Op<unknown>[] = [];
  #left = 0;
  #cancelledWith: CancelledError | undefined = undefined;

  constructor(awaitables: readonly Awaitable<unknown>[], returnExceptions: boolean) {
    super();
    this.#awaitables = awaitables;
    this.#returnExceptions = returnExceptions;
  }

  override get name(): string {
    return 'gather';
  }

  protected begin(): void {
    this.#ops = toOps(this.#awaitables, 'gather()');
    this.#left = this.#ops.length;
    if (this.#left === 0) this.settle(FULFILLED, []);
    for (const op of this.#ops) listen(op, this);
  }

  wake(op: Op<unknown>): void {
    this.#left--;
    if (this.settled) return;
    if (this.#cancelledWith !== undefined) {
      // A cancelled gather ends when all it gathered have ended; results that all came all the same are not lost.
      if (this.#left > 0) return;
      if (this.#ops.every((each) => each.progress === FULFILLED)) this.#finish();
      else this.settle(CANCELLED, this.#cancelledWith);
    } else if (op.progress !== FULFILLED && !this.#returnExceptions) {
      // The others go on, without being waited for.
      for (const each of this.#ops) if (each !== op) each.removeWaiter(this);
      this.settle(op.progress as 3 | 4, op.outcome);
    } else if (this.#left === 0) this.#finish();
  }

  #finish(): void {
    this.settle(
      FULFILLED,
      this.#ops.map((each) => each.outcome),
    );
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
    for (const op of this.#ops) if (isPending(op)) op.lose(this, reason, level);
  }
}

type Gathered<A extends readonly unknown[]> = { -readonly [K in keyof A]: AwaitedOf<A[K]> };

/**
 * Waits for all, and gives their results in order: `gather([a, b])` or `gather(a, b)`.
 *
 * The first failure is thrown at once; the others go on (a TaskGroup ends them). Cancelling the gather cancels them all
 * and ends when they have ended.
 *
 * @example
 * ```ts
 * import { gather, run, sleep } from '@oxbow/loop';
 *
 * async function double(n: number): Promise<number> {
 *   await sleep(10);
 *   return 2 * n;
 * }
 *
 * await run(async () => {
 *   const [two, four] = await gather(double(1), double(2));
 *   console.log(two + four); // 6
 * });
 * ```
 */
export function gather<const A extends readonly Awaitable<unknown>[]>(
  awaitables: A,
  options: { readonly returnExceptions: true },
): Op<{ -readonly [K in keyof A]: AwaitedOf<A[K]> | Error }>;
export function gather<const A extends readonly Awaitable<unknown>[]>(
  awaitables: A,
  options?: GatherOptions,
): Op<Gathered<A>>;
export function gather<A extends readonly Awaitable<unknown>[]>(...awaitables: A): Op<Gathered<A>>;
export function gather(...args: readonly unknown[]): Op<unknown> {
  const [first, second] = args;
  if (!Array.isArray(first)) return new GatherOp(args as readonly Awaitable<unknown>[], false);
  checkOptions(second, ['returnExceptions'], 'gather()');
  return new GatherOp(first, (second as GatherOptions | undefined)?.returnExceptions ?? false);
}
