/** `rateLimit`: at most so many values in so much time, by holding the source back. A token bucket on the loop's clock. */
import { currentLoop } from '@oxbow/loop';
import { checkOptions } from '@oxbow/loop/lowlevel';
import type { MonoTypeOperatorFunction, Subscriber } from 'rxjs';
import { BoundedBuffer } from '../bounded-buffer.ts';
import { checkCount, checkPositive, DEFAULT_BUFFER_BOUNDS } from '../overflow.ts';
import { operate } from './operate.ts';
import { Stage } from './stage.ts';

/** Options of `rateLimit`. */
export interface RateLimitOptions {
  /** How many values may pass in `perMs`. At least 1. */
  readonly limit: number;
  /** The time in which `limit` values may pass, in milliseconds. Default 1000. */
  readonly perMs?: number | undefined;
  /** How many may pass at once after a silence. Default: `limit`. */
  readonly burst?: number | undefined;
}

/**
 * Lets `limit` values pass in every `perMs`; no value is lost, the source is held back instead.
 *
 * @example
 * ```ts
 * import { rateLimit, Stream } from '@oxbow/stream';
 *
 * for await (const value of Stream.from([1, 2, 3]).pipe(rateLimit({ limit: 2, perMs: 100 }))) console.log(value);
 * ```
 */
export function rateLimit<T>(options: number | RateLimitOptions): MonoTypeOperatorFunction<T> {
  const settings: RateLimitOptions = typeof options === 'number' ? { limit: options } : options;
  checkOptions(settings, ['limit', 'perMs', 'burst'], 'rateLimit()');
  const { limit, perMs = 1000, burst = limit } = settings;
  checkCount(limit, 'rateLimit(): limit');
  checkPositive(perMs, 'rateLimit(): perMs');
  checkCount(burst, 'rateLimit(): burst');
  return operate((source, subscriber: Subscriber<T>) => {
    source.subscribe(new RateLimitStage<T>(subscriber, perMs / limit, burst));
  });
}

class RateLimitStage<T> extends Stage<T, T> {
  readonly label = 'rateLimit';
  private readonly tokenMs: number;
  private readonly burst: number;
  private readonly loop = currentLoop();
  private readonly buffer = new BoundedBuffer<T>(DEFAULT_BUFFER_BOUNDS);
  private tokens: number;
  private filledAtMs: number;
  private timer: { cancel(): void } | undefined;
  private working = false;

  constructor(downstream: Subscriber<T>, tokenMs: number, burst: number) {
    super(downstream, true);
    this.tokenMs = tokenMs;
    this.burst = burst;
    this.tokens = burst;
    this.filledAtMs = this.loop.time();
  }

  override get queued(): number {
    return this.buffer.length;
  }

  override waitsFor(): string {
    return this.timer === undefined ? super.waitsFor() : 'its rate';
  }

  protected override onNext(value: T): void {
    const overflow = this.buffer.push(value, this.oxbowGate.closed);
    if (overflow === undefined) this.work();
    else this.error(overflow);
  }

  override wake(): void {
    this.work();
  }

  protected override get idle(): boolean {
    return this.buffer.length === 0 && !this.working;
  }

  protected override discard(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.buffer.clear();
  }

  /** Hands on what the tokens allow, then waits for the next token with the gate closed, or opens it. */
  private work(): void {
    if (this.working || this.over) return;
    this.working = true;
    this.fill();
    while (this.buffer.length > 0 && this.tokens >= 1 && !this.below?.closed && !this.over) {
      this.tokens--;
      this.downstream.next(this.buffer.shift());
    }
    this.working = false;
    if (this.settle()) return;
    if (this.buffer.length > 0 && this.below?.closed) this.below.wait(this);
    if (this.tokens < 1 || this.buffer.length > 0) this.oxbowGate.close();
    else this.oxbowGate.open();
    if (this.tokens < 1 && this.timer === undefined) {
      this.timer = this.loop.callLater((1 - this.tokens) * this.tokenMs, () => {
        this.timer = undefined;
        this.work();
      });
    }
  }

  private fill(): void {
    const nowMs = this.loop.time();
    const gained = (nowMs - this.filledAtMs) / this.tokenMs;
    // Rounded up by a hair: a timer that wakes exactly on time must find a whole token.
    this.tokens = Math.min(this.burst, this.tokens + gained + 1e-9);
    this.filledAtMs = nowMs;
  }
}
