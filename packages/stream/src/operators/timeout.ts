/** `timeout`: fails, or goes over to another stream, when the source stays silent too long. Time is the loop's. */
import { TimeoutError } from '@oxbow/loop';
import { checkOptions } from '@oxbow/loop/lowlevel';
import type { Observable, ObservableInput, OperatorFunction, SchedulerLike, Subscriber } from 'rxjs';
import { StreamInputError } from '../errors.ts';
import type { GateWaiter } from '../gate.ts';
import { findGate, type Gate } from '../gate.ts';
import { GuardedSubscriber } from '../rxjs-inside.ts';
import { clockFor, msUntil, type OperatorClock } from './clock.ts';
import { innerFrom } from './inner.ts';
import { operate } from './operate.ts';

/** What the function of `with` is told. */
export interface TimeoutInfo<T, M = unknown> {
  readonly meta: M | undefined;
  /** How many values had come. */
  readonly seen: number;
  readonly lastValue: T | null;
}

/** Options of `timeout`; times in milliseconds. */
export interface TimeoutConfig<T, O extends ObservableInput<unknown> = ObservableInput<T>, M = unknown> {
  /** The longest silence between two values, and before the first one unless `first` is given. */
  readonly each?: number | undefined;
  /** The longest silence before the first value, or the moment by which it must have come. */
  readonly first?: number | Date | undefined;
  /** What to go over to. Default: fail with loop's TimeoutError. */
  readonly with?: ((info: TimeoutInfo<T, M>) => O) | undefined;
  readonly meta?: M | undefined;
  /** Whose time counts. Default: the current loop's, or RxJS's own inside `TestScheduler.run()`. */
  readonly scheduler?: SchedulerLike | undefined;
}

/**
 * Fails with loop's `TimeoutError` when the source stays silent too long. The time in which the consumer holds the source
 * back does not count: it is not the source that is slow. Runs on the clock of the current loop.
 */
export function timeout<T, O extends ObservableInput<unknown> = never, M = unknown>(
  config: number | Date | TimeoutConfig<T, O, M>,
  scheduler?: SchedulerLike,
): OperatorFunction<T, T | (O extends ObservableInput<infer V> ? V : never)> {
  const settings: TimeoutConfig<T, O, M> =
    typeof config === 'number'
      ? { each: config, scheduler }
      : config instanceof Date
        ? { first: config, scheduler }
        : config;
  checkOptions(settings, ['each', 'first', 'with', 'meta', 'scheduler'], 'timeout()');
  if (settings.each === undefined && settings.first === undefined) {
    throw new StreamInputError('timeout() needs a time: each, first, or both.');
  }
  return operate((source: Observable<T>, subscriber: Subscriber<never>) => {
    const guard = new TimeoutSubscriber<T>(subscriber, settings as TimeoutConfig<T>);
    source.subscribe(guard);
    guard.begin();
  });
}

class TimeoutSubscriber<T> extends GuardedSubscriber<T> implements GateWaiter {
  private readonly downstream: Subscriber<T>;
  private readonly config: TimeoutConfig<T>;
  private readonly gate: Gate | null;
  private readonly clock: OperatorClock;
  private timer: { cancel(): void } | undefined;
  private limitMs = 0;
  private startedMs = 0;
  private seen = 0;
  private lastValue: T | null = null;

  constructor(downstream: Subscriber<T>, config: TimeoutConfig<T>) {
    super(downstream);
    this.downstream = downstream;
    this.config = config;
    this.gate = findGate(downstream);
    this.clock = clockFor(config.scheduler);
  }

  /** Waits for the first value, unless it came within the subscription. */
  begin(): void {
    if (this.stopped || this.seen > 0) return;
    const { first, each } = this.config;
    if (first instanceof Date) this.arm(msUntil(first, this.clock));
    else this.arm(first ?? each);
  }

  protected override onNext(value: T): void {
    this.seen++;
    this.lastValue = value;
    const { each } = this.config;
    // The timer is only looked at when it fires: a cancel for every value would cost more than the value.
    if (each === undefined) this.disarm();
    else if (this.timer === undefined || this.limitMs !== each) {
      this.disarm();
      this.arm(each);
    } else this.startedMs = this.clock.time();
    this.downstream.next(value);
  }

  protected override onUnsubscribe(): void {
    this.disarm();
    this.gate?.forget(this);
    super.onUnsubscribe();
  }

  /** The consumer takes values again: from here on it is the source's time. */
  wake(): void {
    if (!this.stopped) this.arm(this.limitMs);
  }

  private arm(limitMs: number | undefined): void {
    if (limitMs === undefined) return;
    this.limitMs = limitMs;
    this.startedMs = this.clock.time();
    this.timer = this.clock.callLater(limitMs, () => this.check());
  }

  private disarm(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private check(): void {
    this.timer = undefined;
    if (this.stopped) return;
    if (this.gate?.closed) {
      this.gate.wait(this);
      return;
    }
    const leftMs = this.startedMs + this.limitMs - this.clock.time();
    if (leftMs > 0) this.timer = this.clock.callLater(leftMs, () => this.check());
    else this.expire();
  }

  private expire(): void {
    const { with: instead, meta } = this.config;
    const downstream = this.downstream;
    if (instead === undefined) {
      this.error(new TimeoutError(this.limitMs));
      return;
    }
    const info = { meta, seen: this.seen, lastValue: this.lastValue };
    this.unsubscribe();
    try {
      innerFrom(instead(info)).subscribe(downstream as never);
    } catch (error) {
      downstream.error(error);
    }
  }
}
