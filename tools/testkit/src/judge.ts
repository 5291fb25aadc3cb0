/**
 * What counts as a failure of a test file, given what happened in it and how its process ended.
 * Pure; each problem is a sentence that says what to do.
 */
import type { Ledger, TestRecord } from './ledger.ts';

/** How the process of a test file ended. */
export interface Ending {
  /** The exit code, or null when a signal ended it. */
  readonly exitCode: number | null;
  readonly exitSignal: string | null;
  /** The limit it ran into, in milliseconds, when the runner killed it. */
  readonly killedAfterMs?: number;
}

/** The exit code of a process whose handles were still open after its last test. */
export const EXIT_HANDLES_LEFT = 70;

/** A failed test, or something about the file as a whole (`title` is then in angle brackets). */
export interface Problem {
  readonly suite: string;
  readonly title: string;
  readonly message: string;
}

/** Everything that is wrong with a file; empty when it may count as passed. */
export function judge(ledger: Ledger, ending: Ending): readonly Problem[] {
  const problems: Problem[] = [];
  const file = (title: string, message: string) => problems.push({ suite: '', title: `<${title}>`, message });

  for (const test of ledger.tests) {
    if (test.outcome === 'failed')
      problems.push({ suite: test.suite, title: test.title, message: test.message ?? 'failed' });
  }
  for (const { suite, hook, message } of ledger.failedHooks) {
    problems.push({ suite, title: `<${hook}>`, message: `the hook failed: ${message}` });
  }
  for (const test of ledger.tests) {
    if (test.as === 'only')
      file('only', `"${test.title}" was left with .only: take it away, so that all tests run.`);
    if (test.as === 'skip') {
      file(
        'skip',
        `"${test.title}" is left out by .skip: mend or delete it, or give a reason with skipUnless().`,
      );
    }
  }
  if (ledger.skippedBecause !== undefined) return problems;

  const halfway = ledger.tests.find((test) => test.started && test.outcome === undefined);
  if (ending.killedAfterMs !== undefined) {
    file(
      'hung',
      `was killed after ${ending.killedAfterMs} ms ${during(halfway)}: find what blocks it, or raise OXBOW_FILE_TIMEOUT.`,
    );
  } else if (!ledger.finished) {
    file(
      'died',
      `its process ended (${describeEnding(ending)}) ${during(halfway)}: look for process.exit, an error at the top of the file or an unhandled rejection in the log.`,
    );
  } else {
    for (const problem of unrun(ledger)) file(...problem);
    if (ledger.tests.length === 0) file('no tests', 'declares no test: add one, or delete the file.');
    if (ending.exitCode === EXIT_HANDLES_LEFT && ledger.handlesLeft.length > 0) {
      // What was given up halfway could not close anything: its own failure says enough.
      if (!gaveUp(ledger))
        file(
          'handles left',
          `still held ${ledger.handlesLeft.join(', ')} open after its last test: close what the tests open (in after, or with try/finally).`,
        );
    } else if (ledger.leftBehind.length > 0) {
      file(
        'left behind',
        `left changed what the next file in its process sees: ${ledger.leftBehind.join(', ')}. Put it back in after.`,
      );
    } else if (ending.exitCode !== 0 && problems.length === 0) {
      file(
        'exit code',
        `ended with ${describeEnding(ending)} although no test failed: look for process.exitCode or an error after the last test in the log.`,
      );
    }
  }
  return problems;
}

/** Whether a test ran into its deadline or a hook failed. */
function gaveUp(ledger: Ledger): boolean {
  return ledger.failedHooks.length > 0 || ledger.tests.some((test) => test.late === true);
}

/** Tests that were declared and never ran, one problem for each suite and reason. */
function unrun(ledger: Ledger): [title: string, message: string][] {
  const found: [string, string][] = [];
  const alone = new Set(ledger.tests.filter((test) => test.as === 'only').map((test) => test.suite));
  const idle = ledger.tests.filter((test) => test.as !== 'skip' && test.outcome === undefined);
  for (const suite of new Set(idle.map((test) => test.suite))) {
    const ofSuite = idle.filter((test) => test.suite === suite);
    const forgotten = ofSuite.filter((test) => !test.queued);
    const late = ofSuite.filter((test) => test.queued && !alone.has(suite));
    if (forgotten.length > 0) {
      found.push([
        'never run',
        `${forgotten.length} of the tests of "${suite}" never ran: end the suite with .run().`,
      ]);
    }
    if (late.length > 0) {
      found.push([
        'too late',
        `${late.length} of the tests of "${suite}" came too late to run: declare tests and call .run() at the top of the file.`,
      ]);
    }
  }
  return found;
}

function during(test: TestRecord | undefined): string {
  return test === undefined ? 'before its tests ended' : `while "${test.title}" was running`;
}

function describeEnding({ exitCode, exitSignal }: Ending): string {
  return exitCode === null ? `signal ${exitSignal}` : `exit code ${exitCode}`;
}
