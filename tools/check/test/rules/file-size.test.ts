import { assert, suite } from '@oxbow/testkit';
import { fileSize, MAX_SOURCE_LINES } from '../../src/rules/file-size.ts';
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

test('looks at sources only', () => {
  assert.equal(problems('packages/loop/test/a.test.ts', 1000), []);
});

test.run();
