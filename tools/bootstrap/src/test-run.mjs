/**
 * `npm test`: the tests of the workspace or of some of its projects, and their sum as the last line.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { runMany } from './nx.mjs';
import { say } from './progress.mjs';
import { attach } from './run.mjs';
import { select } from './selection.mjs';
import { addUp, lastLine } from './tally.mjs';
import { readProjects, root } from './workspace.mjs';

/** How long to wait for another test run in the same clone, in milliseconds. */
const TEST_LOCK_TIMEOUT_MS = 15 * 60_000;

const OPTIONS = ['--no-integration', '--coverage', '--no-cache'];

/**
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {readonly string[]} words
 * @returns {Promise<number>} the exit code
 */
export async function testRun(toolchain, words) {
  const testable = readProjects().filter(({ scripts }) => scripts.test !== undefined);
  const selection = select(words, testable, { command: 'test', options: OPTIONS, patterns: true });
  // Two runs would take away each other's results.
  return withLock(join(root, '.toolchain/test.lock'), () => testSelected(toolchain, selection), {
    timeoutMs: TEST_LOCK_TIMEOUT_MS,
    onWait: (owner) => say(`another test run (${owner}) is at work in this clone: waiting for it…`),
  });
}

/**
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {import('./selection.mjs').Selection} selection
 */
async function testSelected(toolchain, { projects, patterns, options }) {
  const coverage = options.has('--coverage');
  for (const { folder } of projects) rmSync(join(root, folder, '.results'), { recursive: true, force: true });
  if (coverage) rmSync(join(root, 'coverage'), { recursive: true, force: true });

  const exitCode = await runMany(toolchain, 'test', projects, {
    flags: coverage || options.has('--no-cache') ? ['--skip-nx-cache'] : [],
    args: patterns,
    env: {
      ...(options.has('--no-integration') && { OXBOW_NO_INTEGRATION: '1' }),
      // V8 counts less exactly what it takes from the cache.
      ...(coverage && { OXBOW_COVERAGE: '1', NODE_DISABLE_COMPILE_CACHE: '1' }),
    },
  });
  if (exitCode > 128) return exitCode;
  if (coverage) await reportCoverage(toolchain);

  const results = projects.map(({ shortName, folder }) => ({
    name: shortName,
    results: readResults(folder),
  }));
  const tally = addUp(results, exitCode);
  console.log();
  for (const { name, results: project } of results) {
    for (const { file, cases } of project?.files ?? []) {
      for (const { suite, title, outcome } of cases) {
        if (outcome === 'failed')
          console.log(`✘ ${name} ${file}: ${suite === '' ? '' : `${suite}: `}${title}`);
      }
    }
  }
  for (const problem of tally.problems) console.log(`✘ ${problem}`);
  console.log(lastLine(tally));
  return tally.failed === 0 ? 0 : 1;
}

/**
 * @param {string} folder
 * @returns {undefined | import('./tally.mjs').Counts & {
 *   files: { file: string, cases: { suite: string, title: string, outcome: string }[] }[] }}
 */
function readResults(folder) {
  const file = join(root, folder, '.results/results.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** @param {import('./toolchain.mjs').Toolchain} toolchain */
async function reportCoverage({ node, env }) {
  const report = ['text-summary', 'html', 'lcovonly'].map((reporter) => `--reporter=${reporter}`);
  const folders = ['--temp-directory=coverage/v8', '--reports-dir=coverage', '--include=packages/*/src/**'];
  await attach(node, [join(root, 'node_modules/c8/bin/c8.js'), 'report', ...folders, ...report], {
    cwd: root,
    env,
  });
  console.log('The coverage of each file is in coverage/index.html.');
}
