// Drives the generators of one task: resumes the innermost frame until it waits, and unwinds frames when the task, or a
// region of it, is cancelled. It knows generators, frames and regions; not what is waited for.

import { CancelledError, UsageError } from '../errors.ts';
import { leaveEntered } from '../scheduler/context.ts';
import type { Cancellation } from './cancellation.ts';
import { driver, type Region } from './current.ts';
import { entrance, type Frame } from './frame.ts';
import { ObservedOp, type Op, type SteppingTask } from './op.ts';
import { CANCELLED, FULFILLED, PENDING, REJECTED } from './operation.ts';
import { dueRegion, isAround, requestAgain, spend } from './region.ts';
import { type Coroutine, countNesting, nestingReads, RESUMED, SUSPEND } from './suspension.ts';

/** A task made of generator frames. */
export interface GeneratorTask extends SteppingTask {
  /** The innermost frame's generator. */
  generator: Coroutine<unknown>;
  frame: Frame | undefined;
  /** Made with the first request to cancel it or a region of it. */
  readonly cancellation: Cancellation | undefined;
  /** The innermost frame is being unwound, and its callers up to this region's. */
  unwindTo: Region | undefined;
  /** Ends the task. */
  returned(value: unknown): void;
  threw(error: unknown): void;
  unwound(): void;
}

const NEXT = 0;
const RETURN = 1;
const THROW = 2;

/** A suspension read by one `yield*` and by the driver came from the frame itself. */
const READS_WHEN_DIRECT = 2;

/** Resumes a task whose wait is over (or which has not begun: `input` is undefined then) until it waits again or ends. */
export function step(task: GeneratorTask, input: unknown): void {
  const waitedFor = task.waitingOn;
  task.waitingOn = undefined;
  // Most tasks are never cancelled, nor any region of theirs: those have no cancellation to look at.
  const mode = task.cancellation !== undefined && unwindsAfter(task, waitedFor) ? RETURN : NEXT;
  leaveEntered();
  const before = driver.stepping;
  driver.stepping = task;
  stepUntilWaiting(task, mode, input);
  driver.stepping = before;
}

/** Whether the end of a wait begins, or goes on with, the unwinding of a cancelled task. */
function unwindsAfter(task: GeneratorTask, waitedFor: Op<unknown> | undefined): boolean {
  let unwinds = false;
  const target = task.unwindOnWake;
  if (target !== undefined) {
    task.unwindOnWake = undefined;
    // What was waited for came all the same, or failed: that is worth more than the cancellation. After a value the
    // request is due again, at the next wait.
    if (waitedFor?.progress === FULFILLED) requestAgain(target);
    else if (waitedFor?.progress !== REJECTED) {
      unwindTo(task, target);
      unwinds = true;
    }
  }
  if (waitedFor?.progress === CANCELLED && waitedFor.transparent) {
    // An async body inside has seen the request as an error; the generator's own frames are unwound.
    const requested = requester(task.region, waitedFor.outcome);
    if (requested !== undefined) {
      unwindTo(task, requested);
      unwinds = true;
    }
  }
  return unwinds;
}

