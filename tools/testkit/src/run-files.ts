/**
 * Runs test files one after the other in a process group of their own, and judges how each went. What ends the process ends
 * one file only: the rest goes on in a new process.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MarkReader } from './file-mark.ts';
import { type Ending, judge, type Problem } from './judge.ts';
import { emptyLedger, type Ledger, readJournal } from './ledger.ts';
import { MAX_LOG_BYTES } from './limits.ts';
import { LogTail } from './log-tail.ts';

/** How long the output of a process that ended may still be held open by its children, in milliseconds. */
const OUTPUT_GRACE_MS = 5_000;

const child = fileURLToPath(new URL('./file.ts', import.meta.url));
const alive = new Set<ChildProcess>();

/** How files are run. */
export interface RunOptions {
  /** How long each may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly env: NodeJS.ProcessEnv;
  /** Whether what one leaves changed in its process is a failure. */
  readonly shared: boolean;
}

/** A test file's run. */
export interface FileResult {
  readonly file: string;
  readonly ms: number;
  readonly ledger: Ledger;
  readonly problems: readonly Problem[];
  /** The last part of what the file printed. */
  readonly log: string;
}

/**
 * Runs files and gives the result of each as its process ends; a file that takes longer than it may has its whole
 * process group killed.
 *
 * @param files their paths, relative to the current folder
 */
export async function* runFiles(
  files: readonly string[],
  options: RunOptions,
): AsyncGenerator<FileResult, void, undefined> {
  for (let rest = files; rest.length > 0; ) {
    const results = await runProcess(rest, options);
    yield* results;
    rest = rest.slice(results.length);
  }
}

/** Kills every process group that still runs; for the runner's own end. */
export function killAll(): void {
  for (const process of alive) killGroup(process);
}

/** Runs as many of the files as one process gets through: the first of them at least. */
async function runProcess(files: readonly string[], options: RunOptions): Promise<readonly FileResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'oxbow-test-'));
  const journals = join(folder, 'journal');
  const logs = files.map(() => new LogTail(MAX_LOG_BYTES));
  const { timeoutMs, env, shared } = options;
  const sharing = shared ? 'shared' : 'alone';
  const args = [child, String(process.pid), journals, sharing, ...files.map((file) => resolve(file))];
  try {
    const ended = await endOf(
      spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
        env,
      }),
      logs,
      timeoutMs,
    );
    // A process that ended before its first file began is that file's failure.
    const begun = files.filter((_, index) => index === 0 || existsSync(`${journals}-${index}`));
    const results = begun.map((file, index) => {
      const ledger = readLedger(`${journals}-${index}`);
      const isLast = index === begun.length - 1;
      const ending = endingOf(ledger, isLast ? ended.ending : undefined);
      const ms = ledger.closed?.ms ?? Math.round(performance.now() - ended.lastBeganAt);
      return { file, ms, ledger, problems: judge(ledger, ending), log: logs[index]?.text() ?? '' };
    });
    const isSpoiltAtExit =
      ended.ending.exitCode !== 0 && results.every(({ ledger }) => ledger.closed?.exitCode === 0);
    return isSpoiltAtExit && results.length > 1 ? await eachAlone(begun, options) : results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What runs at the exit of a shared process may be any file's: alone, each has its own. */
async function eachAlone(files: readonly string[], options: RunOptions): Promise<readonly FileResult[]> {
  const results: FileResult[] = [];
  for (const file of files) results.push(...(await runProcess([file], options)));
  return results;
}

/** How a file ended: as it would have by itself, or, for the one that was running last, as the process did. */
function endingOf({ closed }: Ledger, ofProcess: Ending | undefined): Ending {
  if (ofProcess !== undefined && (closed === undefined || ofProcess.exitCode !== 0)) return ofProcess;
  return { exitCode: closed?.exitCode ?? 0, exitSignal: null };
}

interface Ended {
  readonly ending: Ending;
  /** When its last file began, by `performance.now()`. */
  readonly lastBeganAt: number;
}

function endOf(process: ChildProcess, logs: readonly LogTail[], timeoutMs: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let killedAfterMs: number | undefined;
    let lastBeganAt = performance.now();
    const kill = (): void => {
      killedAfterMs = timeoutMs;
      killGroup(process);
    };
    let timer = setTimeout(kill, timeoutMs);
    const begin = (): void => {
      lastBeganAt = performance.now();
      clearTimeout(timer);
      timer = setTimeout(kill, timeoutMs);
    };
    alive.add(process);
    const log = (index: number, chunk: Buffer): void => logs[index]?.write(chunk);
    const readers = [new MarkReader(log, begin), new MarkReader(log)] as const;
    process.stdout?.on('data', (chunk: Buffer) => readers[0].write(chunk));
    process.stderr?.on('data', (chunk: Buffer) => readers[1].write(chunk));
    process.once('error', reject);
    process.once('exit', (exitCode, exitSignal) => {
      clearTimeout(timer);
      // What a file started and left behind may hold its output open.
      killGroup(process);
      const release = setTimeout(() => {
        process.stdout?.destroy();
        process.stderr?.destroy();
      }, OUTPUT_GRACE_MS);
      process.once('close', () => {
        clearTimeout(release);
        clearTimeout(timer);
        for (const reader of readers) reader.end();
        alive.delete(process);
        const ending = { exitCode, exitSignal, ...(killedAfterMs === undefined ? {} : { killedAfterMs }) };
        resolve({ ending, lastBeganAt });
      });
    });
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // ESRCH: the whole group has ended already.
  }
}

function readLedger(journal: string): Ledger {
  try {
    return readJournal(readFileSync(journal, 'utf8'));
  } catch (error) {
    // Never written: the process died before it declared anything.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return emptyLedger();
    throw error;
  }
}
