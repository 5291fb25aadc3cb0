import { assert, suite } from '@oxbow/testkit';
import { docComments } from '../../src/rules/doc-comments.ts';
import { audit } from '../made-up-tree.ts';

const at = (files: Record<string, string>): readonly string[] =>
  audit(
    docComments,
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`packages/loop/src/${path}`, text])),
  );

const test = suite('doc-comments');

test('lets documented exports pass, however they reach the door', () => {
  const files = {
    'index.ts':
      "export { sleep as wait, type Options } from './sleep.ts';\nexport { LIMIT } from './sleep.ts';",
    'sleep.ts': [
      '/** Waits. */',
      'export function sleep() {}',
      '/** Options. */',
      'interface Options {}',
      '/** Limit. */',
      'const LIMIT = 1;',
      'export { type Options, LIMIT };',
    ].join('\n'),
  };
  assert.equal(at(files), []);
});

test('reports an export without a doc comment, where it is declared', () => {
  const files = {
    'index.ts': "export { sleep } from './door.ts';",
    'door.ts': "export { nap as sleep } from './sleep.ts';",
    'sleep.ts': '// Waits.\nexport function nap() {}',
  };
  assert.equal(at(files), [
    'packages/loop/src/sleep.ts:2 write a doc comment for sleep: @oxbow/loop exports it',
  ]);
});

test('reports one that the door declares itself, and one it imports and passes on', () => {
  const files = {
    'index.ts': "import { b } from './b.ts';\nexport const a = 1;\nexport { b };",
    'b.ts': 'export class b {}',
  };
  assert.equal(at(files), [
    'packages/loop/src/index.ts:2 write a doc comment for a: @oxbow/loop exports it',
    'packages/loop/src/b.ts:1 write a doc comment for b: @oxbow/loop exports it',
  ]);
});

test('does not take the header of a file for the doc of its first export', () => {
  const files = { 'index.ts': '/**\n * All about a.\n */\n\nexport const a = 1;' };
  assert.is(at(files).length, 1);
  assert.equal(at({ 'index.ts': '/** A. */\nexport const a = 1;' }), []);
});

test('looks past line comments, where suppressions of the linter stand', () => {
  assert.equal(at({ 'index.ts': '/** A. */\n// biome-ignore lint/a/b: because\nexport type A = any;' }), []);
});

test('takes the doc of one overload for all', () => {
  const text =
    '/** A. */\nexport function a(x: 1): 1;\nexport function a(x: 2): 2;\nexport function a(x: any) { return x; }';
  assert.equal(at({ 'index.ts': text }), []);
});

test('follows export * of a door to what it passes on', () => {
  const files = {
    'index.ts': "export * from './a.ts';\nexport { b } from './c.ts';",
    'a.ts': 'export const a = 1;',
  };
  assert.equal(at({ ...files, 'c.ts': "export * from './d.ts';", 'd.ts': 'export const b = 1;' }), [
    'packages/loop/src/a.ts:1 write a doc comment for a: @oxbow/loop exports it',
    'packages/loop/src/d.ts:1 write a doc comment for b: @oxbow/loop exports it',
  ]);
});

test('comes to an end where files export each other', () => {
  const files = {
    'index.ts': "export * from './a.ts';\nexport { b } from './a.ts';",
    'a.ts': "export * from './index.ts';",
  };
  assert.equal(at(files), []);
});

test('leaves what other libraries declare to them', () => {
  assert.equal(at({ 'index.ts': "export { map } from 'rxjs';" }), []);
});

test('does not look at what no door exports', () => {
  assert.equal(at({ 'index.ts': '', 'inner.ts': 'export const a = 1;' }), []);
});

test.run();
