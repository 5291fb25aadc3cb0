/**
 * Who is running: the task, and the region of it, on whose behalf code executes right now.
 *
 * A generator step is announced in a module variable (it costs nothing); an async function's continuations are
 * found through AsyncLocalStorage, written once when the task or region starts.
 */

import { followsPromises } from '../host/async-context.ts';
import { ambient, runAs } from '../scheduler/context.ts';
import { EventLoop } from '../scheduler/event-loop.ts';
import type { Place, TaskCore } from './region.ts';

/** The generator task that is being stepped; an object, so that the driver may write it. */
export const driver: { stepping: TaskCore | undefined } = { stepping: undefined };

/** The values of ContextVars, shared until one is set. */
export type Context = ReadonlyMap<object, unknown>;

/** What is set outside of tasks, and inherited by tasks made there. */
export const rootContext: { values: Context | undefined } = { values: undefined };

/** Where the running code is; `undefined` outside of tasks. */
export function currentPlace(): Place | undefined {
  const task = driver.stepping;
  return task === undefined ? (ambient() as Place | undefined) : task.place;
}

/** Runs the start of an async function so that it and all its continuations belong to `place`. */
export function runAt<R>(place: Place, body: () => R): R {
  const stepping = driver.stepping;
  driver.stepping = undefined;
  try {
    return runAs(place, body);
  } finally {
    driver.stepping = stepping;
  }
}

/** The loops of the programs that run: of every `run()` that has not ended. */
const programs = new Set<EventLoop>();

/** A program begins; returns what to call at its end. */
export function beginProgram(loop: EventLoop): () => void {
  programs.add(loop);
  return () => void programs.delete(loop);
}

/** In a page an async function is known until its first await. Where one program runs, it is that program's. */
function loopOfOnlyProgram(): EventLoop | undefined {
  if (followsPromises || programs.size !== 1) return undefined;
  const [loop] = programs;
  return loop;
}

/**
 * The loop of the running task or callback; outside of both, the process's implicit one.
 *
 * @example
 * ```ts
 * import { currentLoop, run } from '@oxbow/loop';
 *
 * await run(async () => {
 *   const timer = currentLoop().callLater(1000, () => console.log('late'));
 *   timer.cancel();
 * });
 * ```
 */
export function currentLoop(): EventLoop {
  return (
    driver.stepping?.loop ??
    currentPlace()?.task.loop ??
    EventLoop.active ??
    loopOfOnlyProgram() ??
    (EventLoop.implicit ??= new EventLoop())
  );
}
