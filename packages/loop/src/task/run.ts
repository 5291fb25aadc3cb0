/**
 * run: the front door of a program. It owns a loop from the first task to the last, and the way signals end
 * both.
 */

import { checkOptions } from '../check-options.ts';
import { snapshot } from '../debug/describe-tasks.ts';
import { UnwindingWatch } from '../debug/unwinding-watch.ts';
import { CancelledError, UsageError } from '../errors.ts';
import { afterIo } from '../host/after-io.ts';
import { endQuietlyBy, writeError } from '../host/program.ts';
import { EventLoop } from '../scheduler/event-loop.ts';
import { EVENT_LOOP_OPTIONS, type EventLoopOptions } from '../scheduler/loop-options.ts';
import { shown } from '../shown-value.ts';
import type { NoStray, Result } from './coroutine.ts';
import { beginProgram, currentPlace } from './current.ts';
import { FULFILLED } from './operation.ts';
import { type EndingSignal, EXIT_CODES, listenToSignals } from './program-signals.ts';
import { dueAt, type Place, type Region, regionAt, type Wait } from './region.ts';
import { allTasks, Task, tasksAndLeftovers } from './task.ts';
import { reportUnobserved } from './unobserved.ts';

/** How a program is run: a loop of its own, and what may end it. */
export interface RunOptions extends EventLoopOptions {
  /** Cancels the main task when aborted. */
  readonly signal?: AbortSignal;
  /**
   * Which signals of the process the program listens to. `false`: none, for a program that has listeners of
   * its own. `{ quit: false }`: all but SIGQUIT. Default: SIGINT, SIGTERM and SIGHUP cancel main, SIGQUIT
   * prints every task.
   */
  readonly signals?: false | SignalOptions;
}

/** What a program does with signals. */
export interface SignalOptions {
  /**
   * Print every task at SIGQUIT (Ctrl-\) and go on. Default true; otherwise SIGQUIT does what it does
   * elsewhere.
   */
  readonly quit?: boolean;
}

const RUN_OPTIONS: readonly string[] = [...EVENT_LOOP_OPTIONS, 'signal', 'signals'];

/**
 * Runs `main` as the first task of a new loop and gives its result.
 *
 * When main has ended, what is left is cancelled and waited for, resources registered with the loop are
 * closed, and failures nobody looked at are reported. The first SIGINT, SIGTERM or SIGHUP cancels main, and
 * the program ends with exit code 130, 143 or 129; a second one ends the process at once. When the
 * CancelledError of a signal reaches nobody, nothing is printed. While the end takes more than 2 s, standard
 * error tells what it waits for. Every handler is taken off again.
 *
 * @example
 * ```ts
 * import { run, sleep } from '@oxbow/loop';
 *
 * await run(async () => {
 *   try {
 *     await sleep(2000);
 *   } finally {
 *     console.log('cleaned up'); // also after Ctrl-C or SIGTERM
 *   }
 * });
 * ```
 */
export async function run<R>(main: (() => R) & NoStray<R>, options: RunOptions = {}): Promise<Result<R>> {
  checkOptions(options, RUN_OPTIONS, 'run()', { boolean: 'debug' });
  if (typeof main !== 'function') {
    throw new UsageError(`run() takes a function, got ${shown(main)}: write run(async () => …)`, {
      code: 'ERR_OXBOW_LOOP_NOT_A_FUNCTION',
    });
  }
  const outer = currentPlace();
  const due = dueAt(outer);
  if (due !== undefined) {
    due.obey();
    throw due.requested;
  }
  const { signal, signals = {}, ...loopOptions } = options;
  if (signals !== false) checkOptions(signals, ['quit'], 'run({ signals })');
  const loop = new EventLoop(loopOptions);
  const task = new Task<Result<R>>(main, loop, undefined, main.name || 'main');
  task.observe();
  const inner = outer === undefined ? undefined : new InnerProgram(outer, task);

  let endedBy: EndingSignal | undefined;
  const unwinding = new UnwindingWatch((lastedMs) =>
    describe(loop, `run() has been ending for ${lastedMs / 1000} s and waits for ${left(loop)}`),
  );
  const onEnd = (ending: EndingSignal): void => {
    endedBy = ending;
    unwinding.begin();
    const error = withoutStack(new CancelledError(ending));
    task.cancel(error);
    for (const each of task.done ? allTasks(loop) : []) each.cancel(error);
  };
  const onQuit = (): void => describe(loop, 'SIGQUIT, every task of run()');
  const onAbort = (): void => {
    unwinding.begin();
    task.cancel(signal?.reason);
  };

  const leaveSignals =
    signals === false
      ? undefined
      : listenToSignals({ onEnd, onQuit: signals.quit === false ? undefined : onQuit });
  const endProgram = beginProgram(loop);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    await task.ended;
    unwinding.begin();
    await cancelLeftovers(loop);
    await loop.runClosers();
    await cancelLeftovers(loop);
  } finally {
    inner?.leave();
    unwinding.end();
    endProgram();
    leaveSignals?.();
    signal?.removeEventListener('abort', onAbort);
    reportUnobserved(loop);
    loop.close();
  }
  const failure = task.cancelled ? cancellationOf(task) : undefined;
  if (endedBy !== undefined && failure !== undefined)
    endQuietlyBy(withoutStack(failure), EXIT_CODES[endedBy]);
  return task.result();
}

