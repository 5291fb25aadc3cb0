import { assert, suite } from '@oxbow/testkit';
import { SourceFile } from '../src/source-file.ts';

const uses = (text: string) => new SourceFile('a.ts', text).uses;

const test = suite('source file');

test('finds imports, re-exports, import() calls and import types, each with its line', () => {
  const text = [
    "import a from 'a';",
    "export { b } from 'b';",
    "export * from 'c';",
    "const d = await import('d');",
    "type E = import('e').E;",
    "import 'f';",
  ].join('\n');
  assert.equal(
    uses(text).map(({ specifier, line }) => `${specifier}${line}`),
    ['a1', 'b2', 'c3', 'd4', 'e5', 'f6'],
  );
});

test('tells type-only uses from those that run', () => {
  const text = [
    "import type { A } from 'a';",
    "import { type B } from 'b';",
    "import { type C, c } from 'c';",
    "export type { D } from 'd';",
    "export type * from 'd';",
    "type E = import('e').E;",
    "import 'f';",
  ].join('\n');
  assert.equal(
    uses(text).map(({ typeOnly }) => typeOnly),
    [true, true, false, true, true, true, false],
  );
});

test('gives the imported names, not the local ones', () => {
  assert.equal(uses("import { isIP as check, type Socket } from 'node:net';")[0]?.names, ['isIP', 'Socket']);
});

test('sees no import in strings, comments and templates', () => {
  assert.equal(
    uses('const s = "import \'a\'"; // import \'b\'\nconst t = `import "c"`; /* export * from "d" */'),
    [],
  );
});

test('counts lines right after characters outside the basic plane', () => {
  assert.is(uses("const face = '😀é';\nimport 'a';")[0]?.line, 2);
});

test('says what is wrong with a file that does not parse', () => {
  assert.type(new SourceFile('a.ts', 'const = 1').syntaxError, 'string');
  assert.is(new SourceFile('a.ts', 'const a = 1').syntaxError, undefined);
});

test('leaves the children of a node out when the visitor says so', () => {
  const types: string[] = [];
  new SourceFile('a.ts', 'f(1);').walk((node) => {
    types.push(node.type);
    return node.type !== 'CallExpression';
  });
  assert.equal(types, ['Program', 'ExpressionStatement', 'CallExpression']);
});

test.run();
