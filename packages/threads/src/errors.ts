/**
 * The errors of calls into other threads and processes, beside those the called function throws itself.
 *
 *   OxbowError
 *   ├── WorkerExitError     the worker ended under the call, or never started (`exitCode`, `signal`, `cause`)
 *   ├── BacklogFullError    more calls wait than may (`maxQueue`): slow down, or raise the limit
 *   ├── PoolClosedError     the pool takes no calls any more
 *   ├── ObjectClosedError   the object in the thread takes no calls any more
 *   └── UncloneableError    a value cannot cross unchanged (`path`): send what it is made of instead
 */

import { OxbowError, type OxbowErrorOptions } from '@oxbow/loop';

/** How a worker ended, as far as the system says. */
export interface WorkerExit {
  /** The exit code; `undefined` when a signal ended the process. */
  readonly exitCode: number | undefined;
  /** The signal that ended a worker process. */
  readonly signal: string | undefined;
  /** What it died of, when it could still say. */
  readonly cause: unknown;
}

/**
 * Raised in the call whose worker ended before answering: an uncaught error, `process.exit()`, out of memory,
 * a kill.
 *
 * A pool has replaced the worker already; an object is lost with its thread, and every later call of it fails
 * like this. Whether the call did its work is not known: repeat it only if it may run twice.
 */
export class WorkerExitError extends OxbowError {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;

  constructor(message: string, exit: WorkerExit, code = 'ERR_OXBOW_THREADS_WORKER_EXITED') {
    const options: OxbowErrorOptions = exit.cause === undefined ? { code } : { code, cause: exit.cause };
    super(message, options);
    this.exitCode = exit.exitCode;
    this.signal = exit.signal;
  }

  static {
    WorkerExitError.prototype.name = 'WorkerExitError';
  }
}

/** Raised for a call that would have had to wait while `maxQueue` calls wait already. */
export class BacklogFullError extends OxbowError {
  readonly maxQueue: number;

  constructor(owner: string, maxQueue: number) {
    super(`${owner} is full: ${maxQueue} of at most ${maxQueue} calls wait already (maxQueue)`, {
      code: 'ERR_OXBOW_THREADS_BACKLOG_FULL',
    });
    this.maxQueue = maxQueue;
  }

  static {
    BacklogFullError.prototype.name = 'BacklogFullError';
  }
}

/** Raised for a call to a pool that was closed or terminated. */
export class PoolClosedError extends OxbowError {
  constructor(pool: string) {
    super(`${pool} is closed`, { code: 'ERR_OXBOW_THREADS_POOL_CLOSED' });
  }

  static {
    PoolClosedError.prototype.name = 'PoolClosedError';
  }
}

/** Raised for a call of an object in a thread after `close()` or `terminate()`. */
export class ObjectClosedError extends OxbowError {
  constructor(object: string) {
    super(`${object} is closed`, { code: 'ERR_OXBOW_THREADS_OBJECT_CLOSED' });
  }

  static {
    ObjectClosedError.prototype.name = 'ObjectClosedError';
  }
}

/** Raised for an argument or a result that would arrive as something else, or not at all. */
export class UncloneableError extends OxbowError {
  /** Where in the call it stands, for example `argument 1.handlers[0]`. */
  readonly path: string;

  constructor(path: string, what: string, options: OxbowErrorOptions = {}) {
    super(`${path} cannot cross to the other side: ${what}`, {
      code: 'ERR_OXBOW_THREADS_UNCLONEABLE',
      ...options,
    });
    this.path = path;
  }

  static {
    UncloneableError.prototype.name = 'UncloneableError';
  }
}
