// run: the front door of a program. It owns a loop from the first task to the last, and the way Ctrl-C ends both.

import { checkOptions } from '../check-options.ts';
import { CancelledError, UsageError } from '../errors.ts';
import { exit, onExit, onSignal, setExitCode } from '../host/program.ts';
import { EventLoop } from '../scheduler/event-loop.ts';
import { EVENT_LOOP_OPTIONS, type EventLoopOptions } from '../scheduler/loop-options.ts';
import type { NoStray, Result } from './coroutine.ts';
import { allTasks, Task } from './task.ts';
import { reportUnobserved } from './unobserved.ts';

/** How a program is run: a loop of its own, and what may end it. */
export interface RunOptions extends EventLoopOptions {
  /** Cancels the main task when aborted. */
  readonly signal?: AbortSignal;
}

const RUN_OPTIONS: readonly string[] = [...EVENT_LOOP_OPTIONS, 'signal'];

/** 128 + SIGINT(2): what a shell expects of a program ended by Ctrl-C. */
const EXIT_CODE_SIGINT = 130;

/**
 * Runs `main` as the first task of a new loop and gives its result.
 *
 * When main has ended, what is left is cancelled and waited for, resources registered with the loop are closed, and
 * failures nobody looked at are reported. The first SIGINT cancels main, a second one ends the process at once; the
 * exit code is 130 either way. Every handler is taken off again.
 */
export async function run<R>(main: (() => R) & NoStray<R>, options: RunOptions = {}): Promise<Result<R>> {
  checkOptions(options, RUN_OPTIONS, 'run()');
  if (typeof main !== 'function') {
    throw new UsageError(`run() takes a function, got ${typeof main}: write run(async () => …)`, {
      code: 'ERR_OXBOW_LOOP_NOT_A_FUNCTION',
    });
  }
  const { signal, ...loopOptions } = options;
  const loop = new EventLoop(loopOptions);
  const task = new Task<Result<R>>(main, loop, undefined, main.name || 'main');
  task.observe();

  const onSigint = (): void => {
    if (task.cancelling() > 0 && interrupted) exit(EXIT_CODE_SIGINT);
    if (!interrupted) exitAsInterrupted();
    interrupted = true;
    task.cancel('SIGINT');
    for (const each of task.done ? allTasks(loop) : []) each.cancel('SIGINT');
  };
  let interrupted = false;
  const onAbort = (): void => void task.cancel(signal?.reason);

  const leaveSignals = onSignal('SIGINT', onSigint);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    await settled(task);
    await cancelLeftovers(loop);
    await loop.runClosers();
    await cancelLeftovers(loop);
  } finally {
    leaveSignals();
    signal?.removeEventListener('abort', onAbort);
    reportUnobserved(loop);
    loop.close();
  }
  return task.result();
}

/** 130 also when nobody catches the cancellation: an uncaught error alone would make it 1. */
function exitAsInterrupted(): void {
  setExitCode(EXIT_CODE_SIGINT);
  onExit((code) => {
    if (code === 1) setExitCode(EXIT_CODE_SIGINT);
  });
}

/** Cancels every task left on the loop until there is none: cleanup may start new ones. */
async function cancelLeftovers(loop: EventLoop): Promise<void> {
  for (let left = allTasks(loop); left.size > 0; left = allTasks(loop)) {
    for (const task of left) task.cancel(new CancelledError('the program has ended'));
    await Promise.all([...left].map(settled));
  }
}

/** A native promise for the end of a task, whatever the end: what waits here belongs to no task. */
function settled(task: Task<unknown>): Promise<void> {
  return new Promise((resolve) => {
    if (task.done) resolve();
    else task.addWaiter({ wake: () => resolve() });
  });
}
