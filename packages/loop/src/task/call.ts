/**
 * call: enters a generator as a frame of its own, so that it costs the same at any depth and is unwound by itself.
 */

import { type CancelledError, isCancelled, UsageError } from '../errors.ts';
import { isGenerator, type NoStray, takeGenerator } from './coroutine.ts';
import { spawnPart } from './create-task.ts';
import { FrameOp } from './frame.ts';
import type { FrameEnd } from './handover.ts';
import type { Op } from './op.ts';
import { CANCELLED, FULFILLED, REJECTED } from './operation.ts';
import type { Place } from './region.ts';
import type { Coroutine } from './suspension.ts';
import type { Task } from './task.ts';

class CallOp<T> extends FrameOp<T> {
  protected readonly framed: boolean = true;
  readonly #generator: Coroutine<T>;
  #child: Task<T> | undefined = undefined;

  constructor(generator: Coroutine<T>) {
    super();
    this.#generator = generator;
  }

  override get name(): string {
    return 'call';
  }

  enter(outer: Place): { generator: Coroutine<unknown>; place: Place } {
    takeGenerator(this.#generator);
    return { generator: this.#generator, place: outer };
  }

  exit(end: FrameEnd, outcome: unknown): void {
    if (end === 'returned') this.settle(FULFILLED, outcome);
    else this.settle(isCancelled(outcome) ? CANCELLED : REJECTED, outcome);
  }

  /** From an async function there is no frame to enter: the generator becomes a task, as part of the one that waits. */
  protected begin(): void {
    const child = spawnPart<T>(this.#generator, 'call');
    this.#child = child;
    child.observe();
    child.addWaiter({ wake: () => void this.settle(child.progress as 2 | 3 | 4, child.outcome) });
  }

  override stop(reason: CancelledError, level: boolean): void {
    if (this.#child === undefined) super.stop(reason, level);
    else this.#child.stop(reason, level);
  }
}

/**
 * Runs a generator as part of the calling task: `const value = yield* call(gen())`.
 *
 * Prefer it to a plain `yield* gen()`: resuming costs the same at any depth, and a cancelled task closes each frame in
 * turn, so that a `finally` in it may wait. Awaited from an async function it runs as a task of its own.
 *
 * @example
 * ```ts
 * import { type Coroutine, call, run, sleep } from '@oxbow/loop';
 *
 * function* inner(): Coroutine<string> {
 *   yield* sleep(10);
 *   return 'done';
 * }
 *
 * await run(function* () {
 *   console.log(yield* call(inner())); // cleanup of inner may wait, too
 * });
 * ```
 */
export function call<R extends Coroutine<unknown>>(
  generator: R & NoStray<R>,
): Op<R extends Coroutine<infer T> ? T : never> {
  if (!isGenerator(generator)) {
    throw new UsageError('call() takes a generator: write call(gen()), with the parentheses', {
      code: 'ERR_OXBOW_LOOP_NOT_A_GENERATOR',
    });
  }
  return new CallOp(generator as Coroutine<R extends Coroutine<infer T> ? T : never>);
}
