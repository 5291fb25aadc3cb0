/**
 * The process of one test file: imports it, lets uvu run its suites, and writes to the journal how far it came.
 * Started by `run-file.ts` with the file, the journal's path and the runner's process id.
 */
import { pathToFileURL } from 'node:url';
import { EXIT_HANDLES_LEFT } from './judge.ts';
import { keepJournal, note } from './ledger.ts';
import { DEFAULT_HANDLE_GRACE_MS, limitFromEnv } from './limits.ts';
import { openHandles } from './open-handles.ts';
import { Skipped } from './skip-unless.ts';

/** How often the process looks whether its runner is still there, in milliseconds. */
const ORPHAN_CHECK_MS = 1_000;

const [file, journal, runnerId] = process.argv.slice(2) as [string, string, string];
// The file under test sees the command line it would have by hand.
process.argv.splice(1, Number.POSITIVE_INFINITY, file);
keepJournal(journal);

// A runner killed outright cannot end its processes; they end themselves.
setInterval(() => {
  if (process.ppid !== Number(runnerId)) process.exit(1);
}, ORPHAN_CHECK_MS).unref();

// uvu reads these when it is first imported: run when told to, not by itself.
Object.assign(globalThis, { UVU_DEFER: 1, UVU_QUEUE: [[null]], UVU_INDEX: 0 });
const { exec } = await import('uvu');
await import('./suite.ts');

try {
  await import(pathToFileURL(file).href);
} catch (error) {
  if (!(error instanceof Skipped)) throw error;
  note({ kind: 'file skipped', reason: error.message });
}
await exec();
note({ kind: 'finished' });

setTimeout(
  () => {
    const names = openHandles();
    note({ kind: 'handles left', names: names.length === 0 ? ['a pipe'] : names });
    process.exit(EXIT_HANDLES_LEFT);
  },
  limitFromEnv('OXBOW_HANDLE_GRACE', DEFAULT_HANDLE_GRACE_MS),
).unref();
