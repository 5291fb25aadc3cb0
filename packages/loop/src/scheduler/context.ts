// On whose behalf async code runs: the one AsyncLocalStorage, and how the loop keeps it from leaking between turns.
//
// Entering is as expensive as a turn, so it is done once per async task. Where Node keeps async context in frames (24 and
// later), each is a copy of the one before with an entry more; so a task starts in a scope without any, which also makes
// leaving free. Elsewhere it is entered by `enterWith`, and undone only before something runs that is not itself the
// start of a task: a batch of tasks is started without a step back in between.

import { AsyncLocalStorage, AsyncResource } from '../host/async-context.ts';

const storage = new AsyncLocalStorage<unknown>();

/** What a loop has entered and not left; each loop's turns run in an async context of their own. */
export interface TurnContext {
  entered: boolean;
}

/** The loop whose turns are being taken, if any are. */
let turns: TurnContext | undefined;

/** A loop begins to take turns, or with `undefined` has taken them. What it entered last stays, until it is in the way. */
export function takingTurns(context: TurnContext | undefined): void {
  turns = context;
}

/** What was entered for the running code; `undefined` outside. */
export function ambient(): unknown {
  return storage.getStore();
}

/** Enters `owner` for the rest of the turn. Only turns of a loop may call it. */
export function enterForTurn(owner: unknown): void {
  if (turns !== undefined) turns.entered = true;
  storage.enterWith(owner);
}

/** A scope of which `enterWith` changes nothing that outlives it, if Node keeps async context in frames. */
const empty = new AsyncResource('OxbowTurn');

function hasFrames(): boolean {
  const probe = new AsyncLocalStorage<true>();
  const scope = new AsyncResource('OxbowProbe');
  scope.runInAsyncScope(() => probe.enterWith(true));
  const left = scope.runInAsyncScope(() => probe.getStore());
  probe.disable();
  return left === undefined;
}

const inFrames: boolean = hasFrames();

function enterAndRun<R>(owner: unknown, body: () => R): R {
  storage.enterWith(owner);
  return body();
}

/** Runs the start of `owner`, an async task, on a turn of a loop. */
export function runForTurn<R>(owner: unknown, body: () => R): R {
  if (inFrames) return empty.runInAsyncScope(enterAndRun<R>, undefined, owner, body);
  enterForTurn(owner);
  return body();
}

/** Undoes `enterForTurn`, if there is something to undo. */
export function leaveEntered(): void {
  if (turns === undefined || !turns.entered) return;
  turns.entered = false;
  storage.enterWith(undefined);
}

/** Runs `body` on behalf of `owner`, wherever it is called. */
export function runAs<R>(owner: unknown, body: () => R): R {
  return storage.run(owner, body);
}

/** The context of this module's loading. AsyncLocalStorage.snapshot() does the same and costs ten times as much. */
const outside = new AsyncResource('OxbowOutside');

/**
 * Calls a function on behalf of nobody, as if from the time this module was loaded: network events and timers belong to no
 * task, whoever opened what they come from, and would else count as done by that task and take its cancellation.
 */
export function outsideAllTasks<R, A extends unknown[]>(call: (...args: A) => R, ...args: A): R {
  return outside.runInAsyncScope(call, undefined, ...args);
}

/** Makes a function that runs `body` in one async context of its own, on behalf of nobody, whoever calls it. */
export function inOwnScope(body: () => void): () => void {
  const scope = outsideAllTasks(() => new AsyncResource('OxbowLoop'));
  return () => scope.runInAsyncScope(body);
}
