import { assert, suite } from '@oxbow/testkit';
import { fileSize, MAX_EXAMPLE_LINES, MAX_SOURCE_LINES } from '../../src/rules/file-size.ts';
import { madeUpTree } from '../made-up-tree.ts';

const problems = (path: string, lines: number) =>
  fileSize.audit(madeUpTree({ [path]: 'f();\n'.repeat(lines) }));

const test = suite('file-size');

test('lets a file at the limit pass', () => {
  assert.equal(problems('packages/loop/src/a.ts', MAX_SOURCE_LINES), []);
});

test('warns of a file one line over it, and does not fail', () => {
  const [problem, ...more] = problems('packages/loop/src/a.ts', MAX_SOURCE_LINES + 1);
  assert.is(problem?.warning, true);
  assert.match(problem?.message ?? '', '351 lines');
  assert.equal(more, []);
});

test('holds an example to a screen', () => {
  assert.equal(problems('packages/loop/examples/a.ts', MAX_EXAMPLE_LINES), []);
  assert.match(problems('packages/loop/examples/a.ts', MAX_EXAMPLE_LINES + 1)[0]?.message ?? '', '61 lines');
});

test('looks at sources and examples only', () => {
  assert.equal(problems('packages/loop/test/a.test.ts', 1000), []);
});

test.run();
