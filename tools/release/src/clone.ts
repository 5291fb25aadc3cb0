/** A clone of what is committed, in which a release is made: whatever lies in the working tree has no part in it. */
import { spawn } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** A program that did not end well. */
export class StepError extends Error {
  override readonly name = 'StepError';
}

/** Runs a program with its output on this terminal. @throws StepError when its exit code is not 0 */
export async function step(cwd: string, program: string, args: readonly string[]): Promise<void> {
  const exitCode = await new Promise<number>((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: environment(), stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  if (exitCode !== 0) throw new StepError(`${[program, ...args].join(' ')} ended with exit code ${exitCode}`);
}

/** Runs a program and gives what it printed. @throws StepError when its exit code is not 0 */
export async function answer(cwd: string, program: string, args: readonly string[]): Promise<string> {
  const { exitCode, output } = await new Promise<{ exitCode: number; output: string }>((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    let said = '';
    child.stdout.on('data', (text) => (printed += text));
    child.stderr.on('data', (text) => (said += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ exitCode: code ?? 1, output: code === 0 ? printed : said }));
  });
  if (exitCode !== 0) throw new StepError(`${[program, ...args].join(' ')}: ${output.trim()}`);
  return output;
}

/** This process's, without the folder that npm was started in: programs of the clone would work there. */
function environment(): NodeJS.ProcessEnv {
  const { INIT_CWD: _, ...rest } = process.env;
  return rest;
}

/** Clones `root` as it is committed into `folder`, with the toolchain that is there already. */
export async function cloneInto(root: string, folder: string): Promise<void> {
  await answer(root, 'git', ['clone', '--quiet', root, folder]);
  const toolchain = join(root, '.toolchain');
  if (existsSync(toolchain)) symlinkSync(toolchain, join(folder, '.toolchain'));
}

/** Runs one of the workspace's own commands in the clone. */
export function command(clone: string, words: readonly string[]): Promise<void> {
  return step(clone, process.execPath, [join(clone, 'tools/bootstrap/main.mjs'), ...words]);
}
