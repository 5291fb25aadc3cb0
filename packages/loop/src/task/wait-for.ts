/** waitFor: one awaitable, with a deadline. */

import { addCause, CancelledError, TimeoutError } from '../errors.ts';
import { checkDelay } from '../scheduler/event-loop.ts';
import type { TimerHandle } from '../scheduler/handle.ts';
import { listen, stopRunning, toOp } from './awaitable.ts';
import type { Awaitable, AwaitedOf } from './coroutine.ts';
import { currentLoop } from './current.ts';
import { Op } from './op.ts';
import { CANCELLED, REJECTED } from './operation.ts';

class WaitForOp extends Op<unknown> {
  readonly #awaitable: Awaitable<unknown>;
  readonly #ms: number;
  #op: Op<unknown> | undefined = undefined;
  #timer: TimerHandle | undefined = undefined;
  #expired: CancelledError | undefined = undefined;
  #cancelledWith: CancelledError | undefined = undefined;

  constructor(awaitable: Awaitable<unknown>, ms: number) {
    super();
    this.#awaitable = awaitable;
    this.#ms = ms;
  }

  override get name(): string {
    return 'waitFor';
  }

  protected begin(): void {
    const op = toOp(this.#awaitable, 'waitFor()');
    this.#op = op;
    listen(op, this);
    if (op.settled) return;
    if (this.#ms === 0) this.#expire();
    else this.#timer = currentLoop().callLater(this.#ms, () => this.#expire());
  }

  wake(op: Op<unknown>): void {
    this.#timer?.cancel();
    const passed = this.#expired && new TimeoutError(this.#ms, { cause: this.#expired });
    // A result or failure that arrived all the same is worth more than the deadline, or a cancellation.
    if (op.progress !== CANCELLED) {
      if (passed !== undefined && op.progress === REJECTED) addCause(op.outcome, passed);
      this.settle(op.progress as 2 | 3, op.outcome);
    } else if (this.#cancelledWith !== undefined) this.settle(CANCELLED, this.#cancelledWith);
    else if (passed !== undefined) this.settle(REJECTED, passed);
    else this.settle(CANCELLED, op.outcome);
  }

  override declined(reason: CancelledError, level: boolean): void {
    stopRunning([this.#awaitable], this, reason, level);
  }

  override stop(reason: CancelledError, level: boolean): void {
    if (this.#op === undefined || this.settled) {
      super.stop(reason, level);
      return;
    }
    this.#cancelledWith = reason;
    this.#timer?.cancel();
    this.#op.lose(this, reason, level);
  }

  #expire(): void {
    if (this.settled || this.#cancelledWith !== undefined) return;
    this.#expired = new CancelledError(`timed out after ${this.#ms} ms`);
    this.#op!.lose(this, this.#expired, false);
  }
}

/**
 * Waits for `awaitable` for at most `ms` milliseconds (0 or less: only for what is there), then cancels it and, once it
 * has ended, fails.
 *
 * A result that is there in time is never lost. To leave it running, `waitFor(shield(x), ms)`.
 *
 * @throws TimeoutError when the deadline ended it
 *
 * @example
 * ```ts
 * import { createTask, run, shield, sleep, waitFor } from '@oxbow/loop';
 *
 * await run(async () => {
 *   const task = createTask(() => sleep(500));
 *   // Without the shield the task would be cancelled with the wait.
 *   await waitFor(shield(task), 100).catch(() => console.log('not yet'));
 *   await task;
 * });
 * ```
 */
export function waitFor<A extends Awaitable<unknown>>(awaitable: A, ms: number): Op<AwaitedOf<A>> {
  return new WaitForOp(awaitable, checkDelay(ms, 'waitFor()')) as Op<unknown> as Op<AwaitedOf<A>>;
}
