/**
 * The seam through which debug mode and traces watch a loop: hooks that cost one `undefined` check while
 * nobody looks.
 */

/** A task or an operation, as hooks see it. They may keep a reference to it, but must not change it. */
export interface Observed {
  readonly name: string;
}

/** How a task ended. */
export type TaskEnding = 'returned' | 'failed' | 'cancelled';

/**
 * Hooks around what a loop does. Each is called synchronously and must not throw, wait, or touch the loop.
 */
export interface Instrument {
  /** A task was created; `parent` is the task that did it. */
  taskCreated?(task: Observed, parent: Observed | undefined): void;
  /** A task has ended with a value or an error, and those that wait for it are about to hear. */
  taskDone?(task: Observed, how: TaskEnding, outcome: unknown): void;
  /** A step of a task, the end of a wait, or a callback has joined the ready queue. */
  turnReady?(turn: object): void;
  /** The loop begins to run something: a step of a task, the end of a wait, or a callback. */
  turnBegin?(turn: object): void;
  /** It has returned to the loop. Async functions whose promises it resolved go on next, in microtasks. */
  turnEnd?(turn: object): void;
  /** The task begins to wait for `what`. */
  waitBegan?(task: Observed, what: Observed): void;
  /**
   * The native promise that the task awaits is about to be resolved: the task goes on in the next microtask.
   * Waits that end otherwise end with a turn.
   */
  waitEnded?(task: Observed, what: Observed): void;
}

/**
 * Hooks around operations. They are the process's, not a loop's: an Op belongs to no loop before it begins.
 */
export interface OpProbe {
  /** An Op is being made: its constructors are still running. */
  opCreated(op: Observed): void;
  /** Somebody waits for it, or was kept from waiting by a cancellation. */
  opAwaited(op: Observed): void;
}

/** Holds the probe while debug mode is on; operations look here. */
export const opProbe: { current: OpProbe | undefined } = { current: undefined };

/** What instruments are attached to: a loop. */
export interface Instrumented {
  instrument: Instrument | undefined;
}

const attached = new WeakMap<Instrumented, readonly Instrument[]>();

/** Adds hooks beside those already there. Returns what takes them off again, harmless when repeated. */
export function attachInstrument(loop: Instrumented, instrument: Instrument): () => void {
  install(loop, [...(attached.get(loop) ?? []), instrument]);
  return () => {
    install(
      loop,
      (attached.get(loop) ?? []).filter((each) => each !== instrument),
    );
  };
}

function install(loop: Instrumented, instruments: readonly Instrument[]): void {
  attached.set(loop, instruments);
  loop.instrument = instruments.length > 1 ? combine(instruments) : instruments[0];
}

function combine(all: readonly Instrument[]): Instrument {
  return {
    taskCreated: (task, parent) => {
      for (const each of all) each.taskCreated?.(task, parent);
    },
    taskDone: (task, how, outcome) => {
      for (const each of all) each.taskDone?.(task, how, outcome);
    },
    turnReady: (turn) => {
      for (const each of all) each.turnReady?.(turn);
    },
    turnBegin: (turn) => {
      for (const each of all) each.turnBegin?.(turn);
    },
    turnEnd: (turn) => {
      for (const each of all) each.turnEnd?.(turn);
    },
    waitBegan: (task, what) => {
      for (const each of all) each.waitBegan?.(task, what);
    },
    waitEnded: (task, what) => {
      for (const each of all) each.waitEnded?.(task, what);
    },
  };
}
