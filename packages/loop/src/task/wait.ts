/** wait: watches several awaitables without touching them. */

import { checkOptions } from '../check-options.ts';
import { UsageError } from '../errors.ts';
import { checkDelay } from '../scheduler/event-loop.ts';
import type { TimerHandle } from '../scheduler/handle.ts';
import type { Turn } from '../scheduler/ready-queue.ts';
import { shown } from '../shown-value.ts';
import { listOf, toOp, watch } from './awaitable.ts';
import type { Awaitable } from './coroutine.ts';
import { currentLoop } from './current.ts';
import { Op } from './op.ts';
import { FULFILLED, REJECTED } from './operation.ts';

/** When wait returns. */
export interface WaitOptions {
  /** Return after this many milliseconds, whatever is done. Default: no limit. */
  readonly timeoutMs?: number;
  /** Default 'all-completed'. 'first-exception' means the first failure, or all. */
  readonly returnWhen?: 'all-completed' | 'first-completed' | 'first-exception';
}

const WAIT_OPTIONS = ['timeoutMs', 'returnWhen'];
const RETURN_WHEN = ['all-completed', 'first-completed', 'first-exception'];

/** What was done and what was not, as they were passed in. */
export interface WaitResult<A> {
  readonly done: Set<A>;
  readonly pending: Set<A>;
}

class WaitOp<A extends Awaitable<unknown>> extends Op<WaitResult<A>> implements Turn {
  readonly #awaitables: readonly A[];
  readonly #options: WaitOptions;
  readonly #ops = new Map<A, Op<unknown>>();
  #timer: TimerHandle | undefined = undefined;
  #left = 0;
  #ending = false;

  constructor(awaitables: readonly A[], options: WaitOptions) {
    super();
    this.#awaitables = awaitables;
    this.#options = options;
  }

  override get name(): string {
    return 'wait';
  }

  protected begin(): void {
    for (const awaitable of this.#awaitables) this.#ops.set(awaitable, toOp(awaitable, 'wait()'));
    this.#left = this.#ops.size;
    for (const op of this.#ops.values()) watch(op, this);
    if (this.#left === 0) this.#finish();
    const { timeoutMs } = this.#options;
    if (timeoutMs === undefined || this.settled) return;
    if (timeoutMs <= 0) this.#finish();
    else this.#timer = currentLoop().callLater(timeoutMs, () => this.#finish());
  }

  wake(op: Op<unknown>): void {
    this.#left--;
    const when = this.#options.returnWhen ?? 'all-completed';
    const early = when === 'first-completed' || (when === 'first-exception' && op.progress === REJECTED);
    if (this.#left === 0) this.#finish();
    else if (early && !this.#ending) {
      // A turn later: what ends in the same tick is done as well.
      this.#ending = true;
      currentLoop().ready(this);
    }
  }

  /** @internal */
  takeTurn(): void {
    this.#finish();
  }

  protected override undo(): void {
    this.#stopListening();
  }

  #finish(): void {
    if (this.settled) return;
    this.#stopListening();
    const done = new Set<A>();
    const pending = new Set<A>();
    for (const [awaitable, op] of this.#ops) (op.settled ? done : pending).add(awaitable);
    this.settle(FULFILLED, { done, pending });
  }

  #stopListening(): void {
    this.#timer?.cancel();
    for (const op of this.#ops.values()) if (!op.settled) op.removeWaiter(this);
  }
}

/**
 * Waits until the awaitables are done as `returnWhen` says, and tells which are. It never cancels them, not even when
 * it is cancelled itself or its time is up, and never throws their errors: look at each with `result()` or by awaiting.
 *
 * @example
 * ```ts
 * import { createTask, run, sleep, wait } from '@oxbow/loop';
 *
 * await run(async () => {
 *   const tasks = [createTask(() => sleep(10)), createTask(() => sleep(1000))];
 *   const { done, pending } = await wait(tasks, { returnWhen: 'first-completed' });
 *   for (const task of pending) task.cancel();
 *   console.log(done.size, pending.size); // 1 1
 * });
 * ```
 */
export function wait<A extends Awaitable<unknown>>(
  awaitables: Iterable<A>,
  options: WaitOptions = {},
): Op<WaitResult<A>> {
  checkOptions(options, WAIT_OPTIONS, 'wait()', { number: 'timeoutMs', string: 'returnWhen' });
  if (options.timeoutMs !== undefined) checkDelay(options.timeoutMs, 'wait({ timeoutMs })');
  if (options.returnWhen !== undefined && !RETURN_WHEN.includes(options.returnWhen)) {
    throw new UsageError(
      `wait({ returnWhen }) is one of ${RETURN_WHEN.join(', ')}, got ${shown(options.returnWhen)}`,
      {
        code: 'ERR_OXBOW_INVALID_OPTIONS',
      },
    );
  }
  return new WaitOp(listOf(awaitables, 'wait()'), options);
}
