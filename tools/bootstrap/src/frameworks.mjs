/**
 * `npm test -- --frameworks`: the tests of tools/frameworks, which run the packages inside Express, Fastify and OpenTelemetry's
 * SDK, and the recipes of the documentation. Those are installed by this command and `npm run docs` alone.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { installDependencies } from './dependencies.mjs';
import { runQuietly } from './run.mjs';
import { lastLine } from './tally.mjs';
import { root } from './workspace.mjs';

const FOLDER = 'tools/frameworks';
/** How long a test file may take, in milliseconds. */
const FILE_TIMEOUT_MS = 120_000;

/**
 * How many tests a file has run, and how many of them well, by the summary at its end.
 *
 * @param {string} output
 * @returns {{ passed: number, failed: number }} one failure, if there is no summary
 */
export function countsOf(output) {
  const total = /^\s*Total:\s+(\d+)/m.exec(output);
  const passed = /^\s*Passed:\s+(\d+)/m.exec(output);
  if (total === null || passed === null) return { passed: 0, failed: 1 };
  return { passed: Number(passed[1]), failed: Number(total[1]) - Number(passed[1]) };
}

/**
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {RegExp} [which] the names of the test files
 * @returns {Promise<number>} the exit code
 */
export async function frameworksRun(toolchain, which = /\.test\.ts$/) {
  await installDependencies(toolchain, FOLDER);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const name of readdirSync(join(root, FOLDER, 'test'))
    .filter((each) => which.test(each))
    .sort()) {
    const file = `${FOLDER}/test/${name}`;
    const { exitCode, output } = await runQuietly('node', [file], {
      cwd: root,
      env: { ...toolchain.env, NO_COLOR: '1' },
      timeout: FILE_TIMEOUT_MS,
    });
    const { passed, failed } = countsOf(output);
    counts.passed += passed;
    counts.failed += exitCode === 0 ? failed : Math.max(1, failed);
    if (exitCode !== 0) console.log(`✘ ${file}\n${output}`);
  }
  console.log(lastLine(counts));
  return counts.failed === 0 ? 0 : 1;
}