/** The wait of a task for a program of its own: cancelling the task cancels that program's main, and it ends when that has ended. */
class InnerProgram implements Wait {
  readonly place: Place;
  readonly name = 'run';
  nextWait: Wait | undefined = undefined;
  previousWait: Wait | undefined = undefined;
  readonly #main: Task<unknown>;
  #endedBy: Region | undefined = undefined;

  constructor(place: Place, main: Task<unknown>) {
    this.place = place;
    this.#main = main;
    place.task.addWait(this);
  }

  end(by: Region): void {
    this.#endedBy = by;
    this.#main.ask(by.requested!, by.level);
  }

  leave(): void {
    this.place.task.removeWait(this);
    // A value that came all the same is worth more: the request is still to be obeyed.
    if (this.#main.progress === FULFILLED) this.#endedBy?.dueAgain();
  }
}

function cancellationOf(task: Task<unknown>): CancelledError | undefined {
  try {
    task.result();
  } catch (error) {
    if (error instanceof CancelledError) return error;
  }
  return undefined;
}

/** It was asked for from outside: where it was made says nothing. */
function withoutStack(error: CancelledError): CancelledError {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}

function left(loop: EventLoop): string {
  const tasks = allTasks(loop).size;
  const [leftover] = tasksAndLeftovers(loop);
  if (tasks === 0 && leftover !== undefined)
    return `a function that task "${leftover.name}" started and nobody awaits`;
  if (tasks === 0) return 'a resource to close';
  return tasks === 1 ? 'this task' : `these ${tasks} tasks`;
}

/** Writes what every task does. */
function describe(loop: EventLoop, title: string): void {
  const lines = String(snapshot(loop)).trimEnd().split('\n');
  writeError(`[oxbow] ${title}:\n${lines.map((line) => `  ${line}\n`).join('')}`);
}

/**
 * Cancels everything left on the loop until there is nothing: tasks, and what async functions wait for that nobody awaits.
 * Each is asked once, for cleanup may wait; and it may start new ones.
 */
async function cancelLeftovers(loop: EventLoop): Promise<void> {
  const asked = new WeakSet<Task<unknown>>();
  for (let left = tasksAndLeftovers(loop); left.size > 0; left = tasksAndLeftovers(loop)) {
    const error = new CancelledError('the program has ended');
    for (const task of left) {
      if (!task.done) task.cancel(error);
      else if (!asked.has(task)) regionAt(task).request(error, false);
      asked.add(task);
    }
    const leftBehind = [...left].some((task) => task.done);
    await ended(loop, left);
    loop.registry.onLeft = undefined;
    // A function that nobody awaits goes on in a microtask, and waits again for its cleanup.
    if (leftBehind) await new Promise<void>((resolve) => void afterIo(resolve));
  }
}

/** A native promise for the moment when each of `tasks` has ended, or has ended all its waits: it belongs to no task. */
function ended(loop: EventLoop, tasks: ReadonlySet<Task<unknown>>): Promise<unknown> {
  const leftBehind = new Set<unknown>([...tasks].filter((task) => task.done && task.waits !== undefined));
  const gone = new Promise<void>((resolve) => {
    if (leftBehind.size === 0) resolve();
    loop.registry.onLeft = (task) => {
      leftBehind.delete(task);
      if (leftBehind.size === 0) resolve();
    };
  });
  return Promise.all([gone, ...[...tasks].map((task) => task.ended)]);
}
