// covers: src/command.mjs src/toolchain.mjs src/dependencies.mjs src/progress.mjs src/nx.mjs src/test-run.mjs
/**
 * The whole way from a bare clone to a command, in a workspace of one project with an npm, a pnpm and an nx that only
 * pretend: no network, and every step can be made to fail.
 */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@oxbow/testkit';
import { runQuietly } from '../../src/run.mjs';

const test = suite('setting up a clone', { root: '' });

// Pretends to install: pnpm is a script that makes node_modules, the Node package a link to this Node.
const NPM = `
for last; do :; done
echo "npm $last" >>"$CLONE/calls"
case "$last" in
  $NPM_FAILS@*) echo "npm error code $NPM_CODE"; exit 1 ;;
  pnpm@*) mkdir -p node_modules/.bin
    printf '#!/bin/sh\\necho "pnpm $1" >>"$CLONE/calls"; [ -z "$PNPM_FAILS" ] || { echo "$PNPM_FAILS"; exit 1; }; mkdir -p node_modules' >node_modules/.bin/pnpm
    chmod +x node_modules/.bin/pnpm ;;
  *) package=\${last%@*}; mkdir -p "node_modules/$package/bin"
    printf '#!/bin/sh\\n[ "$1" != --version ] || { echo v24.99.0; exit; }; exec "$REAL_NODE" "$@"' >"node_modules/$package/bin/node"
    chmod +x "node_modules/$package/bin/node" ;;
esac`;

const write = (root: string, path: string, content: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
};
const calls = (root: string): readonly string[] =>
  existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').trim().split('\n').sort() : [];

function run(root: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const { npm_execpath: _, OXBOW_NODE: __, ...inherited } = process.env;
  const env = { ...inherited, CLONE: root, REAL_NODE: process.execPath, NPM_FAILS: 'nothing', ...more };
  return runQuietly(process.execPath, ['tools/bootstrap/main.mjs', ...args], {
    cwd: root,
    env: { ...env, PATH: `${join(root, 'fake')}:${process.env.PATH}` },
  });
}

test.before.each((context) => {
  const root = mkdtempSync(join(tmpdir(), 'oxbow-clone-'));
  context.root = root;
  const bootstrap = fileURLToPath(new URL('../..', import.meta.url));
  for (const part of ['main.mjs', 'src']) {
    cpSync(join(bootstrap, part), join(root, 'tools/bootstrap', part), { recursive: true });
  }
  write(root, 'fake/npm', `#!/bin/sh${NPM}`);
  chmodSync(join(root, 'fake/npm'), 0o755);
  write(root, 'package.json', '{"packageManager":"pnpm@1.2.3"}');
  write(root, '.node-version', '24.99.0\n');
  write(root, 'pnpm-lock.yaml', '');
  write(root, 'pnpm-workspace.yaml', '');
  write(root, 'packages/loop/package.json', '{"name":"@oxbow/loop","scripts":{"test":"x","build":"x"}}');
});
test.after.each(({ root }) => rmSync(root, { recursive: true, force: true }));

test('fetches the tools, installs once, and does none of it again', async ({ root }) => {
  const first = await run(root, ['exec', 'node', '--version']);
  assert.is(first.exitCode, 0, first.output);
  assert.match(first.output, /v24\.99\.0\n$/);
  assert.is(calls(root).length, 3);
  assert.equal(readdirSync(join(root, '.toolchain')), ['node-24.99.0', 'pnpm-1.2.3']);
  assert.is((await run(root, ['exec', 'node', '--version'])).output, 'v24.99.0\n');
  assert.is(calls(root).length, 3);
});

test('installs again when a manifest has changed', async ({ root }) => {
  await run(root, ['exec', 'true']);
  write(root, 'packages/loop/package.json', '{"name":"@oxbow/loop","dependencies":{}}');
  await run(root, ['exec', 'true']);
  assert.is(calls(root).filter((call) => call === 'pnpm install').length, 2);
});

test('repairs what was cut short: a half-fetched tool, an unfinished install, a dead owner of the lock', async ({
  root,
}) => {
  write(root, '.toolchain/pnpm-1.2.3.part/package.json', 'half');
  write(root, '.toolchain/node-24.99.0/package.json', 'not complete');
  write(root, '.toolchain/setup.lock', '999999999 1');
  mkdirSync(join(root, 'node_modules'));
  const { exitCode, output } = await run(root, ['exec', 'true']);
  assert.is(exitCode, 0, output);
  assert.equal(readdirSync(join(root, '.toolchain')), ['node-24.99.0', 'pnpm-1.2.3']);
});

