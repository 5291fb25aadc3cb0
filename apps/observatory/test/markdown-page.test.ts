import { assert, suite } from '@oxbow/testkit';
import { escapeHtml, headingId, pagePath, renderPage, titleOf } from '../src/markdown-page.ts';

const test = suite('a Markdown page');

test('takes its title from the first heading, else from its file', () => {
  assert.is(renderPage('# The `loop`\n\ntext', 'a.md', []).title, 'The loop');
  assert.is(renderPage('text', 'a.md', []).title, 'a.md');
  assert.is(titleOf('## second only', 'guide.md'), 'guide.md');
});

test('turns links between Markdown files into links between pages', () => {
  const { html } = renderPage(
    '[a](docs/b.md#c) [d](https://example.org/e.md) [f](src/g.ts) [h](#i)',
    'a.md',
    [],
  );
  assert.ok(html.includes('href="docs/b.html#c"'));
  assert.ok(html.includes('href="https://example.org/e.md"'));
  assert.ok(html.includes('href="src/g.ts"'));
  assert.ok(html.includes('href="#i"'));
});

test('gives headings the anchors of code hosts, numbered when they repeat', () => {
  const seen = new Map<string, number>();
  assert.is(headingId('Life of a task', seen), 'life-of-a-task');
  assert.is(headingId('Life of a task', seen), 'life-of-a-task-1');
  assert.is(headingId('`run()` & more', seen), 'run--more');
});

test('marks the current page in the navigation and escapes titles', () => {
  const { html } = renderPage('# x', 'a.md', [
    ['a.html', '<A>'],
    ['b.html', 'B'],
  ]);
  assert.ok(html.includes('<a href="/a.html" aria-current="page">&#60;A&#62;</a>'));
  assert.ok(html.includes('<a href="/b.html">B</a>'));
});

test('marks the parts of code, whatever words follow its language, and makes any other safe', () => {
  assert.match(
    renderPage('```ts ignore: why\nconst a = 1;\n```', 'a.md', []).html,
    '<span class="hljs-keyword">const</span>',
  );
  assert.match(renderPage('```\n<b>\n```', 'a.md', []).html, '<code>&#60;b&#62;</code>');
});

test('has the colours of our other pages, and room for wide things on a narrow screen', () => {
  const { html } = renderPage('# x', 'a.md', []);
  assert.match(html, '--river: light-dark(');
  assert.match(html, 'table{display:block;overflow:auto');
});

test('names pages after their files', () => {
  assert.is(pagePath('docs/README.md'), 'docs/README.html');
  assert.is(escapeHtml('a"b'), 'a&#34;b');
});

test.run();
