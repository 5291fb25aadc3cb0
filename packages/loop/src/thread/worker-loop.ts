// The loop of a worker: an EventLoop that can start a task at once, without a turn. A function that does not wait is
// done then, before the thread looks at anything else.

import { leaveEntered, takingTurns } from '../scheduler/context.ts';
import { EventLoop } from '../scheduler/event-loop.ts';
import type { Turn } from '../scheduler/ready-queue.ts';
import { Task } from '../task/task.ts';
import { SharedSignal } from './shared-signal.ts';

/** The task of a call: its signal sees requests that no message has brought yet. */
export class CallTask extends Task<unknown> {
  readonly #look: () => boolean;
  #controller: AbortController | undefined = undefined;

  /** @param look reads the request from shared memory, and has the task cancelled when there is one */
  constructor(source: () => unknown, loop: EventLoop, name: string, look: () => boolean) {
    super(source, loop, undefined, name);
    this.#look = look;
  }

  /** @internal */
  override get controller(): AbortController | undefined {
    this.#controller ??= new SharedSignal(this, this.#look);
    return this.#controller;
  }

  override set controller(controller: AbortController | undefined) {
    this.#controller = controller;
  }
}

/** Runs the tasks of calls, and everything those start. */
export class WorkerLoop extends EventLoop {
  #holdsBack = false;

  /** A new task that waits for `begin`. Its failure is the caller's to report. */
  newTask(source: () => unknown, name: string, look: () => boolean): CallTask {
    this.#holdsBack = true;
    const task = new CallTask(source, this, name, look);
    task.observe();
    return task;
  }

  /** Takes the task's first turn: now, or next when a turn is being taken already. */
  begin(task: CallTask): void {
    if (EventLoop.active !== undefined) {
      super.ready(task);
      return;
    }
    takingTurns({ entered: false });
    try {
      task.takeTurn();
    } finally {
      leaveEntered();
      takingTurns(undefined);
    }
  }

  /** @internal */
  override ready(turn: Turn): void {
    if (this.#holdsBack) this.#holdsBack = false;
    else super.ready(turn);
  }
}
