/** sleep and checkpoint: waiting for time, and for one's turn. */

import { checkDelay } from '../scheduler/event-loop.ts';
import type { Turn } from '../scheduler/ready-queue.ts';
import type { Sleeper, TimerSlab } from '../scheduler/timer-slab.ts';
import { currentLoop } from './current.ts';
import { Op } from './op.ts';
import { FULFILLED } from './operation.ts';

class SleepOp extends Op<void> implements Sleeper {
  /** How long, until it begins; then where its timer is, if its time ever comes. */
  #timer: number | TimerSlab | undefined;
  #key: number;

  constructor(ms: number) {
    super();
    this.#timer = ms;
    this.#key = 0;
  }

  override get name(): string {
    return 'sleep';
  }

  expire(): void {
    this.settle(FULFILLED, undefined);
  }

  protected begin(): void {
    const loop = currentLoop();
    const nowMs = loop.time();
    const slab = loop.setTimer(this, nowMs + (this.#timer as number), nowMs);
    this.#timer = slab;
    if (slab !== undefined) this.#key = slab.newestKey;
  }

  protected override undo(): void {
    if (typeof this.#timer === 'object') this.#timer.clear(this.#key);
  }
}

class CheckpointOp extends Op<void> implements Turn {
  override get name(): string {
    return 'checkpoint';
  }

  takeTurn(): void {
    this.settle(FULFILLED, undefined);
  }

  protected begin(): void {
    const loop = currentLoop();
    loop.requireOpen();
    loop.ready(this);
  }
}

/**
 * Waits `ms` milliseconds, counted from when it is awaited, `Infinity` until cancelled. Never early. 0 or less is a
 * checkpoint.
 *
 * @example
 * ```ts
 * import { run, sleep } from '@oxbow/loop';
 *
 * await run(async () => {
 *   await sleep(250); // in an async function
 * });
 * await run(function* () {
 *   yield* sleep(250); // in a generator
 * });
 * ```
 */
export function sleep(ms: number): Op<void> {
  return checkDelay(ms, 'sleep()') === 0 ? new CheckpointOp() : new SleepOp(ms);
}

/**
 * Lets everything else that is ready take its turn; a task to be cancelled is cancelled here.
 *
 * @example
 * ```ts
 * import { checkpoint, run } from '@oxbow/loop';
 *
 * await run(async () => {
 *   for (let n = 0; n < 1e6; n++) {
 *     if (n % 1000 === 0) await checkpoint(); // others get their turn, and a cancel arrives
 *   }
 * });
 * ```
 */
export function checkpoint(): Op<void> {
  return new CheckpointOp();
}
