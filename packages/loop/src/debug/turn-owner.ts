/** Tells for an entry of the ready queue which task will run, and what that task has waited for. */

import { Continuation } from '../task/continuation.ts';
import type { Operation } from '../task/operation.ts';
import { Task, taskAt } from '../task/task.ts';

/** The task that a turn belongs to, and the wait that it ends. */
export interface TurnOwner {
  /** The task that runs next; `undefined` for callbacks and operations outside of tasks. */
  readonly task: Task<unknown> | undefined;
  /** What the task has waited for; `undefined` at its first step. */
  readonly waitedFor: Operation | undefined;
}

const NOBODY: TurnOwner = Object.freeze({ task: undefined, waitedFor: undefined });

/** The owner of a turn. Ask before the turn is taken: afterwards the wait is gone. */
export function ownerOf(turn: object): TurnOwner {
  if (turn instanceof Task) return { task: turn, waitedFor: turn.waitingOn };
  if (turn instanceof Continuation && turn.place !== undefined)
    return { task: taskAt(turn.place), waitedFor: turn.source };
  return NOBODY;
}
