// What passes between a pool and its workers. Arrays, because a clone of them is cheaper than of records.

import type { FailureRecord } from './error-record.ts';

/** A function of a module, introduced once to each worker: later calls name it by its number. */
export type TargetMessage = readonly [target: number, url: string, name: string];

/**
 * Calls in a row, three entries each: the slot (a number, the call's name until it is answered), the target's number, and
 * the array of arguments.
 */
export type CallsMessage = readonly unknown[];

/** From the pool to a worker: calls, or something about them. */
export type ToWorker = CallsMessage | ControlMessage;

/** What is not a call. */
export interface ControlMessage {
  /** Functions that later calls name. */
  readonly targets?: readonly TargetMessage[];
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
