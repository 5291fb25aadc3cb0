/**
 * How a suspended Op reaches the driver, and what it may ask of it: to wait, to unwind, or to enter a frame.
 */

import type { Operation } from './operation.ts';
import type { Place } from './region.ts';
import { type Coroutine, SUSPEND, type Suspend } from './suspension.ts';

const plainSuspension: IteratorYieldResult<Suspend> = { done: false, value: SUSPEND };

/**
 * Counts how many `yield*` a suspension passes through: each reads `done` once. While a frame is being unwound, more
 * than one means a generator nested without call(), which JavaScript would let run on afterwards.
 */
class CountingSuspension {
  reads = 0;
  readonly value: Suspend = SUSPEND;
  get done(): false {
    this.reads++;
    return false;
  }
}

const countingSuspension: CountingSuspension = new CountingSuspension();

/** How often the last suspension was read. */
export function nestingReads(): number {
  return countingSuspension.reads;
}

/** Makes suspensions count, or no longer. */
export function countNesting(on: boolean): void {
  if (on) countingSuspension.reads = 0;
  handover.suspension = on ? countingSuspension : plainSuspension;
}

/** An Op that runs a generator of its own on top of the one that yields it. */
export interface Entering {
  /** The generator to run, and where it runs. */
  enter(outer: Place): { generator: Coroutine<unknown>; place: Place };
  /** That has ended: settles the Op. Not called with 'unwound' unless the unwinding ends at this frame. */
  exit(end: FrameEnd, outcome: unknown): void;
  /** It was unwound on the way to an outer frame: its timers and links go, and nobody asks for its outcome. */
  abandon(): void;
}

/** How a frame ended. */
export type FrameEnd = 'returned' | 'threw' | 'unwound';

/**
 * The one place where an Op reaches the driver. An Op that suspends its generator writes itself here and returns the
 * suspension from `next()`; `yield*` passes that through to the driver, which then takes the Op up.
 */
export interface Handover {
  /** The Op that has suspended the generator of the present step, until the driver has taken it up. */
  op: Operation | undefined;
  /** Its wait was declined, because a cancellation is due: unwind the generator. */
  declined: boolean;
  /** Set when it does not wait but goes on in a generator of its own. */
  entering: Entering | undefined;
  /** What `next()` returns. */
  suspension: IteratorYieldResult<Suspend>;
}

export const handover: Handover = {
  op: undefined,
  declined: false,
  entering: undefined,
  suspension: plainSuspension,
};
