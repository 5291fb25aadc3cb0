/**
 * Debug mode of one loop: puts together the watchdog, the finders, and the one reporter they all tell. It
 * knows no tasks: what it says of them it learns from the hooks and from who is running.
 */

import { writeError } from '../host/program.ts';
import { reportToConsole, type UnhandledFailure } from '../scheduler/unhandled-failure.ts';
import { isGenerator } from '../task/coroutine.ts';
import { attachInstrument, type Instrumented } from './instrument.ts';
import { type ImplicitLoop, watchOps } from './never-started.ts';
import { originOf, rememberOrigin } from './origin.ts';
import { type DebugReport, neverStartedReport, unavailableReport, unhandledFailureReport } from './report.ts';
import { followTurns, noteWait, taskOf } from './running.ts';
import { noteTurn, numberOf, watch } from './watchdog.ts';

/** What debug mode needs of a loop. */
export interface DebuggedLoop extends Instrumented {
  readonly slowCallbackMs: number;
  time(): number;
  onUnhandled: (failure: UnhandledFailure) => void;
}

/** How debug mode is started. */
export interface DebuggingOptions {
  /** Takes the reports; without it they go to standard error. */
  readonly onReport: ((report: DebugReport) => void) | undefined;
  /** Gives the loop that Ops made outside of all loops belong to. */
  readonly implicitLoop: ImplicitLoop;
}

/** Watches a loop until the returned function is called. */
export function startDebugging(loop: DebuggedLoop, { onReport, implicitLoop }: DebuggingOptions): () => void {
  const tell = (report: DebugReport): void => {
    if (onReport === undefined) {
      writeError(report.text);
      return;
    }
    try {
      onReport(report);
    } catch (error) {
      console.error('onReport itself failed:', error);
    }
  };
  const number = numberOf(loop);
  const undo = [
    followTurns(loop),
    attachInstrument(loop, {
      taskCreated: rememberOrigin,
      taskDone: (task, _how, outcome) => {
        // The generator a coroutine gives back has been driven by nobody.
        if (isGenerator(outcome))
          tell(neverStartedReport(`the generator returned by "${task.name}"`, originOf(task)));
      },
      turnBegin: (turn) => noteTurn(number, taskOf(turn)),
      turnEnd: (turn) => {
        const task = taskOf(turn);
        if (task !== undefined) noteWait(task, loop.time());
      },
      waitBegan: (task) => noteWait(task, loop.time()),
      // Queued here, it comes just before the task's own continuation.
      waitEnded: (task) => queueMicrotask(() => noteTurn(number, task)),
    }),
    watchOps(loop, implicitLoop, (name, createdAt) => tell(neverStartedReport(name, createdAt))),
    watch({
      number,
      loop,
      onBlock: onReport === undefined ? undefined : tell,
      onUnavailable: (reason) => tell(unavailableReport(reason)),
    }),
  ];
  const before = loop.onUnhandled;
  // A listener of the user's own stays, unless reports were asked for.
  if (onReport !== undefined || before === reportToConsole) {
    const report = (failure: UnhandledFailure): void => tell(unhandledFailureReport(failure));
    loop.onUnhandled = report;
    undo.push(() => {
      if (loop.onUnhandled === report) loop.onUnhandled = before;
    });
  }
  return () => {
    for (const each of undo) each();
  };
}
