// On whose behalf async code runs: the one AsyncLocalStorage, and how the loop keeps it from leaking between turns.
//
// Entering is as expensive as several turns, so it is done once per async task, by `enterWith`, and undone only before
// something runs that is not itself the start of a task: a batch of tasks is started without a step back in between.

import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage<unknown>();

let entered = false;

/** What was entered for the running code; `undefined` outside. */
export function ambient(): unknown {
  return storage.getStore();
}

/** Enters `owner` for the rest of the turn. Only turns of the loop may call it, which leave again. */
export function enterForTurn(owner: unknown): void {
  entered = true;
  storage.enterWith(owner);
}

/** Undoes `enterForTurn`, if there is something to undo. */
export function leaveEntered(): void {
  if (!entered) return;
  entered = false;
  storage.enterWith(undefined);
}

/** Runs `body` on behalf of `owner`, wherever it is called. */
export function runAs<R>(owner: unknown, body: () => R): R {
  return storage.run(owner, body);
}

/** Runs everything it is given as this module was loaded: on behalf of nobody. */
export const outsideAllTasks: <R>(body: () => R) => R = AsyncLocalStorage.snapshot();
