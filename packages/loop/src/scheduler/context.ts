/**
 * On whose behalf async code runs: the loop's own AsyncLocalStorage, how it is kept from leaking between turns, and how the
 * contexts of others come along.
 *
 * Entering is as expensive as a turn, so it is done once per async task. Where Node keeps async context in frames (24 and
 * later), each is a copy of the one before with an entry more. So a task starts in a scope without any, which also makes
 * leaving free. Elsewhere it is entered by `enterWith`. That is undone only before something runs that is not itself the
 * start of a task, so a batch of tasks is started without a step back in between.
 *
 * Once the program keeps contexts of its own (foreign-context.ts), whatever runs later is given the *surroundings* in which
 * it was created or registered: an AsyncResource, which holds every AsyncLocalStorage's value. An async function keeps them
 * itself across its waits; a generator is stepped inside them, and what a step enters holds for the next step. What has none
 * gets fresh ones, so that nothing entered in it reaches anybody else.
 */

import { AsyncResource, type ContextResource } from '../host/async-context.ts';
import { contexts, ownStorage, whenFirstEntered } from './foreign-context.ts';

const storage = ownStorage<unknown>();

/** The asynchronous context of a moment: the value of every AsyncLocalStorage, the loop's too. */
export type Surroundings = ContextResource;

/** What a loop has entered and not left; each loop's turns run in an async context of their own. */
export interface TurnContext {
  entered: boolean;
  /** Ends the batch of turns and goes on in a context of its own: what was entered in this one is to reach nobody else. */
  renew(): void;
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
  const scope = new AsyncResource('OxbowProbe');
  scope.runInAsyncScope(() => storage.enterWith(true));
  return scope.runInAsyncScope(() => storage.getStore()) === undefined;
}

const inFrames: boolean = hasFrames();

function enterAndRun<R>(owner: unknown, body: () => R): R {
  storage.enterWith(owner);
  return body();
}

/** Runs the start of `owner`, an async task, on a turn of a loop, in the surroundings it was created in. */
export function runForTurn<R>(owner: unknown, around: Surroundings | undefined, body: () => R): R {
  if (contexts.foreign) {
    leaveEntered();
    return (around ?? fresh()).runInAsyncScope(enterAndRun<R>, undefined, owner, body);
  }
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

/** The context of this module's loading, in which nothing of anybody's is ever run: what `fresh` copies. */
const untouched = new AsyncResource('OxbowOutside');

function newResource(): ContextResource {
  // Without the trigger's id Node looks for one, which takes as long as all the rest.
  return new AsyncResource('OxbowContext', 0);
}

/** Surroundings of nobody, for what has none. */
function fresh(): Surroundings {
  return untouched.runInAsyncScope(newResource);
}

/** The context of this module's loading. AsyncLocalStorage.snapshot() does the same and costs ten times as much. */
const outside: ContextResource = fresh();

/**
 * Calls a function on behalf of nobody, as if from the time this module was loaded. Network events and timers belong to no
 * task, not even to the one that opened what they come from. Without this they would count as done by that task and take its
 * cancellation.
 */
export function outsideAllTasks<R, A extends unknown[]>(call: (...args: A) => R, ...args: A): R {
  // Without frames, what somebody enters in a scope stays in it.
  const scope = contexts.foreign && !inFrames ? fresh() : outside;
  return scope.runInAsyncScope(call, undefined, ...args);
}

/** Makes a function that runs `body` in one async context of its own, on behalf of nobody, not even of its caller. */
export function inOwnScope(body: () => void): () => void {
  const scope = fresh();
  return () => scope.runInAsyncScope(body);
}

/** The context of this moment, if the program keeps any: for what is created now and runs later. */
export function surroundings(): Surroundings | undefined {
  return contexts.foreign ? newResource() : undefined;
}

/** A generator that is run in steps, each in the surroundings that the one before has left. */
export interface Surrounded {
  around: Surroundings | undefined;
  /** `undefined` once it has ended. */
  readonly generator: unknown;
}

type Step<S> = (stepped: S, mode: number, input: unknown) => void;

/** Takes a step of a generator in its surroundings; what it enters holds for its next steps. */
export function stepAround<S extends Surrounded>(
  stepped: S,
  step: Step<S>,
  mode: number,
  input: unknown,
): void {
  stepped.around ??= fresh();
  stepped.around.runInAsyncScope(stepInside<S>, undefined, stepped, step, mode, input);
}

function stepInside<S extends Surrounded>(stepped: S, step: Step<S>, mode: number, input: unknown): void {
  // The creator's context does not hold for the step.
  leaveOwner();
  step(stepped, mode, input);
  if (inFrames) keepSurroundings(stepped);
}

/** Takes over what a step has entered. */
export function keepSurroundings(stepped: Surrounded): void {
  stepped.around = stepped.generator === undefined ? undefined : newResource();
}

function leaveOwner(): void {
  if (storage.getStore() !== undefined) storage.enterWith(undefined);
}

/** Calls a handler on behalf of `owner`, or of nobody, in the surroundings in which it was registered. */
export function handleAround<R>(
  around: Surroundings | undefined,
  owner: unknown,
  handler: (outcome: unknown) => R,
  outcome: unknown,
): R {
  if (!contexts.foreign) {
    if (owner === undefined) leaveEntered();
    else enterForTurn(owner);
    return handler(outcome);
  }
  leaveEntered();
  return (around ?? fresh()).runInAsyncScope(enterAndHandle<R>, undefined, owner, handler, outcome);
}

function enterAndHandle<R>(owner: unknown, handler: (outcome: unknown) => R, outcome: unknown): R {
  if (storage.getStore() !== owner) storage.enterWith(owner);
  return handler(outcome);
}

/** A callback that is bound to the context in which it was registered. */
interface Bound {
  [BOUND]?: true;
}

const BOUND = Symbol('bound');

/** Binds a callback to the context of this moment, on behalf of no task; the callback itself while the program keeps no contexts. */
export function bindContext<A extends readonly unknown[], R>(callback: (...args: A) => R): (...args: A) => R {
  if (!contexts.foreign) return callback;
  const around = newResource();
  const boundCallback = (...args: A): R =>
    around.runInAsyncScope(callAsNobody<A, R>, undefined, callback, args);
  (boundCallback as Bound)[BOUND] = true;
  return boundCallback;
}

function callAsNobody<A extends readonly unknown[], R>(callback: (...args: A) => R, args: A): R {
  leaveOwner();
  return callback(...args);
}

/**
 * Keeps the context of this moment for events that come later, such as those of a connection that others opened. The function it
 * returns calls another in that context, on behalf of no task. `undefined` while the program keeps no contexts; call directly
 * then.
 */
export function captureContext(): (<R>(call: () => R) => R) | undefined {
  if (!contexts.foreign) return undefined;
  const around = newResource();
  return <R>(call: () => R): R => around.runInAsyncScope(callAsNobody<[], R>, undefined, call, []);
}

/** Calls a callback on a turn. What was registered before the program kept contexts is called in fresh ones. */
export function callOnTurn(callback: () => unknown): void {
  leaveEntered();
  if (!contexts.foreign || (callback as Bound)[BOUND]) callback();
  else fresh().runInAsyncScope(callback);
}

whenFirstEntered(() => turns?.renew());
