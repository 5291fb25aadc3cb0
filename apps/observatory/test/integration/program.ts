/** Runs the program as a person would: in a process of its own, with its own streams. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A running program and what it has said so far. */
export interface Program {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves when `pattern` stands in its output; rejects when it ends first. */
  says(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Its exit code, when it has ended and all its output has come. */
  ended(): Promise<number | null>;
}

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Starts the observatory with `args` in `folder`; `env` is added to the environment. */
export function startProgram(
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Program {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { ...process.env, INIT_CWD: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A test that fails half way must not leave its program running.
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('close', () => process.off('exit', kill));
  let stdout = '';
  let stderr = '';
  const closed = once(child, 'close');
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(stdout);
          if (match !== null) resolve(match);
        };
        child.stdout.on('data', look);
        look();
        closed.then(
          () => reject(new Error(`it ended without saying ${pattern}: ${stdout}${stderr}`)),
          reject,
        );
      }),
    ended: async () => {
      const [code] = (await closed) as [number | null];
      return code;
    },
  };
}
