/**
 * Runs `oxbow-test` in a folder of `test/fixtures`, as a package would.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Results } from '../src/results.ts';

const bin = fileURLToPath(new URL('../bin.mjs', import.meta.url));

/** What a run of the command came to. */
export interface FixtureRun {
  readonly exitCode: number | null;
  readonly output: string;
  readonly results: Results;
  /** Titles of what failed, in order. */
  readonly failed: readonly string[];
}

/** The folder of a fixture. */
export function fixtureFolder(name: string): string {
  return fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
}

/** Runs the command in a fixture's folder, with the environment's own switches taken away. */
export async function runFixture(
  name: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<FixtureRun> {
  const cwd = fixtureFolder(name);
  const { exitCode, output } = await runNode([bin, ...args], cwd, env);
  const results = JSON.parse(readFileSync(join(cwd, '.results/results.json'), 'utf8')) as Results;
  const cases = results.files.flatMap((file) => file.cases);
  return {
    exitCode,
    output,
    results,
    failed: cases.filter((one) => one.outcome === 'failed').map((one) => one.title),
  };
}

/** Runs Node and collects both outputs. */
export function runNode(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ exitCode: number | null; output: string }> {
  const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith('OXBOW_'));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, output }));
  });
}
