// The seam through which debug mode watches a loop: one slot, whose hooks cost one `undefined` check when it is empty.

/** What an instrument is told about a task or an Op: it may keep it, never change it. */
export interface Observed {
  readonly name: string;
}

/**
 * Hooks around everything a loop does. Each is called synchronously and must not throw, wait, or touch the loop.
 */
export interface Instrument {
  /** A task was created; `parent` is the task that did it. */
  taskCreated?(task: Observed, parent: Observed | undefined): void;
  /** A task, or with `undefined` a callback, begins to hold the loop. */
  stepBegin?(task: Observed | undefined, what: string): void;
  /** It gives the loop back. */
  stepEnd?(task: Observed | undefined): void;
  /** The task waits on `what`. */
  taskSuspended?(task: Observed, what: Observed): void;
  taskDone?(task: Observed): void;
  /** An Op exists but has not begun. */
  opCreated?(op: Observed): void;
  opStarted?(op: Observed): void;
}
