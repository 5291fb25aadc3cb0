// Whose turn it is: what the loop's queue holds, as tasks and waits.

import { Continuation } from '../task/continuation.ts';
import type { Operation } from '../task/operation.ts';
import { Task, taskAt } from '../task/task.ts';

/** What a turn does, for people who watch. */
export interface TurnOwner {
  /** The task that runs next; `undefined` for callbacks and operations outside of tasks. */
  readonly task: Task<unknown> | undefined;
  /** What the task has waited for; `undefined` at its first step. */
  readonly waitedFor: Operation | undefined;
}

const NOBODY: TurnOwner = Object.freeze({ task: undefined, waitedFor: undefined });

/** Who takes `turn`; ask before it is taken. */
export function ownerOf(turn: object): TurnOwner {
  if (turn instanceof Task) return { task: turn, waitedFor: turn.waitingOn };
  if (turn instanceof Continuation && turn.place !== undefined)
    return { task: taskAt(turn.place), waitedFor: turn.source };
  return NOBODY;
}
