/** What people copy: the TypeScript blocks of the real READMEs, pages and doc comments compile against the real packages. */
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@oxbow/testkit';
import { formatProblem } from '../../src/problem.ts';
import { readTree } from '../../src/read-tree.ts';
import { runCommand } from '../../src/run-command.ts';
import type { StepContext } from '../../src/step.ts';
import { checkSnippetsIn } from '../../src/steps/check-snippets.ts';

const test = suite('what our pages show');
const root = join(dirname(fileURLToPath(import.meta.url)), '../../../..');
/** Below the one deadline of a test, so that a compiler that hangs is ended and named. */
const COMPILER_TIMEOUT_MS = 100_000;

const run: StepContext['run'] = (program, args, cwd = root, timeoutMs = COMPILER_TIMEOUT_MS) => {
  const path = [join(root, 'node_modules/.bin'), dirname(process.execPath), process.env.PATH];
  return runCommand({ program, args, cwd, env: { ...process.env, PATH: path.join(delimiter) }, timeoutMs });
};

test('compiles, block by block', async () => {
  const context: StepContext = { root, tree: readTree(root), fix: false, run };
  const {
    ok,
    problems = [],
    output = '',
  } = await checkSnippetsIn('node_modules/.cache/oxbow-check/snippets-of-test', context);
  assert.equal([problems.map((problem) => formatProblem('snippets', problem)), output, ok], [[], '', true]);
});

test.run();
