/**
 * An RxJS scheduler on the clock of the loop: give it to RxJS's own time operators (`delay(10, loopScheduler)`) and a
 * VirtualClock drives them too.
 */
import { currentLoop } from '@oxbow/loop';
import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';

/**
 * Schedules on the loop that is current when `schedule` is called; `now()` is that loop's time, in milliseconds.
 *
 * @example
 * ```ts
 * import { loopScheduler } from '@oxbow/stream';
 * import { interval, take } from 'rxjs';
 *
 * // RxJS's timers on the loop's clock: virtual in a test.
 * interval(1000, loopScheduler).pipe(take(1)).subscribe(console.log);
 * ```
 */
export const loopScheduler: SchedulerLike = Object.freeze({
  now: (): number => currentLoop().time(),
  schedule<S>(work: (this: SchedulerAction<S>, state?: S) => void, delayMs = 0, state?: S): Subscription {
    return new LoopAction<S>(work).schedule(state, delayMs);
  },
});

/** One piece of work; it may schedule itself again. */
class LoopAction<S> extends Subscription implements SchedulerAction<S> {
  private readonly work: (this: SchedulerAction<S>, state?: S) => void;
  private readonly loop: ReturnType<typeof currentLoop> = currentLoop();
  private timer: { cancel(): void } | undefined;

  constructor(work: (this: SchedulerAction<S>, state?: S) => void) {
    super();
    this.work = work;
  }

  schedule(state?: S, delayMs = 0): Subscription {
    if (this.closed) return this;
    this.timer?.cancel();
    this.timer = this.loop.callLater(delayMs, () => {
      this.timer = undefined;
      if (this.closed) return;
      this.work.call(this, state);
      // Work that did not schedule itself again is done: the holder of this action may forget it.
      if (this.timer === undefined) this.unsubscribe();
    });
    return this;
  }

  override unsubscribe(): void {
    this.timer?.cancel();
    this.timer = undefined;
    super.unsubscribe();
  }
}
