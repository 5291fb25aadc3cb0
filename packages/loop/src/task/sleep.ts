// sleep and checkpoint: waiting for time, and for one's turn.

import { checkDelay } from '../scheduler/event-loop.ts';
import type { Turn } from '../scheduler/ready-queue.ts';
import { clearTimer, setTime, type Timer, type TimerLink, timeOf } from '../scheduler/timer-wheel.ts';
import { currentLoop } from './current.ts';
import { Op } from './op.ts';
import { FULFILLED } from './operation.ts';

class SleepOp extends Op<void> implements Timer {
  /** How long, until it begins; then when. */
  tick: number;
  earlierMicros: number;
  nextTimer: TimerLink | undefined;
  previousTimer: TimerLink | undefined;

  constructor(ms: number) {
    super();
    this.tick = 0;
    this.earlierMicros = 0;
    setTime(this, ms);
    this.nextTimer = undefined;
    this.previousTimer = undefined;
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
    setTime(this, nowMs + timeOf(this));
    loop.setTimer(this, nowMs);
  }

  protected override undo(): void {
    clearTimer(this);
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
 * Waits `ms` milliseconds, counted from when it is awaited, `Infinity` until cancelled. Never early. 0 or less is a
 * checkpoint.
 */
export function sleep(ms: number): Op<void> {
  return checkDelay(ms, 'sleep()') === 0 ? new CheckpointOp() : new SleepOp(ms);
}

/** Lets everything else that is ready take its turn; a task to be cancelled is cancelled here. */
export function checkpoint(): Op<void> {
  return new CheckpointOp();
}
