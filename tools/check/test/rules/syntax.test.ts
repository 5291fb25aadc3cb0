import { assert, suite } from '@oxbow/testkit';
import { syntax } from '../../src/rules/syntax.ts';
import { audit } from '../made-up-tree.ts';

const inFile = (path: string, text: string): readonly string[] => audit(syntax, { [path]: text });
const SOURCE = 'packages/loop/src/task.ts';
const TEST = 'packages/loop/test/task.test.ts';

const test = suite('syntax');

test('lets plain sources and tests pass', () => {
  assert.equal(inFile(SOURCE, 'export const a = 1;\ndeclare global { interface Window {} }'), []);
  assert.equal(inFile(TEST, "const test = suite('a');\ntest('works', () => {});\ntest.run();"), []);
});

for (const declaration of ['using a = b;', 'async () => { await using a = b; };', 'for (using a of b) {}']) {
  test(`refuses ${declaration}`, () => {
    assert.match(inFile(SOURCE, declaration)[0] ?? '', /task\.ts:1 close it by hand/);
  });
}

test('sees no declaration in strings, comments, templates and names', () => {
  const text =
    '// using a = b\nconst s = "using x = y";\nconst t = `await using a = b`;\nconst using = 1; using;';
  assert.equal(inFile(SOURCE, text), []);
});

test('refuses enums and namespaces', () => {
  assert.match(inFile(SOURCE, 'enum A { b }')[0] ?? '', 'enum');
  assert.match(inFile(SOURCE, 'namespace A { export const b = 1; }')[0] ?? '', 'namespace');
});

test('lets declarations for the compiler alone pass', () => {
  assert.equal(inFile(SOURCE, "declare module 'x' { const a: 1; }"), []);
  assert.equal(inFile('packages/loop/src/shim.d.ts', 'export namespace A { const b: 1; }'), []);
});

test('refuses export * in index.ts alone, and lets it give a name', () => {
  assert.match(inFile('packages/loop/src/index.ts', "export * from './a.ts';")[0] ?? '', 'by name');
  assert.equal(inFile('packages/loop/src/index.ts', "export * as assert from './a.ts';"), []);
  assert.equal(inFile('packages/loop/src/rx.ts', "export * from './a.ts';"), []);
});

for (const path of [
  'src/utils.ts',
  'src/helpers/a.ts',
  'test/common.ts',
  'src/types.ts',
  'src/misc.test.ts',
]) {
  test(`refuses the name ${path}`, () => {
    assert.match(inFile(`packages/loop/${path}`, '')[0] ?? '', 'says nothing');
  });
}

test('lets tests about types and long proofs have their names', () => {
  for (const path of ['test/types/coroutines.test.ts', 'test/soak/schedules.soak.ts']) {
    assert.equal(inFile(`packages/loop/${path}`, ''), []);
  }
});

test('refuses names that are not in kebab-case', () => {
  assert.match(inFile('packages/loop/src/eventLoop.ts', '')[0] ?? '', 'kebab-case');
});

test('refuses narrowed and skipped tests of a suite, and no other call of that name', () => {
  assert.match(
    inFile(TEST, "const it = suite('a');\nit.only('b', f);\nit.run();")[0] ?? '',
    "take away '.only('",
  );
  assert.match(inFile(TEST, "test.skip('b', f);")[0] ?? '', "take away '.skip('");
  assert.equal(inFile(TEST, 'reader.skip(4);\nset.only(1);'), []);
});

test('reports a file that does not parse', () => {
  assert.match(inFile(SOURCE, 'const = 1')[0] ?? '', 'mend the syntax');
});

test('leaves fixtures alone', () => {
  assert.equal(inFile('tools/testkit/test/fixtures/only.ts', "test.only('a', f); using x = y;"), []);
});

test.run();
