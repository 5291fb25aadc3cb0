/**
 * Which clock an operator that waits runs on: the scheduler it was given; RxJS's own while a TestScheduler has it in
 * virtual time; else the loop's. It knows no operator.
 */
import { currentLoop } from '@oxbow/loop';
import { asyncScheduler, type SchedulerLike } from 'rxjs';

/** What a waiting operator needs of a clock; an EventLoop is one. */
export interface OperatorClock {
  /** Milliseconds, of no fixed origin. */
  time(): number;
  callLater(delayMs: number, work: () => void): { cancel(): void };
}

/**
 * `asyncScheduler` shows the machine's time, but inside `TestScheduler.run()` frames counted from 0. The two readings are
 * taken one after the other, so they may differ by the length of a pause of the process.
 */
const VIRTUAL_SKEW_MS = 60_000;

/** The clock for one subscription. */
export function clockFor(scheduler: SchedulerLike | undefined): OperatorClock {
  if (scheduler !== undefined) return new SchedulerClock(scheduler);
  const virtual = Math.abs(asyncScheduler.now() - Date.now()) > VIRTUAL_SKEW_MS;
  return virtual ? new SchedulerClock(asyncScheduler) : currentLoop();
}

/** How long it is until a date, in milliseconds; 0 when it has passed. */
export function msUntil(date: Date, clock: OperatorClock): number {
  const nowMs = clock instanceof SchedulerClock ? clock.time() : Date.now();
  return Math.max(0, date.getTime() - nowMs);
}

class SchedulerClock implements OperatorClock {
  readonly #scheduler: SchedulerLike;

  constructor(scheduler: SchedulerLike) {
    this.#scheduler = scheduler;
  }

  time(): number {
    return this.#scheduler.now();
  }

  callLater(delayMs: number, work: () => void): { cancel(): void } {
    // A virtual scheduler would take time below 0 for a step back, and never come to its end.
    const action = this.#scheduler.schedule(work, Math.max(0, delayMs));
    return { cancel: () => action.unsubscribe() };
  }
}
