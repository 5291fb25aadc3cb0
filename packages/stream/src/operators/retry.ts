/** `retry`: subscribes again after a failure, at once or after a pause that grows. Time is the loop's. */
import { CancelledError } from '@oxbow/loop';
import { Backoff, type BackoffOptions, type BackoffSettings } from '@oxbow/loop/backoff';
import { checkOptions } from '@oxbow/loop/lowlevel';
import type { MonoTypeOperatorFunction, Observable, ObservableInput, Subscriber } from 'rxjs';
import { StreamInputError } from '../errors.ts';
import { GuardedSubscriber } from '../rxjs-inside.ts';
import { clockFor } from './clock.ts';
import { ControlSubscriber } from './control-subscriber.ts';
import { innerFrom } from './inner.ts';
import { operate } from './operate.ts';

/** Options of `retry`. */
export interface RetryConfig {
  /** How many times to subscribe again. Default: without end, as in RxJS. */
  readonly count?: number | undefined;
  /**
   * The pause before each attempt: milliseconds, or a function of the error and the number of the attempt (from 1) whose
   * result is waited for. An error of that result ends the stream, and its end without a value completes the stream.
   */
  readonly delay?: number | ((error: unknown, attempt: number) => ObservableInput<unknown>) | undefined;
  /**
   * A growing pause with full jitter instead of `delay`; `true` for 100 ms, doubling up to 30 s. Its `maxAttempts` and
   * `count` both hold.
   */
  readonly backoff?: BackoffOptions | boolean | undefined;
  /** Starts counting anew after every value. Default false. */
  readonly resetOnSuccess?: boolean | undefined;
}

/** Where the options of a backoff are not given: sooner than a network client, since most sources are near. */
const USUAL: Partial<BackoffSettings> = Object.freeze({ baseMs: 100 });

/**
 * Subscribes to the source again when it fails. A cancellation is never retried.
 *
 * @example
 * ```ts
 * import { retry, Stream } from '@oxbow/stream';
 *
 * for await (const value of Stream.from([1, 2]).pipe(retry(2))) console.log(value);
 * ```
 */
export function retry<T>(config: number | RetryConfig = {}): MonoTypeOperatorFunction<T> {
  const settings: RetryConfig = typeof config === 'number' ? { count: config } : config;
  checkOptions(settings, ['count', 'delay', 'backoff', 'resetOnSuccess'], 'retry()');
  if (settings.delay !== undefined && settings.backoff !== undefined) {
    throw new StreamInputError('retry() takes delay or backoff, not both.');
  }
  const count = settings.count ?? Number.POSITIVE_INFINITY;
  if (count <= 0) return (source) => source;
  const backoff = backoffOf(settings.backoff);
  return operate((source: Observable<T>, subscriber: Subscriber<T>) => {
    new Retrier(source, subscriber, settings, count, backoff).subscribe();
  });
}

function backoffOf(given: RetryConfig['backoff']): Backoff | undefined {
  if (given === undefined || given === false) return undefined;
  return new Backoff(given === true ? {} : given, USUAL);
}

class Retrier<T> {
  readonly #source: Observable<T>;
  readonly #downstream: Subscriber<T>;
  readonly #settings: RetryConfig;
  readonly #count: number;
  readonly #backoff: Backoff | undefined;
  #attempts = 0;
  /** True while a subscribe call is on the stack: a source that fails within it is tried again by the loop there. */
  #subscribing = false;
  #again = false;

  constructor(
    source: Observable<T>,
    downstream: Subscriber<T>,
    settings: RetryConfig,
    count: number,
    backoff: Backoff | undefined,
  ) {
    this.#source = source;
    this.#downstream = downstream;
    this.#settings = settings;
    this.#count = count;
    this.#backoff = backoff;
  }

  subscribe(): void {
    if (this.#subscribing) {
      this.#again = true;
      return;
    }
    this.#subscribing = true;
    do {
      this.#again = false;
      if (this.#downstream.closed) break;
      this.#source.subscribe(new AttemptSubscriber(this.#downstream, this));
    } while (this.#again);
    this.#subscribing = false;
  }

  succeeded(): void {
    if (this.#settings.resetOnSuccess === true) this.#attempts = 0;
  }

  failed(error: unknown): void {
    if (this.#attempts++ >= this.#count || error instanceof CancelledError) {
      this.#downstream.error(error);
      return;
    }
    const { delay } = this.#settings;
    if (typeof delay === 'function') {
      this.#waitFor(delay, error);
    } else if (this.#backoff !== undefined) {
      const pauseMs = this.#backoff.delayMs(this.#attempts);
      if (pauseMs === undefined) this.#downstream.error(error);
      else this.#waitMs(pauseMs);
    } else if (delay !== undefined) {
      this.#waitMs(delay);
    } else {
      this.subscribe();
    }
  }

  #waitMs(delayMs: number): void {
    const timer = clockFor(undefined).callLater(delayMs, () => {
      this.#downstream.remove(cancel);
      this.subscribe();
    });
    const cancel = (): void => timer.cancel();
    this.#downstream.add(cancel);
  }

  #waitFor(delay: (error: unknown, attempt: number) => ObservableInput<unknown>, error: unknown): void {
    const downstream = this.#downstream;
    let notifier: Observable<unknown>;
    try {
      notifier = innerFrom(delay(error, this.#attempts));
    } catch (delayError) {
      downstream.error(delayError);
      return;
    }
    notifier.subscribe(new DelaySubscriber(downstream, () => this.subscribe()));
  }
}

class AttemptSubscriber<T> extends GuardedSubscriber<T> {
  private readonly downstream: Subscriber<T>;
  private readonly retrier: Retrier<T>;

  constructor(downstream: Subscriber<T>, retrier: Retrier<T>) {
    super(downstream);
    this.downstream = downstream;
    this.retrier = retrier;
  }

  protected override onNext(value: T): void {
    this.retrier.succeeded();
    this.downstream.next(value);
  }

  protected override onError(error: unknown): void {
    // The failed attempt is torn down before the next one begins.
    this.unsubscribe();
    this.retrier.failed(error);
  }
}

class DelaySubscriber extends ControlSubscriber<unknown> {
  private readonly go: () => void;

  constructor(downstream: Subscriber<never>, go: () => void) {
    super(downstream as never);
    this.go = go;
  }

  protected override onNext(_value: unknown): void {
    this.unsubscribe();
    this.go();
  }
}
