/** `meter`: counts what passes, and how long it was held back, without changing it. Time is the loop's. */
import { currentLoop } from '@oxbow/loop';
import { checkOptions } from '@oxbow/loop/lowlevel';
import type { MonoTypeOperatorFunction, Subscriber } from 'rxjs';
import { type BatchSubscriber, emitBatch, takesBatches } from '../emitter.ts';
import { StreamInputError } from '../errors.ts';
import { findGate, type Gate } from '../gate.ts';
import { checkPositive } from '../overflow.ts';
import { GuardedSubscriber } from '../rxjs-inside.ts';
import { operate } from './operate.ts';

/** What a meter has counted. */
export interface MeterReading {
  /** Values since the subscription. */
  readonly values: number;
  /** Bytes of byte views; other values count none. */
  readonly bytes: number;
  /** Values per second since the last reading. */
  readonly valuesPerSecond: number;
  /** Bytes per second since the last reading. */
  readonly bytesPerSecond: number;
  /** How often the consumer has paused the source since the subscription. */
  readonly pauses: number;
  /** True while the consumer holds the source back. */
  readonly paused: boolean;
  /** Time since the subscription, in milliseconds. */
  readonly elapsedMs: number;
  /** True in the last reading, at the end of the subscription. */
  readonly final: boolean;
}

/** Options of `meter`. */
export interface MeterOptions {
  /** The time between two readings, in milliseconds. Default 1000. */
  readonly everyMs?: number | undefined;
}

/**
 * Passes every value on and reports what passed: every `everyMs`, and once more at the end, however it comes.
 *
 * @example
 * ```ts
 * import { meter, Stream } from '@oxbow/stream';
 *
 * await Stream.from([1, 2, 3])
 *   .pipe(meter((reading) => console.log(reading)))
 *   .forEach(() => {});
 * ```
 */
export function meter<T>(
  report: (reading: MeterReading) => void,
  options?: MeterOptions,
): MonoTypeOperatorFunction<T> {
  if (typeof report !== 'function') {
    throw new StreamInputError(`meter() takes a function that is told the readings; got ${typeof report}.`);
  }
  checkOptions(options, ['everyMs'], 'meter()');
  const everyMs = options?.everyMs ?? 1000;
  checkPositive(everyMs, 'meter(): everyMs');
  return operate((source, subscriber: Subscriber<T>) => {
    source.subscribe(new MeterSubscriber<T>(subscriber, report, everyMs));
  });
}

class MeterSubscriber<T> extends GuardedSubscriber<T> implements BatchSubscriber<T> {
  readonly oxbowBatch: boolean;
  private readonly downstream: Subscriber<T>;
  private readonly report: (reading: MeterReading) => void;
  private readonly everyMs: number;
  private readonly gate: Gate | null;
  private readonly loop = currentLoop();
  private readonly startMs = this.loop.time();
  private lastMs = this.startMs;
  private values = 0;
  private bytes = 0;
  private lastValues = 0;
  private lastBytes = 0;
  private timer: { cancel(): void } | undefined;
  private final = false;

  constructor(downstream: Subscriber<T>, report: (reading: MeterReading) => void, everyMs: number) {
    super(downstream);
    this.oxbowBatch = takesBatches(downstream);
    this.downstream = downstream;
    this.report = report;
    this.everyMs = everyMs;
    this.gate = findGate(downstream);
    if (!this.closed) this.tick();
  }

  protected override onNext(value: T): void {
    this.count(value);
    this.downstream.next(value);
  }

  batch(values: readonly T[], owned = false): void {
    if (this.stopped) return;
    for (const value of values) this.count(value);
    emitBatch(this.downstream, values, owned);
  }

  protected override onUnsubscribe(): void {
    if (!this.final) {
      this.final = true;
      this.timer?.cancel();
      this.read(true);
    }
    super.onUnsubscribe();
  }

  private count(value: T): void {
    this.values++;
    if (ArrayBuffer.isView(value)) this.bytes += value.byteLength;
  }

  private tick(): void {
    this.timer = this.loop.callLater(this.everyMs, () => {
      this.tick();
      this.read(false);
    });
  }

  private read(final: boolean): void {
    const nowMs = this.loop.time();
    const seconds = (nowMs - this.lastMs) / 1000;
    const reading: MeterReading = Object.freeze({
      values: this.values,
      bytes: this.bytes,
      valuesPerSecond: seconds > 0 ? (this.values - this.lastValues) / seconds : 0,
      bytesPerSecond: seconds > 0 ? (this.bytes - this.lastBytes) / seconds : 0,
      pauses: this.gate?.pauses ?? 0,
      paused: this.gate?.closed ?? false,
      elapsedMs: nowMs - this.startMs,
      final,
    });
    this.lastMs = nowMs;
    this.lastValues = this.values;
    this.lastBytes = this.bytes;
    this.report(reading);
  }
}
