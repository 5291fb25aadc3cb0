/** The one place that asks the host what time it is, and asks to be woken. */

/** Where a loop gets its time from. Times are milliseconds since an arbitrary start and never run backwards. */
export interface Clock {
  /** The present time in milliseconds. */
  now(): number;
  /**
   * Calls `wake` once, at or after `atMs`. The loop asks only when it has nothing else to do, which is when a
   * virtual clock may jump. Returns what takes the request back.
   */
  setAlarm(atMs: number, wake: () => void): () => void;
}

/** setTimeout fires at once for anything longer (2^31 - 1 ms, about 24.8 days), so long waits are cut here. */
const MAX_HOST_DELAY_MS = 2 ** 31 - 1;

/** The clock of the machine: monotonic, not touched by changes of the wall clock. */
export class SystemClock implements Clock {
  now(): number {
    return performance.now();
  }

  setAlarm(atMs: number, wake: () => void): () => void {
    // Rounded up: a timer may be late, never early.
    const delayMs = Math.min(Math.max(1, Math.ceil(atMs - performance.now())), MAX_HOST_DELAY_MS);
    const timer = setTimeout(wake, delayMs);
    return () => clearTimeout(timer);
  }
}