function stepUntilWaiting(task: GeneratorTask, firstMode: number, firstInput: unknown): void {
  let mode = firstMode;
  let input = firstInput;
  for (;;) {
    const unwinding = task.unwindTo !== undefined;
    if (unwinding) countNesting(true);
    let result: IteratorResult<unknown, unknown>;
    try {
      if (mode === NEXT) result = task.generator.next(input);
      else if (mode === RETURN) result = task.generator.return(undefined);
      else result = task.generator.throw(input);
      mode = NEXT;
    } catch (error) {
      if (unwinding) countNesting(false);
      driver.unwindAtSuspend = false;
      task.waitingOn = undefined;
      const frame = task.frame;
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
    if (result.done) {
      const frame = task.frame;
      const target = task.unwindTo;
      if (frame === undefined) {
        if (target === undefined) task.returned(result.value);
        else task.unwound();
        return;
      }
      if (target === undefined) {
        popFrame(task, frame);
        frame.op.exit('returned', result.value);
      } else if (leaveUnwound(task, frame, target)) mode = RETURN;
      continue;
    }
    const next = onSuspended(task, result.value);
    if (next === undefined) return;
    mode = next.mode;
    input = next.input;
  }
}

interface Resumption {
  readonly mode: number;
  readonly input: unknown;
}

const unwindNow: Resumption = { mode: RETURN, input: undefined };
const beginFrame: Resumption = { mode: NEXT, input: undefined };

/** What to do with a generator that has yielded; `undefined`: nothing, it waits. */
function onSuspended(task: GeneratorTask, yielded: unknown): Resumption | undefined {
  const op = task.waitingOn;
  if (yielded !== SUSPEND || op === undefined) {
    return { mode: THROW, input: strayYield(task, yielded) };
  }
  if (driver.unwindAtSuspend) {
    driver.unwindAtSuspend = false;
    task.waitingOn = undefined;
    unwindTo(task, dueRegion(task.region) ?? task.region);
    return unwindNow;
  }
  if (task.unwindTo !== undefined && nestingReads() > READS_WHEN_DIRECT) {
    task.waitingOn = undefined;
    entrance.op = undefined;
    requestAgain(task.unwindOnWake);
    if (task.unwindOnWake !== undefined) task.unwindOnWake = undefined;
    withdraw(task, op);
    return { mode: THROW, input: unwindWait(task) };
  }
  const entering = entrance.op;
  if (entering === undefined) return undefined;
  entrance.op = undefined;
  task.waitingOn = undefined;
  try {
    const { generator, region } = entering.enter(task.region);
    task.frame = {
      generator: task.generator,
      region,
      unwindTo: task.unwindTo,
      op: entering,
      below: task.frame,
    };
    task.generator = generator;
    if (task.unwindTo !== undefined) task.unwindTo = undefined;
  } catch (error) {
    return { mode: THROW, input: error };
  }
  return beginFrame;
}

function popFrame(task: GeneratorTask, frame: Frame): void {
  task.frame = frame.below;
  task.generator = frame.generator;
  if (task.unwindTo !== frame.unwindTo) task.unwindTo = frame.unwindTo;
}

/** Goes back to the caller of an unwound frame; gives true when the caller is to be unwound too. */
function leaveUnwound(task: GeneratorTask, frame: Frame, target: Region): boolean {
  const left = task.region;
  popFrame(task, frame);
  if (left === target && left !== task.region) {
    // An outer request that came meanwhile must not be absorbed by this region's own ending.
    const outer = left.shield ? undefined : dueRegion(task.region);
    if (outer === undefined) {
      frame.op.exit('unwound', target.request);
      return false;
    }
    frame.op.abandon();
    unwindTo(task, outer);
    return true;
  }
  frame.op.abandon();
  unwindTo(task, target);
  return true;
}

/** Marks the innermost frame as unwinding to the outer of `target` and where it was going already. */
function unwindTo(task: GeneratorTask, target: Region): void {
  const already = task.unwindTo;
  task.unwindTo = already === undefined || isAround(target, already) ? target : already;
  for (let region: Region | undefined = task.region; region !== undefined; region = region.outer) {
    spend(region);
    if (region === task.unwindTo) break;
  }
}

/** The region around `inner` whose request `error` is. */
function requester(inner: Region, error: unknown): Region | undefined {
  for (let region: Region | undefined = inner; region !== undefined; region = region.outer) {
    if (region.request === error) return region;
  }
  return undefined;
}

/** Takes back a wait that may not be: what was begun for this wait alone ends with it, a task or future goes on. */
function withdraw(task: GeneratorTask, op: Op<unknown>): void {
  op.removeWaiter(task);
  const begunForIt = op.progress === PENDING && op.outcome === undefined && !(op instanceof ObservedOp);
  if (begunForIt) op.revoke(new CancelledError('it was waited for where nothing may be'));
}

function strayYield(task: GeneratorTask, yielded: unknown): UsageError {
  const what = typeof yielded === 'object' && yielded !== null ? yielded.constructor?.name : String(yielded);
  return new UsageError(
    `Task "${task.name}" yielded ${what}: a star is missing, write "yield* …" instead of "yield …"`,
    {
      code: 'ERR_OXBOW_LOOP_STRAY_YIELD',
    },
  );
}

function unwindWait(task: GeneratorTask): UsageError {
  return new UsageError(
    `Task "${task.name}" is being cancelled, and a generator nested by plain "yield* gen()" waits in its cleanup: nest it by "yield* call(gen())"`,
    { code: 'ERR_OXBOW_UNWIND_WAIT' },
  );
}
