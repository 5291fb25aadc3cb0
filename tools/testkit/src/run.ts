/**
 * `oxbow-test`: runs the tests of the package in the current folder, several files at once, prints what
 * failed, and writes `.results/results.json` and `.results/junit.xml`.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { type Request, readArguments, USAGE } from './command-line.ts';
import { emptyLedger } from './ledger.ts';
import {
  DEFAULT_FILE_TIMEOUT_MS,
  DEFAULT_HANDLE_GRACE_MS,
  DEFAULT_TEST_TIMEOUT_MS,
  limitFromEnv,
} from './limits.ts';
import { takePlace } from './places.ts';
import { fileReport, lastLine } from './report.ts';
import { sumUp, toJunit } from './results.ts';
import { type FileResult, killAll, runFiles } from './run-files.ts';
import { chooseTestFiles, divideIntoBatches, FILES_A_PROCESS, findTestFiles } from './test-files.ts';

/** Runs the command and returns its exit code: 0 passed, 1 failed, 2 asked for something impossible. */
export async function main(args: readonly string[]): Promise<number> {
  let request: Request;
  let jobs: number;
  let fileTimeoutMs: number;
  try {
    request = readArguments(args, process.env);
    jobs =
      limitFromEnv('OXBOW_JOBS', availableParallelism()) * (process.env.OXBOW_PLACES === undefined ? 1 : 2);
    fileTimeoutMs = limitFromEnv('OXBOW_FILE_TIMEOUT', DEFAULT_FILE_TIMEOUT_MS);
    limitFromEnv('OXBOW_TEST_TIMEOUT', DEFAULT_TEST_TIMEOUT_MS);
    limitFromEnv('OXBOW_HANDLE_GRACE', DEFAULT_HANDLE_GRACE_MS);
  } catch (error) {
    console.error(`oxbow-test: ${(error as Error).message}`);
    return 2;
  }
  if (request.help) {
    console.log(USAGE);
    return 0;
  }
  endChildrenOnSignal();

  const startedAt = performance.now();
  const all = findTestFiles('.');
  const chosen = chooseTestFiles(all, request);
  const filesAProcess = request.isolated ? 1 : FILES_A_PROCESS;
  const files =
    chosen.length > 0
      ? await runAll(chosen, { jobs, filesAProcess, timeoutMs: fileTimeoutMs })
      : nothingChosen(all, request);
  const results = sumUp(projectName(), process.version, Math.round(performance.now() - startedAt), files);

  rmSync('.results', { recursive: true, force: true });
  mkdirSync('.results');
  writeFileSync('.results/results.json', `${JSON.stringify(results, null, 1)}\n`);
  writeFileSync('.results/junit.xml', toJunit(results));
  console.log(lastLine(results));
  return results.failed === 0 ? 0 : 1;
}

/** Nothing to run is a problem of its own, unless one kind of tests was asked for and there are others. */
function nothingChosen(all: readonly string[], request: Request): readonly FileResult[] {
  const { patterns, integration, endurance } = request;
  if (!integration && chooseTestFiles(all, { ...request, integration: true }).length > 0) {
    console.log('All of its tests are integration tests, which were to be left out.');
    return [];
  }
  if (endurance && all.length > 0) {
    console.log('It has no endurance tests.');
    return [];
  }
  const message =
    all.length === 0
      ? 'there is no test here: add test/<concept>.test.ts.'
      : `no test file matches ${patterns.join(' or ')}; there are: ${all.join(' ')}`;
  const problems = [{ suite: '', title: '<no tests>', message }];
  const nothing = { file: 'test', ms: 0, ledger: emptyLedger(), problems, log: '' };
  console.log(fileReport(nothing));
  return [nothing];
}

async function runAll(
  files: readonly string[],
  { jobs, filesAProcess, timeoutMs }: { jobs: number; filesAProcess: number; timeoutMs: number },
): Promise<readonly FileResult[]> {
  const env = childEnv();
  const batches = divideIntoBatches(files, filesAProcess);
  const waiting = batches.values();
  const results = new Map<string, FileResult>();
  const work = async (): Promise<void> => {
    for (const batch of waiting) {
      const giveBack = await takePlace(batch.kind, process.env.OXBOW_PLACES);
      for await (const result of runFiles(batch.files, { timeoutMs, env, shared: batch.shared })) {
        results.set(result.file, result);
        const report = fileReport(result);
        if (report !== '') console.log(report);
      }
      giveBack();
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, batches.length) }, work));
  return files.flatMap((file) => results.get(file) ?? []);
}

function childEnv(): NodeJS.ProcessEnv {
  // The same output for every caller: nx and CI systems ask for colours. And the same packages as by hand: the shims of pnpm add
  // all that the workspace has to NODE_PATH.
  const {
    FORCE_COLOR: _,
    OXBOW_PLACES: __,
    NODE_PATH: ___,
    ...env
  }: NodeJS.ProcessEnv = {
    ...process.env,
    NO_COLOR: '1',
  };
  if (env.OXBOW_COVERAGE === '1') {
    env.NODE_V8_COVERAGE ??= join(workspaceRoot(), 'coverage', 'v8');
    // V8 counts less exactly what it takes from the cache.
    env.NODE_DISABLE_COMPILE_CACHE = '1';
  }
  return env;
}

function projectName(): string {
  if (!existsSync('package.json')) return basename(process.cwd());
  const { name } = JSON.parse(readFileSync('package.json', 'utf8')) as { name?: string };
  return (name ?? basename(process.cwd())).replace(/^@[^/]*\//, '');
}

/** The nearest folder upwards with a pnpm workspace, or the current one. */
function workspaceRoot(): string {
  for (let folder = resolve('.'); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'pnpm-workspace.yaml'))) return folder;
  }
  return resolve('.');
}

/** The test files run in groups of their own, out of reach of a terminal's Ctrl-C: it is passed on. */
function endChildrenOnSignal(): void {
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.once(signal, () => {
      killAll();
      process.exit(128 + number);
    });
  }
}
