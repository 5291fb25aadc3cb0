/**
 * The process of one test file or of several, one after the other: imports each, lets uvu run its suites, and writes to the
 * file's journal how far it came. Started by `run-files.ts` with its process id, the journals' common path, whether what a file
 * leaves changed matters, and the files.
 *
 * The next file begins when nothing of the last one is open any more, which is when the process would have ended. One that
 * leaves handles open ends the process; so do child processes and changed surroundings, and the runner starts another
 * process for the files that are left.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { fileMark } from './file-mark.ts';
import { EXIT_HANDLES_LEFT } from './judge.ts';
import { beginJournal, note } from './ledger.ts';
import { DEFAULT_HANDLE_GRACE_MS, limitFromEnv } from './limits.ts';
import { openHandles } from './open-handles.ts';
import { Skipped } from './skip-unless.ts';
import { differences, lookAround } from './surroundings.ts';

/** How often the process looks whether its runner is still there, in milliseconds. */
const ORPHAN_CHECK_MS = 1_000;

/** What Node ends with when nothing can wake an `await` at the top of a module. */
const EXIT_UNSETTLED = 13;

// Tests may replace the global timers; the grace must not notice.
const { setTimeout, clearTimeout, setImmediate } = globalThis;

const [runnerId, journals, sharing, ...files] = process.argv.slice(2) as [
  string,
  string,
  string,
  ...string[],
];

// A runner killed outright cannot end its processes; they end themselves.
setInterval(() => {
  if (process.ppid !== Number(runnerId)) process.exit(1);
}, ORPHAN_CHECK_MS).unref();

let onDrained: (() => void) | undefined;
process.on('beforeExit', () => {
  if (onDrained === undefined) process.exit(EXIT_UNSETTLED);
  onDrained();
});

// Not awaited at the top: Node would take a file's end for an await that nothing can wake.
void runFiles();

async function runFiles(): Promise<void> {
  for (const [index, file] of files.entries()) {
    const startedAt = performance.now();
    beginJournal(`${journals}-${index}`);
    note({ kind: 'begun' });
    if (index > 0) for (const output of [process.stdout, process.stderr]) output.write(fileMark(index));
    // The file under test sees the command line it would have by hand.
    process.argv.splice(1, Number.POSITIVE_INFINITY, file);
    // uvu reads these when it is first imported: run when told to, not by itself.
    Object.assign(globalThis, { UVU_DEFER: 1, UVU_QUEUE: [[null]], UVU_INDEX: 0 });
    const { exec } = await import('uvu');
    await import('./suite.ts');
    const before = lookAround();

    onDrained = undefined;
    try {
      await import(pathToFileURL(file).href);
    } catch (error) {
      if (!(error instanceof Skipped)) throw error;
      note({ kind: 'file skipped', reason: error.message });
    }
    await exec();
    note({ kind: 'finished' });
    await drained();

    const changes = sharing === 'shared' ? differences(before, lookAround()) : [];
    if (changes.length > 0) note({ kind: 'left behind', changes });
    const exitCode = Number(process.exitCode ?? 0);
    note({ kind: 'closed', exitCode, ms: Math.round(performance.now() - startedAt) });
    const isLast = index === files.length - 1;
    if (!isLast && (changes.length > 0 || hasChildren())) process.exit();
    if (!isLast) process.exitCode = undefined;
  }
}

/** Resolves when nothing keeps the process alive any more, or ends it after the grace. */
async function drained(): Promise<void> {
  const grace = setTimeout(
    () => {
      const names = openHandles();
      note({ kind: 'handles left', names: names.length === 0 ? ['a pipe'] : names });
      process.exit(EXIT_HANDLES_LEFT);
    },
    limitFromEnv('OXBOW_HANDLE_GRACE', DEFAULT_HANDLE_GRACE_MS),
  ).unref();
  // A file may have run within the last one's 'beforeExit'; Node tells it again only after another turn of its loop.
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise<void>((resolve) => {
    onDrained = resolve;
  });
  clearTimeout(grace);
}

/** Whether processes are left that a test started; only Linux tells. */
function hasChildren(): boolean {
  try {
    return readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim() !== '';
  } catch {
    return false;
  }
}