test('lets two starts at once wait for each other', async ({ root }) => {
  const both = await Promise.all([run(root, ['exec', 'true']), run(root, ['exec', 'true'])]);
  assert.equal(
    both.map(({ exitCode }) => exitCode),
    [0, 0],
  );
  assert.is(calls(root).length, 3);
});

test('goes on with a good-enough Node where the pinned one has no build, and does not ask again', async ({
  root,
}) => {
  const withoutBuild = { NPM_FAILS: 'node-*', NPM_CODE: 'ETARGET' };
  const first = await run(root, ['exec', 'true'], withoutBuild);
  assert.is(first.exitCode, 0, first.output);
  assert.match(first.output, `Node 24.99.0 has no build for this machine; going on with this machine's Node`);
  const before = calls(root).length;
  assert.is((await run(root, ['exec', 'true'], withoutBuild)).exitCode, 0);
  assert.is(calls(root).length, before);
});

test('has no substitute for a Node that OXBOW_NODE asks for', async ({ root }) => {
  const asked = await run(root, ['exec', 'true'], {
    OXBOW_NODE: '25.98.0',
    NPM_FAILS: 'node-*',
    NPM_CODE: 'E404',
  });
  assert.is(asked.exitCode, 1);
  assert.match(asked.output, 'oxbow: Node 25.98.0, asked for by OXBOW_NODE, has no build for this machine.');
});

test('says in one sentence that the registry does not answer', async ({ root }) => {
  const npm = await run(root, ['exec', 'true'], { NPM_FAILS: 'pnpm', NPM_CODE: 'ECONNREFUSED' });
  assert.is(npm.exitCode, 1);
  assert.match(
    npm.output,
    'oxbow: could not fetch pnpm 1.2.3: the npm registry did not answer (ECONNREFUSED).',
  );
  assert.not.ok(npm.output.includes('    at '), 'no stack trace');
  const pnpm = await run(root, ['exec', 'true'], { PNPM_FAILS: 'Connection refused (os error 111)' });
  assert.match(pnpm.output, 'oxbow: could not fetch the dependencies: the npm registry did not answer');
  assert.is((await run(root, ['exec', 'true'])).exitCode, 0);
});

/** A program that says how it was called and leaves results, or none, for the package `loop`. */
const resultsOf = (results: string, folder: string) => `
  const { mkdirSync, writeFileSync } = require('node:fs');
  console.log(process.argv.slice(2).join(' '));
  if (${results}) {
    mkdirSync('${folder}', { recursive: true });
    writeFileSync('${folder}/results.json', JSON.stringify({ ...${results}, files: [] }));
  }`;

test('runs chosen files of a project directly, without nx', async ({ root }) => {
  const runner = resultsOf('{ passed: 2, failed: 0, skipped: 0 }', '.results');
  write(
    root,
    'tools/testkit/bin.mjs',
    `import { createRequire } from 'node:module';
    const require = createRequire(import.meta.url);${runner}
    console.log(process.cwd().endsWith('packages/loop'), process.env.OXBOW_PLACES !== undefined);`,
  );
  const { exitCode, output } = await run(root, ['test', 'loop', 'sleep', 'task/']);
  assert.is(exitCode, 0, output);
  assert.match(output, '\nsleep task/\ntrue true\n');
  assert.match(output, /\n2 passed, 0 failed\n$/);
});

test('lists the options of a test run', async ({ root }) => {
  const { exitCode, output } = await run(root, ['test', '--help']);
  assert.is(exitCode, 0, output);
  assert.match(output, '--beside N          run beside N busy loops');
});

test('sums up what nx ran, and counts a project without results as failed', async ({ root }) => {
  const nx = (results: string) =>
    write(root, 'node_modules/nx/dist/bin/nx.js', resultsOf(results, 'packages/loop/.results'));
  nx('{ passed: 3, failed: 0, skipped: 1 }');
  const green = await run(root, ['test', 'loop']);
  assert.is(green.exitCode, 0, green.output);
  assert.match(
    green.output,
    'run-many --targets=test --projects=@oxbow/loop --output-style=static --parallel=1',
  );
  assert.match(green.output, /\n3 passed, 0 failed, 1 skipped\n$/);
  nx('null');
  const red = await run(root, ['test']);
  assert.is(red.exitCode, 1);
  assert.match(red.output, /\n0 passed, 1 failed\n$/);
});

test('answers a wrong command line with exit code 2, before it fetches anything', async ({ root }) => {
  const { exitCode, output } = await run(root, ['strat']);
  assert.is(exitCode, 2);
  assert.match(output, 'oxbow: there is no command "strat"; did you mean start?');
  assert.equal(calls(root), []);
  assert.match((await run(root, ['help'])).output, 'usage: npm start | npm test');
});

test.run();
