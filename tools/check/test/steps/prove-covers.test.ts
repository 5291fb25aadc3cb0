import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { assert, suite } from '@oxbow/testkit';
import type { StepResult } from '../../src/step.ts';
import { COVER_TIMEOUT_MS, proveCovers } from '../../src/steps/prove-covers.ts';
import { madeUpTree, packageManifest } from '../made-up-tree.ts';

const test = suite('prove covers');

let root: string;
test.before.each(() => {
  root = mkdtempSync(join(tmpdir(), 'oxbow-prove-'));
});
test.after.each(() => rmSync(root, { recursive: true }));

/** What V8 counts: by the source, how often each of its functions was called. */
type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

const files = {
  'packages/loop/package.json': packageManifest('loop'),
  'packages/loop/src/a.ts': 'export function a() {}',
  'packages/loop/src/twin.ts': 'export function b() {}',
  'packages/loop/test/twin.test.ts': '',
  'packages/loop/test/some.test.ts': '// covers: src/a.ts, src/twin.ts\n',
};

async function proved(counts: Counts, changes: Readonly<Record<string, string>> = {}, ok = true) {
  const ran: unknown[][] = [];
  const run = async (
    program: string,
    args: readonly string[],
    cwd?: string,
    timeoutMs?: number,
    env = {},
  ) => {
    ran.push([program, args, cwd, timeoutMs]);
    const result = Object.entries(counts).map(([path, functions]) => ({
      url: pathToFileURL(join(root, path)).href,
      functions: Object.entries(functions).map(([functionName, count], at) => ({
        functionName,
        ranges: [{ startOffset: at + 1, endOffset: 100, count }],
      })),
    }));
    const folder = (env as { NODE_V8_COVERAGE: string }).NODE_V8_COVERAGE;
    writeFileSync(join(folder, 'coverage-1.json'), JSON.stringify({ result }));
    writeFileSync(join(folder, 'coverage-2.json'), '{ "resu');
    return { ok, output: '' };
  };
  const tree = madeUpTree({ ...files, ...changes });
  const result = await proveCovers.run({ root, tree, fix: false, run });
  return { found: messages(result), ran };
}

const messages = ({ problems = [] }: StepResult): string[] =>
  problems.map(({ path, line, message }) => `${path}:${line} ${message}`);

test('a test that calls what it says it covers is proved, by itself and for a bounded time', async () => {
  const { found, ran } = await proved({
    'packages/loop/src/a.ts': { one: 1, two: 1, three: 2, four: 0 },
    'packages/loop/src/twin.ts': { only: 1, other: 0 },
  });
  assert.equal(found, []);
  assert.equal(ran, [['node', ['test/some.test.ts'], join(root, 'packages/loop'), COVER_TIMEOUT_MS]]);
});

test('a claim about a file whose functions are not called, or that is not loaded, is refused', async () => {
  const { found } = await proved({ 'packages/loop/src/a.ts': { one: 0 } });
  assert.equal(found, [
    "packages/loop/test/some.test.ts:1 take src/a.ts out of 'covers:', or test it: no function of it is called",
    "packages/loop/test/some.test.ts:1 take src/twin.ts out of 'covers:', or test it: it is not even loaded",
  ]);
});

test('less than seven in ten functions are too few for a file without a test of its own', async () => {
  const few = { one: 1, two: 1, three: 1, four: 0, five: 0 };
  const { found } = await proved({ 'packages/loop/src/a.ts': few, 'packages/loop/src/twin.ts': few });
  assert.equal(found, [
    'packages/loop/src/a.ts:1 give the file a test of its own, or one that covers more: those that cover it call 3 of its 5 functions, and not four, five',
  ]);
});

test('a door or a file of constants is used when it is loaded', async () => {
  const { found } = await proved({ 'packages/loop/src/a.ts': {}, 'packages/loop/src/twin.ts': {} });
  assert.equal(found, []);
});

test('a test that fails twice proves nothing', async () => {
  const { found, ran } = await proved({}, {}, false);
  assert.is(ran.length, 2);
  assert.equal(found, [
    'packages/loop/test/some.test.ts:1 let the test pass when it runs by itself: what it covers could not be proved',
  ]);
});

test('what was proved is kept until something of the package changes that is no other test', async () => {
  const counts = { 'packages/loop/src/a.ts': { one: 1 }, 'packages/loop/src/twin.ts': { two: 1 } };
  assert.is((await proved(counts)).ran.length, 1);
  assert.is((await proved(counts, { 'packages/loop/test/twin.test.ts': 'changed' })).ran.length, 0);
  assert.is((await proved(counts, { 'packages/loop/src/new.ts': '' })).ran.length, 1);
  assert.is((await proved(counts, { 'packages/loop/test/fixtures/f.ts': '' })).ran.length, 1);
});

test.run();
