/**
 * Runs programs for the page: `POST /run/<name>` answers with what the program prints while it prints it. When the page goes, or asks to stop by
 * closing the request, the program is interrupted as by Ctrl-C.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { isFromElsewhere } from '@oxbow/shell';
import { PROGRAMS } from './program-list.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
/** Programs that run at once; further ones are refused with 429. */
const MAX_RUNNING = 4;
/** A program that has not ended by then is interrupted, in milliseconds: no chapter needs a minute, but a server has no end. */
const MAX_RUN_MS = 10 * 60_000;
/** An interrupted program gets this long to clean up, in milliseconds. */
const GRACE_MS = 5000;

/** The programs that run for pages now. */
export class ProgramRuns {
  readonly #running = new Set<ChildProcess>();

  /** Answers a request for `/run/<name>`. */
  answer(name: string, request: IncomingMessage, response: ServerResponse): void {
    const refusal = this.#refusalOf(name, request);
    if (refusal !== undefined) {
      const [status, message] = refusal;
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
      return;
    }
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, name]);
    this.#running.add(child);
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
    response.flushHeaders();
    for (const output of [child.stdout, child.stderr])
      output.on('data', (chunk: Buffer) => response.write(chunk));
    const limit = setTimeout(() => interrupt(child), MAX_RUN_MS);
    response.once('close', () => interrupt(child));
    child.once('error', () => response.end());
    child.once('close', () => {
      clearTimeout(limit);
      this.#running.delete(child);
      response.end();
    });
  }

  #refusalOf(name: string, request: IncomingMessage): readonly [status: number, message: string] | undefined {
    if (request.method !== 'POST') return [405, 'programs are started by POST'];
    if (isFromElsewhere(request)) return [403, 'programs are started from this page only'];
    if (!PROGRAMS.some((program) => program.name === name)) return [404, `there is no program ${name}`];
    return this.#running.size < MAX_RUNNING
      ? undefined
      : [429, `${MAX_RUNNING} programs are running already: stop one first`];
  }

  /** Interrupts what runs, and waits for it. */
  async close(): Promise<void> {
    await Promise.all(
      Array.from(this.#running, (child) => {
        const ended = new Promise((resolve) => child.once('close', resolve));
        interrupt(child);
        return ended;
      }),
    );
  }
}

function interrupt(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGINT');
  const force = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  child.once('close', () => clearTimeout(force));
}
