import { assert, suite } from '@oxbow/testkit';
import { collectSnippets, problemsOf } from '../src/snippets.ts';
import { madeUpTree } from './made-up-tree.ts';

const collect = (...lines: string[]) => collectSnippets(madeUpTree({ 'docs/page.md': lines.join('\n') }));

const test = suite('snippets');

test('takes each TypeScript block as a module of its own', () => {
  const { snippets } = collect(
    '```ts',
    'const a = 1;',
    '```',
    '```typescript',
    'const a = 2;',
    '```',
    '```sh',
    'ls',
    '```',
  );
  assert.equal(
    snippets.map(({ file, text }) => [file, text]),
    [
      ['docs/page.md/1.ts', 'const a = 1;\nexport {};\n'],
      ['docs/page.md/4.ts', 'const a = 2;\nexport {};\n'],
    ],
  );
});

test('leaves a recipe to those who compile and run it', () => {
  const { snippets, problems } = collect('```ts recipe', "import express from 'express';", '```');
  assert.equal([snippets, problems], [[], []]);
});

test('takes the programs of doc comments, with the line of the source, and no other comment', () => {
  const source = [
    '// ```ts',
    'let a;',
    '/**',
    ' * Does it.',
    ' * @example',
    ' * ```ts',
    ' * const b = 1;',
    ' * ```',
    ' */',
    'export const c = 1;',
  ];
  const { snippets } = collectSnippets(madeUpTree({ 'packages/a/src/a.ts': source.join('\n') }));
  assert.equal(
    snippets.map(({ file, lines, text }) => [file, lines, text]),
    [['packages/a/src/a.ts/6.ts', [7], 'const b = 1;\nexport {};\n']],
  );
});

test('lets a block go on where the one above ended', () => {
  const { snippets } = collect('```ts', 'const a = 1;', '```', 'text', '```ts continued', 'f(a);', '```');
  assert.is(snippets[1]?.text, 'const a = 1;\nf(a);\nexport {};\n');
  assert.equal(snippets[1]?.lines, [2, 6]);
});

test('names a block after its first line, for the others of the page to import', () => {
  assert.is(
    collect('```ts', '// work.ts', 'export const a = 1;', '```').snippets[0]?.file,
    'docs/page.md/work.ts',
  );
});

test('leaves a block out only for a reason', () => {
  const explained = collect('```ts ignore: a sketch of signatures', '???', '```');
  assert.equal([explained.snippets, explained.problems], [[], []]);
  const { snippets, problems } = collect('', '```ts ignore', '???', '```');
  assert.equal(snippets, []);
  assert.equal(
    problems.map(({ path, line }) => [path, line]),
    [['docs/page.md', 2]],
  );
});

test("turns the compiler's words into problems of the page, each once", () => {
  const { snippets } = collect('# Page', '```ts', 'const a = 1;', 'const b: string = a;', '```');
  const line = "docs/page.md/2.ts(2,7): error TS2322: Type 'number' is not assignable to type 'string'.";
  assert.equal(
    problemsOf(`${line}\n${line}\n  more of it\npackages/loop/src/a.ts(1,1): error TS1: no\n`, snippets),
    [
      {
        path: 'docs/page.md',
        line: 4,
        message: "let the block compile: TS2322 Type 'number' is not assignable to type 'string'.",
      },
    ],
  );
});

test('maps an error of a continued block to its own lines', () => {
  const { snippets } = collect('```ts', 'const a = 1;', '```', '```ts continued', 'a = 2;', '```');
  const [problem] = problemsOf('docs/page.md/4.ts(2,1): error TS2588: constant', snippets);
  assert.is(problem?.line, 5);
});

test.run();
