/** A program that is started, listened to, and told to end. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { until } from '@oxbow/testkit';
import { cleanEnvironment } from './npm.ts';

/** A program under way. */
export interface StartedProgram {
  /** Everything it has printed so far, errors too. */
  output(): string;
  /** Waits for a word of its output, and fails with all of it when it ends without having said it. */
  said(word: RegExp): Promise<string>;
  /** Sends a signal to it and what it has started, as a terminal does at Ctrl-C, and gives the exit code: 128 + its number when it ended by it. */
  end(signal: NodeJS.Signals): Promise<number>;
  /** Waits for its end and gives the exit code. */
  ended(): Promise<number>;
}

/** Starts a program in a folder. */
export function startProgram(
  folder: string,
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): StartedProgram {
  const child = spawn(program, args, { cwd: folder, env: { ...cleanEnvironment(), ...env }, detached: true });
  let output = '';
  const keep = (text: Buffer): void => {
    output += text.toString();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const closed = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
  closed.catch(() => {});
  const line = [program, ...args].join(' ');
  return {
    output: () => output,
    said: async (word) => {
      const isOver = () => child.exitCode !== null || child.signalCode !== null;
      await until(`"${line}" to say ${word}`, () => word.test(output) || isOver());
      const match = word.exec(output);
      if (match === null) throw new Error(`"${line}" ended with exit code ${await closed}:\n${output}`);
      return match[1] ?? match[0];
    },
    end: (signal) => {
      // A group of its own: npm leaves its script alone when a SIGTERM comes to it only.
      if (child.pid !== undefined) process.kill(-child.pid, signal);
      return until(`"${line}" to end`, async () => ({ code: await closed })).then(({ code }) => code);
    },
    ended: () => until(`"${line}" to end`, async () => ({ code: await closed })).then(({ code }) => code),
  };
}
