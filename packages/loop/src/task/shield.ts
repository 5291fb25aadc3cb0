/** shield: waits without cancelling. */

import type { EventLoop } from '../scheduler/event-loop.ts';
import { toOp, watch } from './awaitable.ts';
import { type Awaitable, type AwaitedOf, isNativePromise } from './coroutine.ts';
import { currentLoop } from './current.ts';
import { Op } from './op.ts';
import { watchOf } from './promise-watch.ts';
import { reportIfItFails } from './unobserved.ts';

class ShieldOp extends Op<unknown> {
  readonly #awaitable: Awaitable<unknown>;
  /** What is shielded, once it has begun. */
  #inner: Op<unknown> | undefined = undefined;
  #loop: EventLoop | undefined = undefined;

  constructor(awaitable: Awaitable<unknown>) {
    super();
    this.#awaitable = awaitable;
  }

  override get name(): string {
    return 'shield';
  }

  protected begin(): void {
    this.#loop = currentLoop();
    this.#inner ??= isNativePromise(this.#awaitable)
      ? watchOf(this.#awaitable)
      : toOp(this.#awaitable, 'shield()');
    watch(this.#inner, this);
  }

  wake(inner: Op<unknown>): void {
    inner.observe();
    this.settle(inner.progress as 2 | 3 | 4, inner.outcome);
  }

  protected override undo(): void {
    const inner = this.#inner!;
    inner.removeWaiter(this);
    // The one who waited has left, and perhaps nobody else asks: then nobody would say that it failed.
    if (!inner.settled && !inner.observed) reportIfItFails(inner, this.#loop!);
  }

  protected override leftAlone(): void {
    this.undo();
    this.rest();
  }
}

/**
 * Waits for `awaitable` without cancelling it: when the waiting task is cancelled, only the wait ends. What is shielded
 * goes on, and its failure is still reported.
 *
 * @example
 * ```ts
 * import { createTask, run, shield, sleep } from '@oxbow/loop';
 *
 * await run(async () => {
 *   const save = createTask(() => sleep(20));
 *   await shield(save); // who waits here can be cancelled; the saving goes on
 * });
 * ```
 */
export function shield<A extends Awaitable<unknown>>(awaitable: A): Op<AwaitedOf<A>> {
  return new ShieldOp(awaitable) as Op<unknown> as Op<AwaitedOf<A>>;
}
