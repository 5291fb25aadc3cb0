/**
 * Finds Ops that nobody ever waits for: `sleep(1)` without `await`. One that will be awaited later looks just
 * like one that was forgotten, so each is watched until it is awaited, until it is garbage-collected, or
 * until its loop ends.
 */

import { type Instrumented, type Observed, type OpProbe, opProbe } from './instrument.ts';
import { placeIn, type StackHolder, takeOpStack } from './origin.ts';
import { followTurns, runningLoop } from './running.ts';

/**
 * How many Ops are watched at a time. A program that makes more before it awaits them has the rest unwatched.
 */
export const MAX_WATCHED_OPS = 10_000;

/** Called for each Op that never started, with the place where it was made, if that is known. */
export type OnNeverStarted = (name: string, createdAt: string | undefined) => void;

/** Gives the loop that belongs to the process, if there is one yet. */
export type ImplicitLoop = () => object | undefined;

interface Record {
  readonly loop: object;
  readonly name: string;
  readonly stack: StackHolder | undefined;
}

const listeners = new Map<object, OnNeverStarted>();
let implicit: ImplicitLoop = () => undefined;
const open = new Set<Record>();
const records = new WeakMap<object, Record>();
const collected = new FinalizationRegistry<Record>((record) => {
  if (open.delete(record)) tell(record);
});

// Nearly every Op is awaited before the next one is made. So the newest is only noted here, in variables
// rather than in an object, because this happens for every Op of every turn.
let newestOp: Observed | undefined;
let newestLoop: object | undefined;
let newestStack: StackHolder | undefined;

const probe: OpProbe = {
  opCreated(op) {
    if (newestOp !== undefined) settleNewest();
    const loop = runningLoop() ?? implicit();
    if (loop === undefined || !listeners.has(loop)) return;
    newestOp = op;
    newestLoop = loop;
    newestStack = takeOpStack();
  },
  opAwaited(op) {
    if (newestOp === op) {
      newestOp = undefined;
      newestLoop = undefined;
      newestStack = undefined;
      return;
    }
    const record = records.get(op);
    if (record === undefined || !open.delete(record)) return;
    records.delete(op);
    collected.unregister(op);
  },
};

/**
 * Reports Ops made on `loop` that nobody waits for: when they are collected, and what is left when the
 * returned function is called. One that is made outside of all loops belongs to the implicit one.
 */
export function watchOps(
  loop: Instrumented,
  implicitLoop: ImplicitLoop,
  onNeverStarted: OnNeverStarted,
): () => void {
  listeners.set(loop, onNeverStarted);
  implicit = implicitLoop;
  opProbe.current = probe;
  const stopFollowing = followTurns(loop);
  return () => {
    stopFollowing();
    settleNewest();
    for (const record of [...open]) {
      if (record.loop !== loop) continue;
      open.delete(record);
      tell(record);
    }
    listeners.delete(loop);
    if (listeners.size === 0) opProbe.current = undefined;
  };
}

/** The newest Op was not awaited before the next was made: from now on it is watched. */
function settleNewest(): void {
  const op = newestOp;
  const loop = newestLoop;
  const stack = newestStack;
  newestOp = undefined;
  newestLoop = undefined;
  newestStack = undefined;
  if (op === undefined || loop === undefined || open.size >= MAX_WATCHED_OPS) return;
  const record = { loop, name: op.name, stack };
  open.add(record);
  records.set(op, record);
  collected.register(op, record, op);
}

function tell(record: Record): void {
  listeners.get(record.loop)?.(record.name, placeIn(record.stack));
}
