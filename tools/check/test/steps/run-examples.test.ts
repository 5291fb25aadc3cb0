import { assert, suite } from '@oxbow/testkit';
import { EXAMPLE_TIMEOUT_MS, runExamples } from '../../src/steps/run-examples.ts';
import { madeUpTree } from '../made-up-tree.ts';

const files = {
  'packages/loop/examples/gather.ts': '',
  'packages/loop/examples/data/rows.ts': '',
  'packages/loop/src/index.ts': '',
};

async function runWith(ok: boolean, output: string) {
  const ran: unknown[][] = [];
  const run = async (...call: unknown[]) => {
    ran.push(call);
    return { ok, output };
  };
  return { result: await runExamples.run({ root: 'root', tree: madeUpTree(files), fix: false, run }), ran };
}

const test = suite('run examples');

test('runs each example in its package, for a bounded time', async () => {
  const { result, ran } = await runWith(true, '1 2 3\n');
  assert.equal(ran, [['node', ['examples/gather.ts'], 'root/packages/loop', EXAMPLE_TIMEOUT_MS]]);
  assert.equal(result, { ok: true, problems: [] });
});

test('wants it to print something', async () => {
  const { result } = await runWith(true, '\n');
  assert.equal(result.problems, [
    { path: 'packages/loop/examples/gather.ts', line: 1, message: 'let the example print what it found out' },
  ]);
});

test('tells the line that says why it failed', async () => {
  const output = 'file:1\nthrow 1\n\nTypeError: no such thing\n    at file:1\n\nNode.js v24\n';
  const { result } = await runWith(false, output);
  assert.not(result.ok);
  assert.is(result.problems?.[0]?.message, 'let the example run to its end: TypeError: no such thing');
});

test.run();
