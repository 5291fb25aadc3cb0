import { assert, suite } from '@oxbow/testkit';
import { contentsPage, escapeHtml, programPage } from '../src/article-page.ts';
import type { Program } from '../src/program-list.ts';

const PROGRAMS: readonly Program[] = [
  { name: 'first', about: 'one & two' },
  { name: 'second', about: 'a server', serves: true },
];
const parts = (program: Program) => ({
  program,
  prose: '# The <first> idea\n\nSee [code](../../../packages/loop/src/task/task.ts) and [more](second.md).\n',
  source: "const text = '<b>';\n",
  expected: 'took <ms> ms\n',
});

const test = suite('the pages of the article');

test('a chapter holds prose, source and output, and nothing of them is taken for HTML', () => {
  const html = programPage(parts(PROGRAMS[0] as Program), PROGRAMS);
  assert.match(html, '<title>The &lt;first&gt; idea');
  assert.match(html, '&lt;b&gt;');
  assert.match(html, 'hljs-keyword');
  assert.match(html, 'took &lt;ms&gt; ms');
});

test('links lead to the sources that are shown, and to the other chapters', () => {
  const html = programPage(parts(PROGRAMS[0] as Program), PROGRAMS);
  assert.match(html, 'href="/source/packages/loop/src/task/task.ts"');
  assert.match(html, 'href="/second"');
});

test('a chapter leads to the one before and the one after', () => {
  assert.match(programPage(parts(PROGRAMS[0] as Program), PROGRAMS), 'rel="next" href="/second"');
  assert.match(programPage(parts(PROGRAMS[1] as Program), PROGRAMS), 'rel="prev" href="/first"');
});

test('the contents name every chapter', () => {
  const html = contentsPage(PROGRAMS.map(parts));
  assert.match(html, '<a href="/first">The &lt;first&gt; idea</a><span class="faint">one &amp; two</span>');
});

test('signs of HTML are escaped', () => {
  assert.is(escapeHtml('<a href="x">&</a>'), '&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;');
});

test.run();
