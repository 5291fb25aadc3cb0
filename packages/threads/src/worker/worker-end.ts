/** How the end of a worker is put into words for the calls it was to run. */

import { type WorkerExit, WorkerExitError } from '../errors.ts';

/** For the call that was to be the first of a worker that never came up. */
export function notStarted(pool: string, exit: WorkerExit): WorkerExitError {
  return new WorkerExitError(
    `A worker of ${pool} ended before it could take calls (${describeExit(exit)})`,
    exit,
    'ERR_OXBOW_THREADS_WORKER_NOT_STARTED',
  );
}

/** For a call whose function may have begun. */
export function exitedUnder(call: string, exit: WorkerExit): WorkerExitError {
  return new WorkerExitError(`The worker ended while it ran ${call}() (${describeExit(exit)})`, exit);
}

/** For a call of an object whose thread is gone: its function has not begun. */
export function exitedBefore(call: string, exit: WorkerExit): WorkerExitError {
  return new WorkerExitError(`The worker ended before it ran ${call}() (${describeExit(exit)})`, exit);
}

function describeExit({ exitCode, signal, cause }: WorkerExit): string {
  const how = signal === undefined ? `exit code ${exitCode ?? 'unknown'}` : `signal ${signal}`;
  return cause instanceof Error ? `${how}: ${cause.message}` : how;
}
