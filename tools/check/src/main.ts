/**
 * `npm run check -- [--fix] [rule…]`: reads the tree once, runs the rules and the outside tools, prints every problem as
 * `path:line rule: what to do`, a summary with the time of each, and fails if there is any.
 */
import { writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeAll, type Request, readCommandLine } from './command-line.ts';
import { formatProblem, type Problem } from './problem.ts';
import { readTree } from './read-tree.ts';
import { RULES } from './rules.ts';
import { runCommand } from './run-command.ts';
import type { StepContext } from './step.ts';
import { runSteps } from './steps.ts';
import type { Tree } from './tree.ts';

/** Milliseconds an outside tool may take before it counts as hung. */
const STEP_TIMEOUT_MS = 300_000;

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const summary: string[] = [];
let problemCount = 0;
let warningCount = 0;
let failedTools = 0;

function report(name: string, problems: readonly Problem[]): void {
  for (const problem of problems) console.log(formatProblem(name, problem));
  warningCount += problems.filter(({ warning }) => warning).length;
  problemCount += problems.filter(({ warning }) => !warning).length;
}

function summarize(name: string, ok: boolean, ms: number, note: string): void {
  summary.push(
    `  ${ok ? '✔' : '✘'} ${name.padEnd(14)} ${(ms / 1000).toFixed(1).padStart(6)} s${note && `  ${note}`}`,
  );
}

function countOf(problems: readonly Problem[]): string {
  return problems.length === 0 ? '' : `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
}

function runRules(tree: Tree, { names, fix }: Request): void {
  for (const rule of RULES) {
    if (!names.has(rule.name)) continue;
    const start = performance.now();
    const found = rule.audit(tree);
    const left = fix ? found.filter((problem) => !mend(problem)) : found;
    report(rule.name, left);
    summarize(
      rule.name,
      left.every(({ warning }) => warning),
      performance.now() - start,
      countOf(left),
    );
  }
}

function mend({ path, fix }: Problem): boolean {
  if (fix === undefined) return false;
  writeFileSync(join(root, path), fix);
  console.log(`mended ${path}`);
  return true;
}

async function runTools(tree: Tree, { names, fix }: Request): Promise<void> {
  const bins = [join(root, 'node_modules/.bin'), dirname(process.execPath)];
  const env: NodeJS.ProcessEnv = { NX_DAEMON: 'false', NX_TUI: 'false', ...process.env };
  env.PATH = [...bins, process.env.PATH].join(delimiter);
  const run: StepContext['run'] = (program, args, cwd = root, timeoutMs = STEP_TIMEOUT_MS, more = {}) =>
    runCommand({ program, args, cwd, env: { ...env, ...more }, timeoutMs });
  await runSteps(
    (name) => names.has(name),
    { root, tree, fix, run },
    (step, result, ms) => {
      const problems = result.problems ?? [];
      report(step.name, problems);
      if (!result.ok && result.output) console.log(`── ${step.name} ──\n${result.output.trimEnd()}\n`);
      if (!result.ok && problems.length === 0) failedTools++;
      summarize(step.name, result.ok, ms, countOf(problems));
    },
  );
}

async function main(): Promise<number> {
  let request: Request;
  try {
    request = readCommandLine(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 2;
  }
  if (request.list) {
    console.log(`npm run check -- [--fix] [name…]\n${describeAll()}`);
    return 0;
  }
  const start = performance.now();
  const tree = readTree(root);
  summarize('read the tree', true, performance.now() - start, `${tree.files.size} files`);
  runRules(tree, request);
  await runTools(tree, request);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const tools = failedTools === 0 ? '' : `, ${failedTools} ${failedTools === 1 ? 'tool' : 'tools'} failed`;
  console.log(
    `${summary.join('\n')}\n${problemCount} problems, ${warningCount} warnings${tools} in ${seconds} s`,
  );
  return problemCount + failedTools === 0 ? 0 : 1;
}

// A reader that has seen enough (`npm run check | head`) closes the pipe: the rest need not be said.
process.stdout.on('error', () => {});
process.exitCode = await main();
