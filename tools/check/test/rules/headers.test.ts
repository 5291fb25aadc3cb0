import { assert, suite } from '@oxbow/testkit';
import { headers } from '../../src/rules/headers.ts';
import { audit, madeUpTree } from '../made-up-tree.ts';

const test = suite('headers');

const path = 'packages/loop/src/a.ts';
const fixed = (text: string): string | undefined => headers.audit(madeUpTree({ [path]: text }))[0]?.fix;

test('a source of a package begins with a doc comment', () => {
  assert.equal(audit(headers, { [path]: '/** Adds. */\nexport const a = 1;\n' }), []);
  assert.equal(
    audit(headers, { [path]: '// biome-ignore-all lint: why\n/** Adds. */\nexport const a = 1;\n' }),
    [],
  );
  assert.equal(audit(headers, { [path]: 'export const a = 1;\n' }), [
    "packages/loop/src/a.ts:1 begin the file with a header in '/** … */': its one job, and what it does not know",
  ]);
});

test('tests, tools and apps may begin as they like', () => {
  const files = {
    'packages/loop/test/a.test.ts': '// covers: x\n',
    'tools/check/src/a.ts': '',
    'apps/shell/src/a.ts': '',
  };
  assert.equal(audit(headers, files), []);
});

test('line comments are turned into a doc comment', () => {
  assert.is(fixed('// Adds.\n\nexport const a = 1;\n'), '/** Adds. */\n\nexport const a = 1;\n');
  assert.is(
    fixed('// Adds,\n//\n//   and more.\nexport const a = 1;\n'),
    '/**\n * Adds,\n *\n *   and more.\n */\n\nexport const a = 1;\n',
  );
  const long = 'x'.repeat(110);
  assert.is(fixed(`// ${long}\n`), `/**\n * ${long}\n */\n`);
});

test('what biome is told stays a line comment of its own', () => {
  const text = '// biome-ignore-all lint: why\n// Adds.\n// biome-ignore lint: why\nexport const a = 1;\n';
  assert.is(
    fixed(text),
    '// biome-ignore-all lint: why\n/** Adds. */\n\n// biome-ignore lint: why\nexport const a = 1;\n',
  );
});

test.run();
