import { assert, suite } from '@oxbow/testkit';
import { cycles } from '../../src/rules/cycles.ts';
import { audit } from '../made-up-tree.ts';

const test = suite('cycles');

test('lets a tree of imports pass', () => {
  const files = {
    'packages/loop/src/a.ts': "import './b.ts';\nimport './c.ts';",
    'packages/loop/src/b.ts': "import './c.ts';",
    'packages/loop/src/c.ts': '',
  };
  assert.equal(audit(cycles, files), []);
});

test('finds a cycle that closes through a type import', () => {
  const files = {
    'packages/loop/src/a.ts': "\nimport { b } from './b.ts';",
    'packages/loop/src/b.ts': "import type { A } from './a.ts';",
  };
  assert.equal(audit(cycles, files), [
    'packages/loop/src/a.ts:2 cut the import cycle src/a.ts → src/b.ts → src/a.ts: move what both need to a file of its own',
  ]);
});

test('finds a file that imports itself', () => {
  assert.match(
    audit(cycles, { 'packages/loop/src/a.ts': "import './a.ts';" })[0] ?? '',
    'src/a.ts → src/a.ts',
  );
});

test('reports a knot once, by its shortest circle, and says how large it is', () => {
  const files = {
    'packages/loop/src/a.ts': "import './b.ts';\nimport './c.ts';",
    'packages/loop/src/b.ts': "import './c.ts';",
    'packages/loop/src/c.ts': "import './a.ts';",
  };
  assert.equal(audit(cycles, files), [
    'packages/loop/src/a.ts:2 cut the import cycle src/a.ts → src/c.ts → src/a.ts (part of a knot of 3 files): move what both need to a file of its own',
  ]);
});

test('reports knots that do not touch each by itself', () => {
  const pair = (x: string, y: string) => ({
    [`packages/loop/src/${x}.ts`]: `import './${y}.ts';`,
    [`packages/loop/src/${y}.ts`]: `export * from './${x}.ts';`,
  });
  assert.is(audit(cycles, { ...pair('a', 'b'), ...pair('c', 'd') }).length, 2);
});

test.run();
