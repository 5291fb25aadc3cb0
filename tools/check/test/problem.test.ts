import { assert, suite } from '@oxbow/testkit';
import { formatProblem, lineAt } from '../src/problem.ts';

const test = suite('problem');

test('prints a problem as path, line, rule and sentence', () => {
  const problem = { path: 'a/b.ts', line: 3, message: 'mend it' };
  assert.is(formatProblem('words', problem), 'a/b.ts:3 words: mend it');
});

test('marks a warning as one', () => {
  const problem = { path: 'a.ts', line: 1, message: 'look', warning: true };
  assert.is(formatProblem('file-size', problem), 'a.ts:1 file-size (warning): look');
});

test('counts lines from 1, a line break belonging to the line it ends', () => {
  assert.equal(
    [0, 1, 2, 3, 4].map((offset) => lineAt('a\nb\n', offset)),
    [1, 1, 2, 2, 3],
  );
});

test.run();
