/**
 * The loop of a worker: an EventLoop that can start a task at once, without a turn. A function that does not
 * wait is then done before the thread looks at anything else.
 */

import { leaveEntered, takingTurns } from '../scheduler/context.ts';
import { EventLoop } from '../scheduler/event-loop.ts';
import { FULFILLED } from '../task/operation.ts';
import { Task } from '../task/task.ts';
import { CallSignal } from './call-signal.ts';

/** The task of a call: its signal sees requests that no message has brought yet. */
export class CallTask extends Task<unknown> {
  readonly #look: () => boolean;

  /** @param look reads the request from shared memory, and has the task cancelled when there is one */
  constructor(source: () => unknown, loop: EventLoop, name: string, look: () => boolean) {
    super(source, loop, undefined, name, false);
    this.#look = look;
  }

  /** @internal */
  override createController(): AbortController {
    return new CallSignal(this.#look);
  }
}

/** Told once, as soon as a task has ended, with its result or what it failed with. */
export type CallEnd = (succeeded: boolean, outcome: unknown) => void;

/** Runs the tasks of calls, and everything those start. */
export class CallLoop extends EventLoop {
  /**
   * A new task that waits for `begin`.
   *
   * @param look whether it is to stop, read from memory that the caller shares; has the task cancelled when
   *   it is
   * @param onEnd is told of its end, at once; a failure is its to report
   */
  newTask(source: () => unknown, name: string, look: () => boolean, onEnd: CallEnd): CallTask {
    const task = new CallTask(source, this, name, look);
    task.observe();
    task.addWaiter({ wake: () => onEnd(task.progress === FULFILLED, task.outcome) });
    return task;
  }

  /** Takes the task's first turn: now, or next when a turn is being taken already. */
  begin(task: CallTask): void {
    if (EventLoop.active !== undefined) {
      this.ready(task);
      return;
    }
    takingTurns({ entered: false, renew: () => {} });
    try {
      task.takeTurn();
    } finally {
      leaveEntered();
      takingTurns(undefined);
    }
  }
}
