import { assert, suite } from '@oxbow/testkit';
import { anchorOf, readMarkdown, sectionLines } from '../src/markdown.ts';

const page = (...lines: string[]) => readMarkdown(lines.join('\n'));

const test = suite('markdown');

test('makes anchors as a forge does', () => {
  assert.is(anchorOf('Not for'), 'not-for');
  assert.is(anchorOf('`run(main)`: the door'), 'runmain-the-door');
  assert.is(anchorOf('A & B'), 'a--b');
  assert.is(anchorOf('See [the loop](loop.md)'), 'see-the-loop');
  assert.is(anchorOf('snake_case stays'), 'snake_case-stays');
});

test('numbers the anchors of equal headings', () => {
  assert.equal([...page('# A', '# A', '# A').anchors], ['a', 'a-1', 'a-2']);
});

test('knows anchors set by hand', () => {
  assert.ok(page('<a id="here"></a> text').anchors.has('here'));
});

test('sees neither headings nor links in code', () => {
  const { headings, links } = page('```sh', '# comment', '[a](b)', '```', '`[c](d)` and [e](f)');
  assert.equal(headings, []);
  assert.equal(links, [{ target: 'f', line: 5 }]);
});

test('finds inline, reference and HTML links, with titles and brackets in them', () => {
  const { links } = page(
    '[a](one.md "title") ![b](two.png)',
    '[c]: three.md',
    '<a href="four.md">',
    '[d](five_(x).md)',
  );
  assert.equal(
    links.map(({ target }) => target),
    ['one.md', 'two.png', 'three.md', 'four.md', 'five_(x).md'],
  );
});

test('takes out code blocks with their language, info and line, indented ones too', () => {
  const { blocks } = page('- item', '', '  ```ts ignore: because', '  const a = 1;', '', '    b();', '  ```');
  assert.equal(blocks, [
    { language: 'ts', info: 'ignore: because', code: 'const a = 1;\n\n  b();', line: 3 },
  ]);
});

test('closes a fence only with one as long', () => {
  const { blocks } = page('````md', '```ts', 'x', '```', '````');
  assert.equal(
    blocks.map(({ language, code }) => [language, code]),
    [['md', '```ts\nx\n```']],
  );
});

test('tells the lines of a section, its subsections included', () => {
  const text = page('# Title', '## Errors', 'a', '### More', 'b', '## Limits', 'c');
  assert.equal(sectionLines(text, /errors/i), { from: 2, to: 5 });
  assert.equal(sectionLines(text, /limits/i), { from: 6, to: 7 });
  assert.is(sectionLines(text, /exports/i), undefined);
});

test.run();
