/**
 * Runs one outside tool to its end and keeps what it said. A tool that hangs is ended with everything it started.
 *
 * Knows nothing of what the tools check.
 */
import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

/** How a tool ended. */
export interface Outcome {
  readonly ok: boolean;
  /** Everything it wrote, both streams in order of arrival, without colours (nx gives its tasks colours by force). */
  readonly output: string;
}

/** What to run and where. */
export interface Command {
  /** Name of the program, looked up on `env.PATH`. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds after which the tool is ended. */
  readonly timeoutMs: number;
}

/** Runs the command; never rejects: a tool that is missing or hangs is an outcome that is not ok. */
export function runCommand({ program, args, cwd, env, timeoutMs }: Command): Promise<Outcome> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    // A group of its own, so that a tool's own children end with it.
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const stop = (): void => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    const finish = (ok: boolean, note = ''): void => {
      clearTimeout(timer);
      process.off('exit', stop);
      resolve({ ok, output: stripVTControlCharacters(Buffer.concat(chunks).toString('utf8')) + note });
    };
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      stop();
    }, timeoutMs);
    process.once('exit', stop);
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', (error) => finish(false, `could not start ${program}: ${error.message}\n`));
    child.once('close', (code, signal) => {
      if (late) finish(false, `ended after ${timeoutMs} ms\n`);
      else finish(code === 0, signal === null ? '' : `ended by ${signal}\n`);
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}
