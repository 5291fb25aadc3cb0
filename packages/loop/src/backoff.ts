/**
 * How long to wait before trying again, and when to stop: exponential backoff with full jitter, so that
 * clients cut off together do not come back together (M. Brooker, "Exponential Backoff And Jitter", AWS
 * Architecture Blog, 2015).
 *
 * It imports nothing and reads no clock: pages, threads and tests use the same file.
 */

/** What a {@link Backoff} is made of. */
export interface BackoffOptions {
  /**
   * The longest wait before the first attempt, in ms; 0 is at once. Default 500, or `maxMs` where that is
   * less.
   */
  readonly baseMs?: number | undefined;
  /**
   * The longest wait before any attempt, in ms; at least `baseMs`. Default 30,000, or `baseMs` where that is
   * more.
   */
  readonly maxMs?: number | undefined;
  /** What the longest wait is multiplied by from one attempt to the next; 1 or more. Default 2. */
  readonly factor?: number | undefined;
  /**
   * Attempts after the first failure: a whole number, 0 for none, `Infinity` for no limit. Default Infinity.
   */
  readonly maxAttempts?: number | undefined;
  /** Random numbers in [0, 1), for tests. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** {@link BackoffOptions}, all of them. */
export type BackoffSettings = {
  readonly [Name in keyof BackoffOptions]-?: NonNullable<BackoffOptions[Name]>;
};

/** The values of a {@link Backoff} made without options. */
export const BACKOFF_DEFAULTS: BackoffSettings = Object.freeze({
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
 * Waits that grow from attempt to attempt: before attempt n, anything from 0 up to `baseMs * factor ** (n -
 * 1)` ms, evenly, and never more than `maxMs`.
 *
 * It holds no state: one object serves any number of connections, and the code that tries again counts the
 * attempts.
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
export class Backoff implements BackoffSettings {
  readonly baseMs: number;
  readonly maxMs: number;
  readonly factor: number;
  readonly maxAttempts: number;
  readonly random: () => number;

  /**
   * @param defaults what stands in for options that are not given, where {@link BACKOFF_DEFAULTS} does not
   *   fit
   */
  constructor(options: BackoffOptions = {}, defaults: Partial<BackoffSettings> = {}) {
    checkNames(options);
    // Own properties alone: what pollutes Object.prototype is not an option.
    const given = Object.assign(Object.create(null) as BackoffOptions, options);
    const usual = { ...BACKOFF_DEFAULTS, ...defaults };
    // The default of one bound yields to the other bound, which somebody chose.
    this.baseMs = given.baseMs ?? Math.min(usual.baseMs, given.maxMs ?? Number.POSITIVE_INFINITY);
    this.maxMs = given.maxMs ?? Math.max(usual.maxMs, this.baseMs);
    this.factor = given.factor ?? usual.factor;
    this.maxAttempts = given.maxAttempts ?? usual.maxAttempts;
    this.random = given.random ?? usual.random;
    this.#check();
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
    // A large attempt overflows to Infinity, which the maximum cuts; 0 times that would be no number.
    return this.baseMs === 0 ? 0 : Math.min(this.maxMs, this.baseMs * this.factor ** (attempt - 1));
  }

  #check(): void {
    const { baseMs, maxMs, factor, maxAttempts, random } = this;
    const duration = 'a finite number of milliseconds of';
    expect('baseMs', baseMs, `${duration} 0 or more`, isFiniteFrom(0, baseMs));
    expect('maxMs', maxMs, `${duration} baseMs (${baseMs}) or more`, isFiniteFrom(baseMs, maxMs));
    expect('factor', factor, 'a finite number of 1 or more', isFiniteFrom(1, factor));
    expect('maxAttempts', maxAttempts, 'a whole number of 0 or more, or Infinity', isCount(maxAttempts));
    expect('random', random, 'a function', typeof random === 'function');
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

function expect(name: string, value: unknown, wanted: string, holds: boolean): void {
  if (holds) return;
  const got = typeof value === 'string' ? `'${value}'` : String(value);
  throw new BackoffError(name, `${name} must be ${wanted}, got ${got}`);
}

function isFiniteFrom(least: number, value: unknown): boolean {
  return typeof value === 'number' && value >= least && value < Number.POSITIVE_INFINITY;
}

function isCount(value: unknown): boolean {
  return value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && (value as number) >= 0);
}
