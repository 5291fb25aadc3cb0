import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import { checkSnippets } from '../../src/steps/check-snippets.ts';
import { madeUpTree } from '../made-up-tree.ts';

const test = suite('check snippets');
let root = '';

test.before(() => {
  root = mkdtempSync(join(tmpdir(), 'oxbow-snippets-'));
  mkdirSync(join(root, 'packages/loop'), { recursive: true });
});
test.after(() => rmSync(root, { recursive: true, force: true }));

const check = (page: string, output: string, ok = output === '') => {
  const tree = madeUpTree({ 'docs/page.md': page, 'packages/loop/src/index.ts': '' });
  const folders: string[] = [];
  const run = async (_: string, __: readonly string[], cwd = '') => {
    folders.push(cwd);
    return { ok, output };
  };
  return checkSnippets.run({ root, tree, fix: false, run }).then((result) => ({ result, folders }));
};

test('writes the blocks where our packages resolve by name', async () => {
  const { result, folders } = await check("```ts\nimport '@oxbow/loop';\n```\n", '');
  assert.ok(result.ok);
  const [folder = ''] = folders;
  assert.is(
    readFileSync(join(folder, 'pages/docs/page.md/1.ts'), 'utf8'),
    "import '@oxbow/loop';\nexport {};\n",
  );
  assert.ok(existsSync(join(folder, 'node_modules/@oxbow/loop')));
});

test("turns the compiler's errors into problems of the page", async () => {
  const { result } = await check(
    '\n```ts\nf();\n```\n',
    "pages/docs/page.md/2.ts(1,1): error TS2304: Cannot find name 'f'.\n",
  );
  assert.not(result.ok);
  assert.equal(result.problems, [
    { path: 'docs/page.md', line: 3, message: "let the block compile: TS2304 Cannot find name 'f'." },
  ]);
});

test("leaves errors of the packages' own sources to the step that tells them", async () => {
  const { result } = await check(
    '```ts\nf();\n```\n',
    '../../../packages/loop/src/a.ts(1,1): error TS1: no\n',
  );
  assert.ok(result.ok);
});

test('fails with the words of a compiler that did not start', async () => {
  const { result } = await check('```ts\nf();\n```\n', 'could not start tsc\n');
  assert.equal([result.ok, result.output], [false, 'could not start tsc\n']);
});

test('runs no compiler where there is no block', async () => {
  assert.equal((await check('# Page', '')).folders, []);
});

test.run();
