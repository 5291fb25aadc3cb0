// sleep and checkpoint: waiting for time, and for one's turn.

import { checkDelay, type EventLoop } from '../scheduler/event-loop.ts';
import type { Turn } from '../scheduler/ready-queue.ts';
import type { Timer } from '../scheduler/timer-wheel.ts';
import { currentLoop } from './current.ts';
import { FULFILLED, Op } from './op.ts';

class SleepOp extends Op<void> implements Timer {
  whenMs: number;
  slot = -1;
  nextTimer: Timer | undefined = undefined;
  previousTimer: Timer | undefined = undefined;
  #loop: EventLoop | undefined = undefined;

  constructor(ms: number) {
    super();
    this.whenMs = ms;
  }

  override get name(): string {
    return 'sleep';
  }

  expire(): void {
    this.settle(FULFILLED, undefined);
  }

  protected begin(): void {
    this.#loop = currentLoop();
    const nowMs = this.#loop.time();
    this.whenMs += nowMs;
    this.#loop.setTimer(this, nowMs);
  }

  protected override undo(): void {
    this.#loop?.clearTimer(this);
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
    currentLoop().ready(this);
  }
}

/**
 * Waits `ms` milliseconds, counted from when it is awaited: 0 or more, `Infinity` until cancelled. Never early. 0 is a
 * checkpoint.
 */
export function sleep(ms: number): Op<void> {
  return checkDelay(ms, 'sleep()') === 0 ? new CheckpointOp() : new SleepOp(ms);
}

/** Lets everything else that is ready take its turn; a task to be cancelled is cancelled here. */
export function checkpoint(): Op<void> {
  return new CheckpointOp();
}
