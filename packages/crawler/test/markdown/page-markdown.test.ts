// covers: src/markdown/markdown-sink.ts
import { assert, suite } from '@oxbow/testkit';
import { markdown, markdownOf } from '../../src/markdown/index.ts';
import { Page, type PageInit } from '../../src/visit/page.ts';
import { withFile } from '../sink/file-sinks.ts';

const page = (html: string, init: Partial<PageInit> = {}) =>
  new Page({
    url: 'http://h/docs/page',
    status: 200,
    depth: 1,
    title: 'A "title"',
    links: [],
    contentType: 'text/html',
    bytes: html.length,
    fetchedAt: '2026-01-01T00:00:00.000Z',
    referrer: null,
    headers: {},
    body: Buffer.from(html),
    charset: 'utf-8',
    canonical: null,
    refresh: null,
    redirectTo: null,
    isTruncated: false,
    elapsedMs: 1,
    attempt: 1,
    ...init,
  });
const CHROME = '<header>Site</header><nav><a href="/">Home</a></nav>';

const test = suite('markdownOf');
test('takes the main part, without navigation, scripts and what is hidden; its own header stays', () => {
  const html = `${CHROME}<main><header><h1>Title</h1></header><nav>On this page</nav><p>Text<script>x()</script><span hidden>no</span>.</p></main><footer>©</footer>`;
  assert.is(markdownOf(page(html)), '# Title\n\nText.');
});
test('takes the only article, and the body without its frame where there are several or none', () => {
  assert.is(markdownOf(page(`${CHROME}<article><p>One</p></article><aside>ad</aside>`)), 'One');
  assert.is(
    markdownOf(page(`${CHROME}<article>One</article><article>Two</article><footer>f</footer>`)),
    'One\n\nTwo',
  );
  assert.is(markdownOf(page(`<body>${CHROME}<p>Plain</p><footer>f</footer>`)), 'Plain');
  assert.is(markdownOf(page('just text')), 'just text');
});
test('makes links and images absolute, leaves out permalinks and images within the page', () => {
  const html =
    '<base href="/base/"><main><h2>H<a href="#h">¶</a></h2><a href="a?b=1&amp;c">x</a> <img src=i.png alt="an\nimage"> <img src="data:image/png;base64,AAAA" alt=dot></main>';
  const baseUrl = 'http://h/base/';
  assert.is(
    markdownOf(page(html, { baseUrl })),
    '## H\n\n[x](http://h/base/a?b=1&c) ![an image](http://h/base/i.png) dot',
  );
});
test('keeps code, lists and tables', () => {
  const html =
    '<main><pre><code class="language-ts">const a = `b`;\n</code></pre><ul><li>one<li>two</ul><table><thead><tr><th>a<th>b</thead><tr><td>1<td>2</table></main>';
  assert.is(
    markdownOf(page(html)),
    '```ts\nconst a = `b`;\n```\n\n-   one\n-   two\n\n| a | b |\n| --- | --- |\n| 1 | 2 |',
  );
});
test('takes the part that is asked for, as it is, and leaves the page itself unchanged', () => {
  const html = '<div id=c><header>h</header><nav>n</nav>text</div>';
  const one = page(html);
  assert.is(markdownOf(one, { within: '#c' }), 'h\n\ntext');
  assert.is(markdownOf(one, { within: '.none' }), '');
  assert.is(one.select('nav').text, 'n');
  assert.throws(() => markdownOf(one, { within: '::' }), /is no selector/);
  assert.throws(() => markdownOf(one, { witin: 'x' } as object), /did you mean/);
});
test('is empty where there is no HTML', () => {
  assert.is(markdownOf(page('%PDF', { charset: null, contentType: 'application/pdf' })), '');
});
test.run();

const sinkTest = suite('markdown');
sinkTest('writes each page with text as a document, and leaves out the others', () =>
  withFile(async (path, read) => {
    const sink = markdown(path);
    await sink.open(undefined);
    const pages = [
      page('<main>one</main>'),
      page('<main>gone</main>', { status: 404 }),
      page('<main></main>'),
      page('<p>two</p>'),
    ];
    await sink.write(pages.map((each) => sink.prepare!(each)));
    await sink.close();
    const head =
      '---\nurl: "http://h/docs/page"\ntitle: "A \\"title\\""\nfetchedAt: "2026-01-01T00:00:00.000Z"\n---\n\n';
    assert.is(await read(), `${head}one\n\n${head}two\n\n`);
  }),
);
sinkTest.run();
