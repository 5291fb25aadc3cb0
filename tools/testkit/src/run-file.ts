/**
 * Runs one test file in a process group of its own and judges how it went.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Ending, judge, type Problem } from './judge.ts';
import { emptyLedger, type Ledger, readJournal } from './ledger.ts';
import { MAX_LOG_BYTES } from './limits.ts';
import { LogTail } from './log-tail.ts';

/** How long the output of a process that ended may still be held open by its children, in milliseconds. */
const OUTPUT_GRACE_MS = 1_000;

const child = fileURLToPath(new URL('./file.ts', import.meta.url));
const alive = new Set<ChildProcess>();
let started = 0;

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
 * Runs a file and waits until its process has ended; at `timeoutMs` the whole process group is killed.
 *
 * @param file the path of the file, relative to the current folder
 */
export async function runFile(file: string, timeoutMs: number, env: NodeJS.ProcessEnv): Promise<FileResult> {
  const journal = join(tmpdir(), `oxbow-test-${process.pid}-${started++}.jsonl`);
  const startedAt = performance.now();
  const log = new LogTail(MAX_LOG_BYTES);
  try {
    const ending = await endOf(
      spawn(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', child, resolve(file), journal, String(process.pid)],
        { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env },
      ),
      log,
      timeoutMs,
    );
    const ledger = readLedger(journal);
    const ms = Math.round(performance.now() - startedAt);
    return { file, ms, ledger, problems: judge(ledger, ending), log: log.text() };
  } finally {
    rmSync(journal, { force: true });
  }
}

/** Kills every process group that still runs; for the runner's own end. */
export function killAll(): void {
  for (const process of alive) killGroup(process);
}

function endOf(process: ChildProcess, log: LogTail, timeoutMs: number): Promise<Ending> {
  return new Promise((resolve, reject) => {
    let killedAfterMs: number | undefined;
    alive.add(process);
    process.stdout?.on('data', (chunk: Buffer) => log.write(chunk));
    process.stderr?.on('data', (chunk: Buffer) => log.write(chunk));
    const timer = setTimeout(() => {
      killedAfterMs = timeoutMs;
      killGroup(process);
    }, timeoutMs);
    process.once('error', reject);
    process.once('exit', (exitCode, exitSignal) => {
      clearTimeout(timer);
      // What the file started and left behind may hold its output open.
      killGroup(process);
      const release = setTimeout(() => {
        process.stdout?.destroy();
        process.stderr?.destroy();
      }, OUTPUT_GRACE_MS);
      process.once('close', () => {
        clearTimeout(release);
        alive.delete(process);
        resolve({ exitCode, exitSignal, ...(killedAfterMs === undefined ? {} : { killedAfterMs }) });
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
