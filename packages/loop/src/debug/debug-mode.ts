// Debug mode of one loop: puts together the watchdog, the finders, and the one reporter they all tell.

import { writeError } from '../host/program.ts';
import { provideDebugging } from '../scheduler/debug-switch.ts';
import type { EventLoop } from '../scheduler/event-loop.ts';
import { reportToConsole, type UnhandledFailure } from '../scheduler/unhandled-failure.ts';
import { isGenerator } from '../task/coroutine.ts';
import { attachInstrument } from './instrument.ts';
import { watchOps } from './never-started.ts';
import { originOf, rememberOrigin } from './origin.ts';
import { type DebugReport, neverStartedReport, unavailableReport, unhandledFailureReport } from './report.ts';
import { taskNameOf } from './turn-owner.ts';
import { noteTurn, numberOf, watch } from './watchdog.ts';

/** Watches a loop until the returned function is called. Without `onReport`, reports go to standard error. */
function startDebugging(loop: EventLoop, onReport: ((report: DebugReport) => void) | undefined): () => void {
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
    attachInstrument(loop, {
      taskCreated: rememberOrigin,
      taskDone: (task, _how, outcome) => {
        // The generator a coroutine gives back has been driven by nobody.
        if (isGenerator(outcome))
          tell(neverStartedReport(`the generator returned by "${task.name}"`, originOf(task)));
      },
      turnBegin: (turn) => noteTurn(number, taskNameOf(turn)),
      // Queued here, it comes just before the task's own continuation.
      waitEnded: (task) => queueMicrotask(() => noteTurn(number, task.name)),
    }),
    watchOps(loop, (name, createdAt) => tell(neverStartedReport(name, createdAt))),
  ];
  try {
    undo.push(watch({ number, loop, onBlock: onReport === undefined ? undefined : tell }));
  } catch (error) {
    tell(
      unavailableReport(
        `The watchdog cannot start, slow callbacks stay unreported: ${(error as Error).message}`,
      ),
    );
  }
  const before = loop.onUnhandled;
  // Who listens to failures by a function of its own goes on doing so, unless it asked for reports.
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

provideDebugging((loop, onReport) => startDebugging(loop as EventLoop, onReport));
