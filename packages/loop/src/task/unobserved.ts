/**
 * Failures nobody has looked at: reported once, when the future is collected or its loop ends, whichever is first.
 */

import { originOf } from '../debug/origin.ts';
import { isInstance } from '../errors.ts';
import { onExit } from '../host/program.ts';
import type { EventLoop } from '../scheduler/event-loop.ts';

/** One failure waiting to be looked at. It holds the error, never the future. */
export interface Unobserved {
  readonly loop: EventLoop;
  readonly name: string;
  readonly error: unknown;
  /** Where the future was created, when debug mode knows. */
  readonly createdAt: string | undefined;
}

const pending = new Set<Unobserved>();

const collected = new FinalizationRegistry<Unobserved>((failure) => {
  if (pending.delete(failure)) report(failure);
});

let exitHooked = false;

/** Keeps a failure until it is looked at or reported. */
function remember(loop: EventLoop, name: string, error: unknown, owner: object): Unobserved {
  const failure = { loop, name, error, createdAt: originOf(owner) };
  // Until its stack is asked for, an error holds the receivers of all its frames, and so the very task that failed.
  if (isInstance(error, Error)) void error.stack;
  pending.add(failure);
  collected.register(owner, failure, owner);
  if (!exitHooked) {
    exitHooked = true;
    onExit(() => reportUnobserved());
  }
  return failure;
}

/** Somebody looked. */
function forget(failure: Unobserved, owner: object): void {
  if (pending.delete(failure)) collected.unregister(owner);
}

/** Reports what is left of a loop that ends (of all loops, without one). */
export function reportUnobserved(loop?: EventLoop): void {
  for (const failure of [...pending]) {
    if (loop !== undefined && failure.loop !== loop) continue;
    pending.delete(failure);
    report(failure);
  }
}

function report(failure: Unobserved): void {
  failure.loop.report('A failure was never looked at', failure.error, failure.name, failure.createdAt);
}

/** Whether somebody has looked at an outcome: until then the failure, if there is one. */
export type Seen = boolean | Unobserved;

/** Something whose failure is reported once if nobody ever looks at it. */
export interface Watched {
  seen: Seen;
  readonly name: string;
  readonly outcome: unknown;
  /** The loop that reports its failure. */
  readonly homeLoop: EventLoop;
}

/** Somebody looks, or waits to. */
export function look(watched: Watched): void {
  if (typeof watched.seen === 'object') forget(watched.seen, watched);
  watched.seen = true;
}

/** It has failed: kept for the report, unless somebody waits to look. */
export function rememberUnseen(watched: Watched): void {
  if (watched.seen === false) {
    watched.seen = remember(watched.homeLoop, watched.name, watched.outcome, watched);
  }
}

/** Something whose failure was shielded. */
interface Shielded {
  readonly name: string;
  readonly outcome: unknown;
  readonly observed: boolean;
  observe(): void;
}

/** What was shielded from the cancellation of the last one who waited for it, with the loop of that one. */
const shielded = new WeakMap<Shielded, EventLoop>();

/** Who waited for it has left: if it fails while nobody waits, that is reported at once. */
export function reportIfItFails(op: Shielded, loop: EventLoop): void {
  shielded.set(op, loop);
}

/** It has failed, and nobody waited. */
export function reportIfShielded(op: Shielded): void {
  const loop = shielded.get(op);
  if (loop === undefined || op.observed) return;
  op.observe();
  loop.report('A shielded failure was never looked at', op.outcome, op.name);
}
