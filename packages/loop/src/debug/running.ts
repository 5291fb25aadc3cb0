/**
 * Who is running: the task of the present turn, or the one whose async context the code runs in. Debug mode
 * learns both without knowing tasks, because a loop has to be able to start debug mode, and tasks know loops.
 */

import { ambient } from '../scheduler/context.ts';
import { attachInstrument, type Instrumented, type Observed } from './instrument.ts';

/** What debug mode knows of a task. */
export interface RunningTask extends Observed {
  readonly loop: object;
}

/** A turn that a task takes, and a place inside a task: both name it. */
interface OfTask {
  readonly task?: RunningTask | undefined;
}

let turnLoop: object | undefined;
let turnTask: RunningTask | undefined;

/** The task on whose behalf a turn is taken; `undefined` for a callback. */
export function taskOf(turn: object): RunningTask | undefined {
  return (turn as OfTask).task;
}

/** The task that runs; `undefined` outside of all. */
export function runningTask(): RunningTask | undefined {
  return turnTask ?? (ambient() as OfTask | undefined)?.task;
}

/** The loop on which the code runs; `undefined` outside of all. */
export function runningLoop(): object | undefined {
  return runningTask()?.loop ?? turnLoop;
}

const ranAtMs = new WeakMap<object, number>();

/** A task begins to wait. */
export function noteWait(task: object, nowMs: number): void {
  ranAtMs.set(task, nowMs);
}

/** Since when a task waits, in its loop's time, when debug mode saw it begin. */
export function waitsSinceMs(task: object): number | undefined {
  return ranAtMs.get(task);
}

/**
 * Follows the turns of a loop until the returned function is called; a loop followed twice is followed once.
 */
export function followTurns(loop: Instrumented): () => void {
  return attachInstrument(loop, {
    turnBegin(turn) {
      turnLoop = loop;
      turnTask = taskOf(turn);
    },
    turnEnd() {
      turnLoop = undefined;
      turnTask = undefined;
    },
  });
}
