/**
 * Drives the generators of one task: resumes the innermost frame until it waits, and unwinds frames when the task, or a
 * region of it, is cancelled. It knows generators, frames and regions; not what is waited for.
 */

import { placeOfGenerator } from '../debug/generator-location.ts';
import { CancelledError, UsageError } from '../errors.ts';
import { keepSurroundings, leaveEntered, type Surroundings, stepAround } from '../scheduler/context.ts';
import { contexts } from '../scheduler/foreign-context.ts';
import { shown } from '../shown-value.ts';
import { driver } from './current.ts';
import type { Frame } from './frame.ts';
import { countNesting, type Entering, handover, nestingReads } from './handover.ts';
import { CANCELLED, FULFILLED, type Operation, PENDING, REJECTED } from './operation.ts';
import { dueAt, type Region, type Root, rootOf, type TaskCore } from './region.ts';
import { type Coroutine, RESUMED, SUSPEND } from './suspension.ts';

/** A constant for V8; see operation.ts. */
const kept = contexts;

/** A task made of generator frames. */
export interface Stepped extends TaskCore {
  /** The innermost frame's generator. */
  generator: Coroutine<unknown> | undefined;
  frame: Frame | undefined;
  waitingOn: Operation | undefined;
  /** The asynchronous context of its steps, if the program keeps any. */
  around: Surroundings | undefined;
  /** Ends the task. */
  returned(value: unknown): void;
  threw(error: unknown): void;
  unwound(): void;
}

const NEXT = 0;
const RETURN = 1;
const THROW = 2;

/**
 * Waits that a frame may begin while it is unwound, each ended by a return(), before it is dropped. Only one that begins another
 * wait in answer to every return() (`finally { continue }`) comes so far.
 */
const MAX_DENIED_WAITS = 10_000;

/** A suspension read by one `yield*` and by the driver came from the frame itself. */
const READS_WHEN_DIRECT = 2;

/** Resumes a task whose wait is over (or which has not begun: `input` is undefined then) until it waits again or ends. */
export function step(task: Stepped, input: unknown): void {
  const waitedFor = task.waitingOn;
  task.waitingOn = undefined;
  // Most tasks are never cancelled, nor any region of theirs: those have no root to look at.
  const mode = task.root !== undefined && unwindsAfter(task, task.root, waitedFor) ? RETURN : NEXT;
  leaveEntered();
  const before = driver.stepping;
  driver.stepping = task;
  if (kept.foreign) stepAround(task, stepUntilWaiting, mode, input);
  else {
    stepUntilWaiting(task, mode, input);
    // It was the first of the program to enter a context.
    if (kept.foreign) keepSurroundings(task);
  }
  driver.stepping = before;
}

/** Whether the end of a wait begins, or goes on with, the unwinding of a cancelled task. */
function unwindsAfter(task: Stepped, root: Root, waitedFor: Operation | undefined): boolean {
  let unwinds = false;
  const target = root.unwindOnWake;
  if (target !== undefined) {
    root.unwindOnWake = undefined;
    // What was waited for came all the same, or failed: that is worth more than the cancellation. After a value the
    // request is due again, at the next wait.
    if (waitedFor?.progress === FULFILLED) target.dueAgain();
    else if (waitedFor?.progress !== REJECTED) {
      unwindTo(task, root, target);
      unwinds = true;
    }
  }
  if (waitedFor?.progress === CANCELLED && waitedFor.transparent) {
    // An async body inside has seen the request as an error; the generator's own frames are unwound.
    const requested = task.place.region?.requesterOf(waitedFor.outcome);
    if (requested !== undefined) {
      unwindTo(task, root, requested);
      unwinds = true;
    }
  }
  return unwinds;
}

function stepUntilWaiting(task: Stepped, firstMode: number, firstInput: unknown): void {
  let mode = firstMode;
  let input = firstInput;
  let denied = 0;
  for (;;) {
    const unwinding = task.root?.unwindTo !== undefined;
    if (unwinding) countNesting(true);
    const generator = task.generator!;
    let result: IteratorResult<unknown, unknown>;
    try {
      if (mode === NEXT) result = generator.next(input);
      else if (mode === RETURN) result = generator.return(undefined);
      else result = generator.throw(input);
      mode = NEXT;
    } catch (error) {
      if (unwinding) countNesting(false);
      clearHandover(task);
      const { frame } = task;
      if (frame === undefined) {
        task.threw(error);
        return;
      }
      popFrame(task, frame);
      frame.op.exit('threw', error);
      mode = NEXT;
      input = RESUMED;
      continue;
    }
    input = RESUMED;
    if (unwinding) countNesting(false);
    if (!result.done) {
      const next = onSuspended(task, result.value);
      if (next === undefined) return;
      mode = next.mode;
      input = next.input;
      if (next.mode !== RETURN) continue;
      if (next === denyWait && denied === 0) reportUnwindWait(task);
      if (++denied < MAX_DENIED_WAITS) continue;
    } else if (handover.op !== undefined) clearHandover(task);
    denied = 0;
    const next = leaveFrame(task, result.value);
    if (next === undefined) return;
    mode = next;
  }
}

