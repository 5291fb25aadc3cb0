// What passes between a pool and its workers. Arrays, because a clone of them is cheaper than of records.

import type { FailureRecord } from './error-record.ts';

/** A function of a module, introduced once to each worker: later calls name it by its number. */
export type TargetMessage = readonly [target: number, url: string, name: string];

/** One call. The slot is the call's name until it is answered. */
export type CallMessage = readonly [slot: number, target: number, args: readonly unknown[]];

/** From the pool to a worker. */
export interface ToWorker {
  readonly targets?: readonly TargetMessage[];
  readonly calls?: readonly CallMessage[];
  /** Asks the running call of this slot to end; the reason may be any value that can cross. */
  readonly cancel?: readonly [slot: number, reason: unknown];
  /** End the worker: it has nothing to do any more. */
  readonly stop?: true;
}

/** The worker is up. */
export const READY = 0;
/** The function returned; the payload is its result. */
export const RETURNED = 1;
/** The function threw, or there is none; the payload is a FailureRecord. */
export const THREW = 2;
/** The pool had taken the call back before it began. */
export const SKIPPED = 3;

/** From a worker to the pool. */
export type FromWorker =
  | readonly [slot: number, outcome: typeof READY | typeof SKIPPED, payload: undefined]
  | readonly [slot: number, outcome: typeof RETURNED, payload: unknown]
  | readonly [slot: number, outcome: typeof THREW, payload: FailureRecord];

/** How many calls may be on their way to one worker: enough that the worker never waits for the next batch. */
export const MAX_IN_FLIGHT = 64;
