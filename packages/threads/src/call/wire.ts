/** What passes between a pool and its workers. Arrays, because a clone of them is cheaper than of records. */

import type { FailureRecord } from './error-record.ts';

/** A function that a module exports. */
export const FUNCTION = 0;
/**
 * A class or function that a module exports: what it makes is the object that the worker holds from then on.
 */
export const MAKER = 1;
/** A method of that object. */
export const METHOD = 2;
/** The object's own way to close, if it has one. */
export const CLOSER = 3;

/** What there is to call. */
export type TargetKind = typeof FUNCTION | typeof MAKER | typeof METHOD | typeof CLOSER;

/** Something to call, introduced once to each worker: later calls name it by its number. */
export type TargetMessage = readonly [target: number, kind: TargetKind, url: string, name: string];

/**
 * Calls in a row, three entries each: the slot (a number, the call's name until it is answered), the target's
 * number, and the array of arguments.
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
  /** Sends an event of the object from now on, or does not any more. */
  readonly listen?: readonly [event: string, yes: boolean];
  /** End the worker: it has nothing to do any more. */
  readonly stop?: true;
}

/** The worker is up and takes calls; told once, before any answer. */
export const READY = 0;
/** The function returned; the payload is its result. */
export const RETURNED = 1;
/** The function threw, or there is none; the payload is a FailureRecord. */
export const THREW = 2;
/** The pool had taken the call back before it began. */
export const SKIPPED = 3;

/** The object has emitted an event; the payload is its name and its arguments. */
export const EVENT = 4;
/** The slot of what belongs to no call. */
export const NO_SLOT = -1;

/** From a worker to the pool. */
export type FromWorker =
  | readonly [slot: number, outcome: typeof READY | typeof SKIPPED, payload: undefined]
  | readonly [slot: number, outcome: typeof RETURNED, payload: unknown]
  | readonly [slot: number, outcome: typeof THREW, payload: FailureRecord]
  | readonly [slot: typeof NO_SLOT, outcome: typeof EVENT, payload: EventMessage];

/** An event of the object. */
export type EventMessage = readonly [event: string, args: readonly unknown[]];

/**
 * How many events may be on their way from one worker; emitting one more blocks it until some have been
 * heard.
 */
export const MAX_EVENTS = 1024;

/**
 * How many calls may be on their way to one worker: enough that the worker never waits for the next batch.
 */
export const MAX_IN_FLIGHT = 64;
