import { assert, suite } from '@oxbow/testkit';
import { pageSource } from '../../src/site/page-source.ts';

const forge = { url: 'https://forge.example/oxbow' };
const PAGES = new Set(['docs/glossary.md', 'packages/loop/README.md']);
const page = (markdown: string): string =>
  pageSource(markdown, 'docs/guides/a.md', (path) => PAGES.has(path), forge);

const test = suite('a page of the site');

test('keeps links between pages, to pictures, to the web and within itself', () => {
  const markdown =
    '[a](../glossary.md#b) [c](../../packages/loop/README.md) ![p](../p.png) [w](https://x.example) [h](#here)';
  assert.is(page(markdown), markdown);
});

test('leads to the forge for what is no page', () => {
  assert.is(
    page('[s](../../packages/loop/src/task/task.ts#L3) [e](../../packages/loop/examples/)'),
    '[s](https://forge.example/oxbow/blob/main/packages/loop/src/task/task.ts#L3) [e](https://forge.example/oxbow/tree/main/packages/loop/examples/)',
  );
});

test('takes words in angle brackets for text, but not in code', () => {
  assert.is(
    page('wait <ms> ms, `<ms>`, <sub>io</sub>, {{ x }}'),
    'wait &lt;ms> ms, `<ms>`, <sub>io</sub>, &#123;&#123; x }}',
  );
});

test('leaves code blocks alone but for the words of the checker', () => {
  assert.is(page('```ts ignore: why\n[a](b.ts) <T>\n```\n'), '```ts\n[a](b.ts) <T>\n```\n');
  assert.is(page('~~~sh\n```\n~~~\n<x>'), '~~~sh\n```\n~~~\n&lt;x>');
});

test.run();