/** The innermost generator has ended: goes back to its caller. Returns how that goes on; `undefined`: the task has ended. */
function leaveFrame(task: Stepped, value: unknown): number | undefined {
  const { frame } = task;
  const target = task.root?.unwindTo;
  if (frame === undefined) {
    if (target === undefined) task.returned(value);
    else task.unwound();
    return undefined;
  }
  if (target !== undefined) return leaveUnwound(task, frame, target) ? RETURN : NEXT;
  popFrame(task, frame);
  frame.op.exit('returned', value);
  return NEXT;
}

/** The generator has ended otherwise than the Op meant that it began to iterate over by hand. */
function clearHandover(task: Stepped): void {
  handover.op?.removeWaiter(task);
  handover.op = undefined;
  handover.entering = undefined;
  handover.declined = false;
}

interface Resumption {
  readonly mode: number;
  readonly input: unknown;
}

const unwindNow: Resumption = { mode: RETURN, input: undefined };
const beginFrame: Resumption = { mode: NEXT, input: undefined };
/** Ends a wait that a plainly nested generator has begun in its cleanup: nothing there can catch a return(). */
const denyWait: Resumption = { mode: RETURN, input: undefined };

/** Takes up the Op that has suspended the generator; returns what to do with it, `undefined` for nothing: it waits. */
function onSuspended(task: Stepped, yielded: unknown): Resumption | undefined {
  const { op } = handover;
  handover.op = undefined;
  if (yielded !== SUSPEND || op === undefined) return { mode: THROW, input: strayYield(task, yielded) };
  if (handover.declined) {
    handover.declined = false;
    const due = dueAt(task.place);
    const root = rootOf(task);
    unwindTo(task, root, due ?? root);
    return unwindNow;
  }
  const { root } = task;
  if (root?.unwindTo !== undefined && nestingReads() > READS_WHEN_DIRECT) {
    handover.entering = undefined;
    root.unwindOnWake?.dueAgain();
    root.unwindOnWake = undefined;
    withdraw(task, op);
    return denyWait;
  }
  const { entering } = handover;
  if (entering !== undefined) return enterFrame(task, entering);
  task.waitingOn = op;
  return undefined;
}

function enterFrame(task: Stepped, entering: Entering): Resumption {
  handover.entering = undefined;
  try {
    const { generator, place } = entering.enter(task.place);
    const unwindsTo = task.root?.unwindTo;
    task.frame = {
      generator: task.generator!,
      place,
      unwindTo: unwindsTo,
      op: entering,
      below: task.frame,
    };
    task.generator = generator;
    if (unwindsTo !== undefined) task.root!.unwindTo = undefined;
  } catch (error) {
    return { mode: THROW, input: error };
  }
  return beginFrame;
}

function popFrame(task: Stepped, frame: Frame): void {
  task.frame = frame.below;
  task.generator = frame.generator;
  if (task.root !== undefined) task.root.unwindTo = frame.unwindTo;
}

/** Goes back to the caller of an unwound frame; returns true when the caller is to be unwound too. */
function leaveUnwound(task: Stepped, frame: Frame, target: Region): boolean {
  const left = frame.place;
  popFrame(task, frame);
  const root = rootOf(task);
  if (left === target && left !== task.place) {
    // An outer request that came meanwhile must not be absorbed by this region's own ending.
    const outer = target.shield ? undefined : dueAt(task.place);
    if (outer === undefined) {
      frame.op.exit('unwound', target.requested);
      return false;
    }
    frame.op.abandon();
    unwindTo(task, root, outer);
    return true;
  }
  frame.op.abandon();
  unwindTo(task, root, target);
  return true;
}

/** Marks the innermost frame as unwinding to the outer of `target` and where it was going already. */
function unwindTo(task: Stepped, root: Root, target: Region): void {
  const already = root.unwindTo;
  root.unwindTo = already === undefined || target.isAround(already) ? target : already;
  for (let region = task.place.region; region !== undefined; region = region.outer) {
    region.obey();
    if (region === root.unwindTo) break;
  }
}

/** Takes back a wait that may not be: what was begun for this wait alone ends with it, a task or future goes on. */
function withdraw(task: Stepped, op: Operation): void {
  op.removeWaiter(task);
  const begunForIt = op.progress === PENDING && !op.hasWaiters && !op.observed;
  if (begunForIt) op.stop(new CancelledError('it was waited for where nothing may be'), false);
}

function strayYield(task: Stepped, yielded: unknown): UsageError {
  // The stack has no line of the generator: it is suspended at the one that is wrong.
  const place = task.generator === undefined ? undefined : placeOfGenerator(task.generator);
  const where = place === undefined ? '' : ` at ${place}`;
  return new UsageError(
    `Task "${task.name}" yielded ${shown(yielded)}${where}: a star is missing, write "yield* …" instead of "yield …"`,
    { code: 'ERR_OXBOW_LOOP_STRAY_YIELD' },
  );
}

function reportUnwindWait(task: Stepped): void {
  const error = new UsageError(
    `Task "${task.name}" is being cancelled, and a generator nested by plain "yield* gen()" waits in its cleanup, which ends there: nest it by "yield* call(gen())"`,
    { code: 'ERR_OXBOW_UNWIND_WAIT' },
  );
  task.loop.report('Cleanup was cut short', error, task.name);
}
