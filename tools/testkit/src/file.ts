/**
 * The process of one test file: imports it, lets uvu run its suites, and writes to the journal how far it came.
 * Started by `run-file.ts` with the file, the journal's path and the runner's process id.
 */
import { pathToFileURL } from 'node:url';
import { EXIT_HANDLES_LEFT } from './judge.ts';
import { keepJournal, note } from './ledger.ts';
import { HANDLE_GRACE_MS } from './limits.ts';
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

setTimeout(() => {
  note({ kind: 'handles left', names: openHandles() });
  process.exit(EXIT_HANDLES_LEFT);
}, HANDLE_GRACE_MS).unref();

/** The kinds of open handles, standard streams apart, each with its number: `TCPServerWrap × 2`. */
function openHandles(): readonly string[] {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (kind !== 'PipeWrap' && kind !== 'TTYWrap') counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  if (counts.size === 0) return ['a pipe'];
  return [...counts].map(([kind, count]) => (count === 1 ? kind : `${kind} × ${count}`));
}
