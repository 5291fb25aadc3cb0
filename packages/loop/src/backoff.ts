/**
 * How long to wait before trying again, and when to stop: exponential backoff with full jitter, so that clients cut off
 * together do not come back together (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 *
 * It imports nothing and reads no clock: pages, threads and tests use the same file.
 */

/** What a {@link Backoff} is made of. */
export interface BackoffOptions {
  /** The longest wait before the first attempt, in ms; above 0. Default 500. */
  readonly baseMs?: number | undefined;
  /** The longest wait before any attempt, in ms; at least `baseMs`. Default 30,000. */
  readonly maxMs?: number | undefined;
  /** What the longest wait is multiplied by from one attempt to the next; 1 or more. Default 2. */
  readonly factor?: number | undefined;
  /** Attempts after the first failure: a whole number, 0 for none, `Infinity` for no limit. Default Infinity. */
  readonly maxAttempts?: number | undefined;
  /** Random numbers in [0, 1), for tests. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** The values of a {@link Backoff} made without options. */
export const BACKOFF_DEFAULTS: Readonly<{
  baseMs: number;
  maxMs: number;
  factor: number;
  maxAttempts: number;
  random: () => number;
}> = Object.freeze({
  baseMs: 500,
  maxMs: 30_000,
  factor: 2,
  maxAttempts: Number.POSITIVE_INFINITY,
  random: Math.random,
});

/** Raised for an option of {@link Backoff} that does not exist or is out of its range. */
export class BackoffError extends RangeError {
  readonly code = 'ERR_OXBOW_BACKOFF_INVALID';
  /** The option it is about. */
  readonly option: string;

  constructor(option: string, message: string) {
    super(`Backoff: ${message}`);
    this.option = option;
  }

  static {
    BackoffError.prototype.name = 'BackoffError';
  }
}

/**
 * Waits that grow from attempt to attempt: before attempt n, anything from 0 up to `baseMs * factor ** (n - 1)` ms, evenly,
 * and never more than `maxMs`.
 *
 * It holds no state: one object serves any number of connections, and whoever tries again counts the attempts.
 *
 * @example
 * const backoff = new Backoff({ baseMs: 100, maxAttempts: 5 });
 * for (let attempt = 1; ; attempt++) {
 *   try {
 *     return await connect();
 *   } catch (error) {
 *     const delayMs = backoff.delayMs(attempt);
 *     if (delayMs === undefined) throw error;
 *     await sleep(delayMs);
 *   }
 * }
 *
 * @throws BackoffError `ERR_OXBOW_BACKOFF_INVALID` for an unknown option or one out of its range
 */
export class Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
  readonly factor: number;
  readonly maxAttempts: number;
  readonly random: () => number;

  constructor(options: BackoffOptions = {}) {
    checkNames(options);
    this.baseMs = options.baseMs ?? BACKOFF_DEFAULTS.baseMs;
    // A first wait above the default maximum is meant: the maximum follows it.
    this.maxMs = options.maxMs ?? Math.max(BACKOFF_DEFAULTS.maxMs, this.baseMs);
    this.factor = options.factor ?? BACKOFF_DEFAULTS.factor;
    this.maxAttempts = options.maxAttempts ?? BACKOFF_DEFAULTS.maxAttempts;
    this.random = options.random ?? BACKOFF_DEFAULTS.random;
    check('baseMs', this.baseMs, 'a finite number of milliseconds above 0', isFiniteAbove(this.baseMs, 0));
    check(
      'maxMs',
      this.maxMs,
      `a finite number of milliseconds, at least baseMs (${this.baseMs})`,
      isFiniteAbove(this.maxMs, 0) && this.maxMs >= this.baseMs,
    );
    check(
      'factor',
      this.factor,
      'a finite number of 1 or more',
      isFiniteAbove(this.factor, 0) && this.factor >= 1,
    );
    check(
      'maxAttempts',
      this.maxAttempts,
      'a whole number of 0 or more, or Infinity',
      isCount(this.maxAttempts),
    );
    check('random', this.random, 'a function', typeof this.random === 'function');
  }

  /**
   * The wait before an attempt, in ms.
   *
   * @param attempt 1 for the first one after a failure
   * @returns undefined when that is more than `maxAttempts`: give up
   */
  delayMs(attempt: number): number | undefined {
    return attempt > this.maxAttempts ? undefined : this.random() * this.longestMs(attempt);
  }

  /** What {@link delayMs} stays below: the wait without jitter, in ms. */
  longestMs(attempt: number): number {
    // A large attempt overflows to Infinity, which the maximum cuts.
    return Math.min(this.maxMs, this.baseMs * this.factor ** (attempt - 1));
  }
}

function checkNames(options: BackoffOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new BackoffError('options', `takes an object of options, got ${String(options)}`);
  }
  const known = Object.keys(BACKOFF_DEFAULTS);
  for (const name of Object.keys(options)) {
    if (!known.includes(name))
      throw new BackoffError(name, `no option "${name}": it takes ${known.join(', ')}`);
  }
}

function check(name: string, value: unknown, wanted: string, holds: boolean): void {
  if (holds) return;
  const got = typeof value === 'string' ? `'${value}'` : String(value);
  throw new BackoffError(name, `${name} must be ${wanted}, got ${got}`);
}

function isFiniteAbove(value: unknown, above: number): boolean {
  return typeof value === 'number' && value > above && value < Number.POSITIVE_INFINITY;
}

function isCount(value: unknown): boolean {
  return value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && (value as number) >= 0);
}
