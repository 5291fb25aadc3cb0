/**
 * A test file started by hand (`node test/x.test.ts`), without the runner. uvu runs it and prints its result.
 * At the end the process judges itself, so that what the runner would refuse fails here too.
 */
import { isMainThread } from 'node:worker_threads';
import { judge } from './judge.ts';
import { currentJournal, note } from './ledger.ts';

/** Arranges for the judgement at the process's exit; does nothing under the runner or in a worker thread. */
export function judgeAtExit(): void {
  if (currentJournal().path !== undefined || !isMainThread) return;
  process.once('exit', () => {
    const { ledger } = currentJournal();
    if (ledger.tests.every((test) => !test.started || test.outcome !== undefined)) note({ kind: 'finished' });
    for (const test of ledger.tests) {
      if (test.outcome === 'skipped') console.log(`  skipped: ${test.title}: ${test.message}`);
    }
    const problems = judge(ledger, { exitCode: 0, exitSignal: null });
    for (const { title, message } of problems.filter((problem) => problem.title.startsWith('<'))) {
      console.error(`  ${title} ${message}`);
    }
    if (problems.length > 0) process.exitCode = 1;
  });
}
