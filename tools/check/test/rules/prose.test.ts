import { assert, suite } from '@oxbow/testkit';
import { MAX_WORDS, prose } from '../../src/rules/prose.ts';
import { audit, madeUpTree } from '../made-up-tree.ts';

const test = suite('prose');

const words = (count: number): string => `Word${' word'.repeat(count - 1)}.`;

test('lets a sentence of as many words pass, and reports one more with its line', () => {
  assert.equal(audit(prose, { 'docs/a.md': `# A\n\n${words(MAX_WORDS)}\n` }), []);
  const [line] = audit(prose, { 'docs/a.md': `# A\n\nShort.\n${words(MAX_WORDS + 1)}\n` });
  assert.is(
    line,
    `docs/a.md:4 make two sentences of the ${MAX_WORDS + 1} words that begin "Word word word word word word word word …"`,
  );
});

test('leaves alone what tells of its time, and what a command writes', () => {
  const long = words(MAX_WORDS + 1);
  const files = [
    'docs/decisions/0001-a.md',
    'packages/a/CHANGELOG.md',
    '.changeset/a.md',
    'docs/benchmarks.md',
  ];
  assert.equal(audit(prose, Object.fromEntries(files.map((file) => [file, long]))), []);
});

test('reports a long sentence in the header of a source, and reads no other comment', () => {
  const header = (words: string): string =>
    `/**\n * Short.\n *\n * ${words}\n */\n/** ${long} */\nconst a = 1;\n`;
  const long = words(MAX_WORDS + 1);
  assert.equal(audit(prose, { 'packages/a/src/a.ts': header(words(MAX_WORDS)) }), []);
  const problems = prose.audit(madeUpTree({ 'packages/a/src/a.ts': header(long) }));
  assert.equal(
    problems.map(({ line, warning }) => [line, warning]),
    [[4, undefined]],
  );
});

test.run();
