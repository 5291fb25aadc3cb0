// What a task remembers of requests to cancel it. Most tasks are never cancelled, so it is made for the first request.

import type { CancelledError } from '../errors.ts';
import type { Region } from './current.ts';

/** The state of a task's cancellation. */
export class Cancellation {
  /** How many times `cancel()` was called, less `uncancel()`. */
  requests = 0;
  /** How many of the task's regions have a request that waits must look at. */
  pending = 0;
  /** The task's own request, as a region; see Region. */
  request: CancelledError | undefined = undefined;
  requestedAt = 0;
  due = false;
  /** The task's waits are being told of a request at this moment. */
  delivering = false;
  level = false;
  /** The latest request that the running task made itself. */
  ofItself: CancelledError | undefined = undefined;
  controller: AbortController | undefined = undefined;
  /** Regions whose signal somebody asked for. */
  signalled: Set<Region> | undefined = undefined;
  /** The innermost frame is being unwound, and its callers up to this region's. */
  unwindTo: Region | undefined = undefined;
  /** The wait was cancelled on behalf of this region: unwind when it ends. */
  unwindOnWake: Region | undefined = undefined;
}
