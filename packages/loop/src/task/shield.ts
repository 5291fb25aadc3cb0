// shield: waits without cancelling.

import type { EventLoop } from '../scheduler/event-loop.ts';
import { toOp } from './awaitable.ts';
import type { Awaitable, AwaitedOf } from './coroutine.ts';
import { currentLoop } from './current.ts';
import { Op } from './op.ts';
import { CANCELLED, FULFILLED, REJECTED } from './operation.ts';

class ShieldOp extends Op<unknown> {
  readonly #awaitable: Awaitable<unknown>;
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
    const op = toOp(this.#awaitable, 'shield()');
    op.start();
    if (op.settled) this.wake(op);
    else op.addWaiter(this);
  }

  wake(op: Op<unknown>): void {
    const unseen = !op.observed;
    op.observe();
    if (this.progress === CANCELLED && op.progress === REJECTED && unseen) {
      // The one who waited has left, and nobody else has asked: nobody will say that it failed.
      this.#loop?.report('A shielded failure was never looked at', op.outcome, op.name);
    }
    if (op.progress === FULFILLED) this.settle(FULFILLED, op.outcome);
    else this.settle(op.progress as 3 | 4, op.outcome);
  }
}

/**
 * Waits for `awaitable` without cancelling it: when the waiting task is cancelled, only the wait ends. What is shielded
 * goes on, and its failure is still reported.
 */
export function shield<A extends Awaitable<unknown>>(awaitable: A): Op<AwaitedOf<A>> {
  return new ShieldOp(awaitable) as Op<unknown> as Op<AwaitedOf<A>>;
}
