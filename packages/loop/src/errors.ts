/**
 * The errors of the loop, one class for each thing a caller can do about it.
 *
 *   OxbowError (code, cause)
 *   ├── CancelledError        the task, scope or future was cancelled: let it pass, or clean up and rethrow
 *   ├── TimeoutError          a deadline passed (`timeoutMs`)
 *   ├── InvalidStateError     a future was settled twice, or read before it was done
 *   ├── QueueEmpty, QueueFull the …NoWait forms would have had to wait
 *   ├── QueueShutDown         the queue was shut down
 *   ├── BrokenBarrierError    the barrier was aborted or reset while waiting
 *   └── UsageError            a call that can never be right; the message says what to write instead
 */

/** What every Oxbow error can be built with. */
export interface OxbowErrorOptions {
  /** Stable and greppable, `ERR_OXBOW_<PACKAGE>_<WHAT>`. */
  readonly code?: string;
  /** The error this one translates. */
  readonly cause?: unknown;
}

/**
 * Base of every error raised by Oxbow packages; `code` is stable, `message` is for people.
 *
 * @example
 * ```ts
 * import { OxbowError, Queue } from '@oxbow/loop';
 *
 * try {
 *   new Queue<number>().getNoWait();
 * } catch (error) {
 *   if (error instanceof OxbowError) console.log(error.code); // ERR_OXBOW_LOOP_QUEUE_EMPTY
 * }
 * ```
 */
export class OxbowError extends Error {
  readonly code: string;

  constructor(message: string, options: OxbowErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = options.code ?? 'ERR_OXBOW';
  }

  static {
    OxbowError.prototype.name = 'OxbowError';
  }
}

/**
 * Raised in whatever a cancelled task or scope is waiting for.
 *
 * Clean up in `finally`, or catch and rethrow it: swallowing it turns the cancellation into a normal result.
 *
 * @example
 * ```ts
 * import { CancelledError, createTask, sleep } from '@oxbow/loop';
 *
 * const task = createTask(async () => sleep(1000));
 * task.cancel();
 * try {
 *   await task;
 * } catch (error) {
 *   if (!(error instanceof CancelledError)) throw error;
 * }
 * ```
 */
export class CancelledError extends OxbowError {
  /**
   * What was given to `cancel(reason)`. An error, such as the reason of an AbortSignal, is the `cause` too.
   */
  readonly reason: unknown;

  constructor(reason?: unknown) {
    const code = 'ERR_OXBOW_LOOP_CANCELLED';
    super(describeReason(reason), isInstance(reason, Error) ? { code, cause: reason } : { code });
    this.reason = reason;
  }

  static {
    CancelledError.prototype.name = 'CancelledError';
  }

  /**
   * `reason` itself when it is a CancelledError, so that one request stays one error on its way through
   * tasks.
   */
  static from(reason: unknown): CancelledError {
    return isCancelled(reason) ? reason : new CancelledError(reason);
  }
}

/** `instanceof` for a value of anybody's: what cannot be asked (a revoked Proxy) is an instance of nothing. */
export function isInstance<T>(value: unknown, of: abstract new (...args: never[]) => T): value is T {
  try {
    return value instanceof of;
  } catch {
    return false;
  }
}

/** Whether a failure is a cancellation. */
export function isCancelled(error: unknown): error is CancelledError {
  return isInstance(error, CancelledError);
}

/**
 * Whether foreign code ended because its signal was aborted on behalf of `request`. Many functions reject
 * with an AbortError of their own instead of the signal's reason, with it as the cause at best.
 */
export function isAbortOf(request: CancelledError, error: unknown): boolean {
  if (!isInstance(error, Error)) return false;
  try {
    return error.name === 'AbortError' && (error.cause === undefined || error.cause === request);
  } catch {
    return false;
  }
}

/** Names what a failure came out of, unless it names a cause itself: the deadline whose cleanup failed. */
export function addCause(error: unknown, cause: Error): void {
  if (!isInstance(error, Error)) return;
  try {
    if (error.cause !== undefined) return;
    Object.defineProperty(error, 'cause', { value: cause, configurable: true, writable: true });
  } catch {
    // Frozen, or a Proxy that refuses: it stays as it is.
  }
}

function describeReason(reason: unknown): string {
  if (reason === undefined) return 'Cancelled';
  try {
    return `Cancelled: ${isInstance(reason, Error) ? reason.message : String(reason)}`;
  } catch {
    // It has no text, or does not give it.
    return `Cancelled: ${typeof reason}`;
  }
}

/**
 * Raised when a deadline passes before the work is done.
 *
 * @example
 * ```ts
 * import { sleep, TimeoutError, waitFor } from '@oxbow/loop';
 *
 * try {
 *   await waitFor(sleep(1000), 10);
 * } catch (error) {
 *   if (error instanceof TimeoutError) console.log(error.timeoutMs); // 10
 * }
 * ```
 */
export class TimeoutError extends OxbowError {
  /** The time that was allowed, in milliseconds. */
  readonly timeoutMs: number;

  constructor(timeoutMs: number, options: OxbowErrorOptions & { readonly message?: string } = {}) {
    super(options.message ?? `Timed out after ${timeoutMs} ms`, {
      code: 'ERR_OXBOW_LOOP_TIMEOUT',
      ...options,
    });
    this.timeoutMs = timeoutMs;
  }

  static {
    TimeoutError.prototype.name = 'TimeoutError';
  }
}

/** Raised when a future or task is settled a second time, or asked for a result it does not have yet. */
export class InvalidStateError extends OxbowError {
  constructor(message: string) {
    super(message, { code: 'ERR_OXBOW_LOOP_INVALID_STATE' });
  }

  static {
    InvalidStateError.prototype.name = 'InvalidStateError';
  }
}

/** Raised by `getNoWait()` when the queue holds nothing. */
export class QueueEmpty extends OxbowError {
  constructor() {
    super('The queue is empty', { code: 'ERR_OXBOW_LOOP_QUEUE_EMPTY' });
  }

  static {
    QueueEmpty.prototype.name = 'QueueEmpty';
  }
}

/** Raised by `putNoWait()` when the queue already holds `maxSize` items. */
export class QueueFull extends OxbowError {
  readonly maxSize: number;

  constructor(maxSize: number) {
    super(`The queue is full: it holds ${maxSize} of at most ${maxSize} items`, {
      code: 'ERR_OXBOW_LOOP_QUEUE_FULL',
    });
    this.maxSize = maxSize;
  }

  static {
    QueueFull.prototype.name = 'QueueFull';
  }
}

/** Raised by `put` on a queue that was shut down, and by `get` once such a queue is empty. */
export class QueueShutDown extends OxbowError {
  constructor() {
    super('The queue was shut down', { code: 'ERR_OXBOW_LOOP_QUEUE_SHUT_DOWN' });
  }

  static {
    QueueShutDown.prototype.name = 'QueueShutDown';
  }
}

/** Raised in every task waiting at a barrier that is aborted, reset, or left by a cancelled party. */
export class BrokenBarrierError extends OxbowError {
  constructor(message = 'The barrier is broken') {
    super(message, { code: 'ERR_OXBOW_LOOP_BROKEN_BARRIER' });
  }

  static {
    BrokenBarrierError.prototype.name = 'BrokenBarrierError';
  }
}

/** Raised for a call that can never be right: the message says what to write instead. */
export class UsageError extends OxbowError {
  static {
    UsageError.prototype.name = 'UsageError';
  }
}
