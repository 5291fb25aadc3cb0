/**
 * Turns whatever can be waited for into an Op: the door of gather, race, wait, waitFor, shield and asCompleted.
 */

import { opProbe } from '../debug/instrument.ts';
import { type CancelledError, UsageError } from '../errors.ts';
import { shown } from '../shown-value.ts';
import { type Awaitable, isGenerator, isThenable } from './coroutine.ts';
import { spawnPart } from './create-task.ts';
import { Op } from './op.ts';
import { PENDING, type Waiter } from './operation.ts';
import { UntilOp } from './promise-watch.ts';

/**
 * Waits for a promise from elsewhere. A cancelled wait is left at once; the promise itself cannot be stopped and its
 * outcome is ignored from then on. A promise that is kept costs the same however often it is waited for.
 *
 * @example
 * ```ts
 * import { run, until } from '@oxbow/loop';
 *
 * await run(async () => {
 *   // A promise that takes no signal: the wait for it can be cancelled.
 *   const { default: os } = await until(import('node:os'));
 *   console.log(os.platform());
 * });
 * ```
 */
export function until<T>(promise: PromiseLike<T>): Op<T> {
  if (promise instanceof Op) return promise as Op<T>;
  if (!isThenable(promise)) throw notAwaitable(promise, 'until()');
  return new UntilOp(promise);
}

/** An Op for anything awaitable; a generator becomes a task, as part of the one that waits. */
export function toOp<T>(awaitable: Awaitable<T>, where: string): Op<T> {
  if (awaitable instanceof Op) return awaitable as Op<T>;
  if (isGenerator(awaitable)) return spawnPart<T>(awaitable, undefined);
  if (isThenable(awaitable)) return new UntilOp(awaitable as PromiseLike<T>);
  throw notAwaitable(awaitable, where);
}

/** The members of what takes several. */
export function listOf<A>(awaitables: Iterable<A>, where: string): A[] {
  if (typeof (awaitables as Partial<Iterable<A>> | undefined)?.[Symbol.iterator] === 'function')
    return [...awaitables];
  throw new UsageError(
    `${where} takes several to wait for, in an array or another iterable: got ${shown(awaitables)}`,
    {
      code: 'ERR_OXBOW_LOOP_NOT_AWAITABLE',
    },
  );
}

/** As above, for several: a generator that is given twice runs once. */
export function toOps(awaitables: readonly Awaitable<unknown>[], where: string): Op<unknown>[] {
  let tasks: Map<unknown, Op<unknown>> | undefined;
  return awaitables.map((awaitable) => {
    if (awaitable instanceof Op || !isGenerator(awaitable)) return toOp(awaitable, where);
    tasks ??= new Map();
    const task = tasks.get(awaitable) ?? toOp(awaitable, where);
    tasks.set(awaitable, task);
    return task;
  });
}

/** Begins to listen to an Op, as one who looks at how it ends; see `watch`. */
export function listen(op: Op<unknown>, waiter: { wake(op: Op<unknown>): void }): void {
  op.observe();
  watch(op, waiter);
}

/** Starts an Op and calls `wake` once, at once when it is settled already. A failure is still to be looked at. */
export function watch(op: Op<unknown>, waiter: { wake(op: Op<unknown>): void }): void {
  op.start();
  if (op.settled) waiter.wake(op);
  else op.addWaiter(waiter);
}

/** Stops those that run already, when a wait for them is declined before it began. */
export function stopRunning(
  awaitables: readonly unknown[],
  waiter: Waiter,
  reason: CancelledError,
  level: boolean,
): void {
  for (const each of awaitables) {
    if (!(each instanceof Op) || each.settled) continue;
    if (each.progress === PENDING) each.lose(waiter, reason, level);
    else {
      if (opProbe.current !== undefined) opProbe.current.opAwaited(each);
      each.declined(reason, level);
    }
  }
}

/** Whether an Op still has something to cancel. */
export function isPending(op: Op<unknown>): boolean {
  return op.progress <= PENDING;
}

function notAwaitable(value: unknown, where: string): UsageError {
  const hint = typeof value === 'function' ? ': call it first' : '';
  return new UsageError(
    `${where} takes an Op, a Task, a promise or a generator, got ${shown(value)}${hint}`,
    { code: 'ERR_OXBOW_LOOP_NOT_AWAITABLE' },
  );
}
