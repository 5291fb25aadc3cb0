import { assert, suite } from '@oxbow/testkit';
import { RULES } from '../src/rules.ts';
import { madeUpTree } from './made-up-tree.ts';

const test = suite('rules');

test('have names of their own and say what they hold', () => {
  assert.is(new Set(RULES.map(({ name }) => name)).size, RULES.length);
  for (const { about } of RULES) assert.ok(about.length > 10);
});

test('find nothing in an empty tree', () => {
  const tree = madeUpTree({});
  assert.equal(
    RULES.flatMap((rule) => rule.audit(tree)),
    [],
  );
});

test.run();
