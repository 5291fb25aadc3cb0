/**
 * `npm test`: the tests of the workspace or of some of its projects, and their sum as the last line.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { besideBusyLoops } from './busy-neighbours.mjs';
import { frameworksRun } from './frameworks.mjs';
import { withLock } from './lock.mjs';
import { runMany } from './nx.mjs';
import { openPlaces } from './places.mjs';
import { say } from './progress.mjs';
import { attach } from './run.mjs';
import { runtimesRun } from './runtimes.mjs';
import { select } from './selection.mjs';
import { addUp, lastLine } from './tally.mjs';
import { readProjects, root } from './workspace.mjs';

/** How long to wait for another test run in the same clone, in milliseconds. */
const TEST_LOCK_TIMEOUT_MS = 15 * 60_000;

const OPTIONS = [
  '--no-integration',
  '--endurance',
  '--runtimes',
  '--frameworks',
  '--isolated',
  '--coverage',
  '--no-cache',
  '--help',
];

/** Printed by `npm test -- --help`. */
const USAGE = `usage: npm test -- [package…] [part of a file's path…] [option…]

  loop codec          the tests of some packages; without one, all of the workspace
  loop sync/queue     those files of a package whose path contains the words, at once and without the cache
  --no-integration    leave out test/integration
  --endurance         run test/endurance, which is left out otherwise, and nothing else
  --runtimes          run the packages' programs on Bun and Deno, and nothing else
  --frameworks        run the tests inside frameworks and the recipes, and nothing else
  --isolated          a process for every test file
  --beside N          run beside N busy loops, without the cache
  --no-cache          run what nothing has changed for, too
  --coverage          measure what the tests cover, into coverage/

environment: OXBOW_TEST_TIMEOUT (ms a test), OXBOW_FILE_TIMEOUT (ms a file), OXBOW_JOBS (processes at once),
             OXBOW_REQUIRE=1 (nothing may be skipped), OXBOW_NODE=22.23.3 (run under that Node)`;

/**
 * How much longer an endurance test may take than another: its one deadline, in milliseconds, and that of its file.
 */
const ENDURANCE_LIMITS = { OXBOW_TEST_TIMEOUT: '1200000', OXBOW_FILE_TIMEOUT: '2400000' };

/**
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {readonly string[]} words
 * @returns {Promise<number>} the exit code
 */
export async function testRun(toolchain, words) {
  const testable = readProjects().filter(({ scripts }) => scripts.test !== undefined);
  const grammar = { command: 'test', options: OPTIONS, numbers: ['--beside'], patterns: true };
  const selection = select(words, testable, grammar);
  if (selection.options.has('--help')) {
    console.log(USAGE);
    return 0;
  }
  if (selection.options.has('--runtimes')) return runtimesRun(toolchain, selection.projects);
  if (selection.options.has('--frameworks')) return frameworksRun(toolchain);
  const run = () =>
    besideBusyLoops(selection.numbers.get('--beside') ?? 0, () => testSelected(toolchain, selection));
  // Two runs would take away each other's results.
  return withLock(join(root, '.toolchain/test.lock'), run, {
    timeoutMs: TEST_LOCK_TIMEOUT_MS,
    onWait: (owner) => say(`another test run (${owner}) is at work in this clone: waiting for it…`),
  });
}

/**
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {import('./selection.mjs').Selection} selection
 */
async function testSelected(toolchain, selection) {
  const { projects, options } = selection;
  const coverage = options.has('--coverage');
  for (const { folder } of projects) rmSync(join(root, folder, '.results'), { recursive: true, force: true });
  if (coverage) rmSync(join(root, 'coverage'), { recursive: true, force: true });

  const exitCode = await runProjects(toolchain, selection, {
    ...(options.has('--no-integration') && { OXBOW_NO_INTEGRATION: '1' }),
    ...(options.has('--endurance') && { ...ENDURANCE_LIMITS, OXBOW_ENDURANCE: '1' }),
    ...(options.has('--isolated') && { OXBOW_ISOLATED: '1' }),
    // V8 counts less exactly what it takes from the cache.
    ...(coverage && { OXBOW_COVERAGE: '1', NODE_DISABLE_COMPILE_CACHE: '1' }),
  });
  if (exitCode > 128) return exitCode;
  if (coverage) await reportCoverage(toolchain);

  const results = projects.map(({ shortName, folder }) => ({
    name: shortName,
    results: readResults(folder),
  }));
  const tally = addUp(results, exitCode, { mayBeEmpty: options.has('--endurance') });
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
 * Runs the tests: whole projects through nx, with its cache; chosen files directly, which is quicker than asking the cache.
 *
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {import('./selection.mjs').Selection} selection
 * @param {NodeJS.ProcessEnv} given
 * @returns {Promise<number>} the exit code
 */
async function runProjects(toolchain, { projects, patterns, options, numbers }, given) {
  const places = await openPlaces(Number(process.env.OXBOW_JOBS) || availableParallelism());
  const env = { ...given, OXBOW_PLACES: places.path };
  try {
    if (patterns.length > 0 && !projects.some(({ testsNeedBuild }) => testsNeedBuild)) {
      let worst = 0;
      for (const { folder } of projects) {
        const runner = [join(root, 'tools/testkit/bin.mjs'), ...patterns];
        const flags = ['--disable-warning=ExperimentalWarning'];
        const cwd = join(root, folder);
        const exitCode = await attach(toolchain.node, [...flags, ...runner], {
          cwd,
          env: { ...toolchain.env, ...env },
        });
        worst = Math.max(worst, exitCode);
      }
      return worst;
    }
    const mustRun =
      ['--coverage', '--no-cache', '--endurance'].some((option) => options.has(option)) || numbers.size > 0;
    // All runners at once: they share the places, and most of their time they wait for one.
    const flags = [`--parallel=${projects.length}`, ...(mustRun ? ['--skip-nx-cache'] : [])];
    return await runMany(toolchain, 'test', projects, { flags, args: patterns, env });
  } finally {
    places.close();
  }
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
