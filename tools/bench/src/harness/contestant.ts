/** A row's process as the run sees it: started, prepared, asked for rounds, ended. Speaks lines of JSON over its pipes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findPython } from './python.ts';
import type { Row } from './suite.ts';
import type { Pace } from './workload.ts';

/** A process that has not answered an order after this many milliseconds is ended. */
const ANSWER_TIMEOUT_MS = 60_000;
/** Lines of a failed process's own words that are passed on. */
const MAX_COMPLAINT_CHARS = 400;

interface Answer {
  readonly value?: number;
  readonly error?: string;
}

/** A row cannot be measured here, for a reason worth printing in its place. */
export class CannotRun extends Error {}

/** One process. */
export class Contestant {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  #complaint = '';

  /** @throws CannotRun where what it runs on is not installed */
  constructor(row: Row) {
    const [program, ...args] = commandOf(row);
    // A script in another language may need a process of Node's own.
    const env = { ...process.env, OXBOW_NODE: process.execPath };
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
    const { stdout, stderr, stdin } = this.#child;
    if (stdout === null || stderr === null || stdin === null) throw new CannotRun('no pipes to the process');
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-MAX_COMPLAINT_CHARS);
    });
    stdin.on('error', () => {}); // an ended process has its say in #ask
    this.#child.on('error', (error) => {
      this.#complaint = error.message;
    });
    this.#answers = createInterface(stdout)[Symbol.asyncIterator]();
  }

  /** Loads and warms up. */
  async prepare(pace: Pace): Promise<void> {
    await this.#ask({ order: 'prepare', ...pace });
  }

  /** One round's figure. */
  async round(): Promise<number> {
    const { value } = await this.#ask({ order: 'round' });
    if (value === undefined) throw new Error('the round gave no figure');
    return value;
  }

  /** Ends the process. Harmless when repeated. */
  close(): void {
    this.#child.kill('SIGKILL');
  }

  async #ask(order: object): Promise<Answer> {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
    const timer = setTimeout(() => {
      this.#complaint = `no answer within ${ANSWER_TIMEOUT_MS / 1000} s`;
      this.close();
    }, ANSWER_TIMEOUT_MS);
    try {
      const { done, value } = await this.#answers.next();
      if (done) throw new Error(`the process ended: ${this.#complaint.trim()}`);
      const answer = JSON.parse(value) as Answer;
      if (answer.error !== undefined) throw new Error(answer.error.slice(0, MAX_COMPLAINT_CHARS));
      return answer;
    } finally {
      clearTimeout(timer);
    }
  }
}

function commandOf({ file, workload, flags = [] }: Row): readonly [string, ...string[]] {
  if (file.pathname.endsWith('.py')) {
    const python = findPython(flags);
    if (typeof python === 'object') throw new CannotRun(python.missing);
    return [python, fileURLToPath(file), workload, ...flags];
  }
  const host = fileURLToPath(new URL('./contestant-process.ts', import.meta.url));
  return [process.execPath, '--disable-warning=ExperimentalWarning', ...flags, host, file.href, workload];
}
