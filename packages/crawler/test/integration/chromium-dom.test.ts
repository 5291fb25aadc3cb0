/** What the scanner reads off hard pages, beside what Chromium's own tree has of them. */
import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { type Browser, chromium, type Page } from 'playwright-core';
import { readPageFacts } from '../../src/index.ts';
import { chromiumHere } from '../browser/chromium.ts';
import { htmlSoup } from '../html/html-soup.ts';
import { treeFacts } from '../html/tree-facts.ts';

const launch = chromiumHere();
const URL_OF_PAGE = 'http://h.test/d/page?q';

/** Pages that have misled a scanner, a parser or a crawler somewhere. */
const HARD: Readonly<Record<string, string>> = {
  'quotes, none and half of them': `<a href=a>1</a><a href='b'>2</a><a href="c>3</a>"><a href="d"e>4</a>`,
  'comments that end oddly':
    '<!--><a href=a>1</a><!---><a href=b>2</a><!-- --!><a href=c>3</a><!-- <a href=d> --><!x <a href=e>><a href=f>',
  'scripts with a comment, and an end in it':
    '<script><!-- <script> <a href=a> </script> <a href=b> --></script><a href=c>1</a>',
  'text that looks like markup':
    '<title><a href=a></title><textarea><a href=b></textarea><style><a href=c></style><xmp><a href=d></xmp><a href=e>',
  'an end tag with attributes, and of nothing': '</a href=a></p></br><a href=b>1</a href=c>',
  'attributes twice, empty, and without value':
    '<a href=a href=b>1</a><a href>2</a><a href="">3</a><a HREF=c>4</a><a / href=d>5</a>',
  'references to characters': '<a href="?a=1&amp;b=2&copy=3&copy;&#x26;&#0;&notit;&ampx">1</a>',
  'white space and controls around an address':
    '<a href=" \n a b\t#x ">1</a><a href="E #x">2</a><a href="\u0001c">3</a>',
  'backslashes, and a host without a scheme':
    '<a href="\\\\o.test\\x">1</a><a href="//o.test/y">2</a><a href="http:z">3</a><a href="///w">4</a>',
  'other schemes':
    '<a href="javascript:x">1</a><a href="mailto:a@b">2</a><a href="HTTP://H.TEST:80/U">3</a><a href="data:,x">4</a>',
  'a base late, and a second one':
    '<a href=a>1</a><base target=_top><base href="/b/"><base href="/c/"><a href=b>2</a>',
  'a template, and one in another':
    '<template><a href=a><template><a href=b></template></template><a href=c>',
  'svg, math and HTML in them':
    '<svg><a href=a><title>t</title><foreignObject><a href=b></a></foreignObject></a></svg><math><a href=c></math><a href=d>',
  'svg that HTML breaks out of': '<svg><p><a href=a></svg><svg><style><a href=b></style></svg><a href=c>',
  'CDATA in HTML and in svg': '<![CDATA[<a href=a>]]><svg><![CDATA[<a href=b>]]></svg><a href=c>',
  'tables with text between their parts':
    '<table><a href=a>1<tr><a href=b>2<td><a href=c>3</table><a href=d>',
  'links in links': '<a href=a>1<a href=b>2</a></a><b><a href=c>3</b>4</a>',
  'a select, and what is not in it': '<select><a href=a><option><a href=b></select><a href=c>',
  'plain text to the end': '<a href=a>1</a><plaintext><a href=b></plaintext>',
  'no end of the tag': '<a href=a>1</a><a href=b',
  'NUL in names and values': '<a hr\0ef=a>1</a><a href="b\0c">2</a><\0a href=d>',
  frames: '<frameset><frame src=a><noframes><a href=b></noframes></frameset>',
  'noscript in head and body':
    '<head><noscript><a href=a></noscript></head><body><noscript><a href=b></noscript>',
  'areas and images': '<map><area href=a><area nohref href=b></map><a href=c><img src=d></a>',
  'a title twice, and in svg first':
    '<svg><title>no</title></svg><title> one\n two </title><title>three</title>',
};

const test = suite('the scanner and Chromium');
let browser: Browser;
let page: Page;
test.before(async () => {
  browser = await chromium.launch(launch);
  // Without scripts a browser reads noscript as markup, as the scanner does.
  const context = await browser.newContext({ javaScriptEnabled: false });
  page = await context.newPage();
});
test.after(() => browser.close());

/** Links and title as the browser has them, in the scanner's terms. */
async function shown(html: string): Promise<{ links: string[]; title: string }> {
  await page.unrouteAll();
  await page.route('**/*', (route) =>
    route.request().isNavigationRequest() && route.request().frame() === page.mainFrame()
      ? route.fulfill({ contentType: 'text/html; charset=utf-8', body: html })
      : route.abort(),
  );
  await page.goto(URL_OF_PAGE, { waitUntil: 'domcontentloaded' });
  return page.evaluate<{ links: string[]; title: string }>(`({
    links: [...new Set([...document.querySelectorAll('a')]
      .filter((element) => element.hasAttribute('href') && 'origin' in element)
      .map((element) => element.href)
      .filter((href) => /^https?:/.test(href))
      .map((href) => href.replace(/#.*$/s, '')))],
    title: document.title,
  })`);
}
/** The same in HTML's namespace alone: links of svg have another interface, and are compared by parse5 elsewhere. */
function read(html: string): { links: readonly string[]; title: string } {
  const { links, title } = readPageFacts(Buffer.from(html), {
    url: URL_OF_PAGE,
    contentType: 'text/html; charset=utf-8',
  });
  return { links, title: title ?? '' };
}

for (const [name, html] of Object.entries(HARD)) {
  test(`agree on ${name}`, async () => {
    const browserHas = await shown(html);
    const scannerHas = read(html);
    const inSvg = new Set(/<(?:svg|math)/.test(html) ? treeFacts(html, URL_OF_PAGE).links : []);
    const extra = scannerHas.links.filter((link) => !browserHas.links.includes(link) && !inSvg.has(link));
    const missed = browserHas.links.filter((link) => !scannerHas.links.includes(link));
    assert.equal(
      { extra, missed, title: scannerHas.title },
      { extra: [], missed: [], title: browserHas.title },
    );
  });
}
test('agree on random pages', async () => {
  await fc.assert(
    fc.asyncProperty(htmlSoup, async (html) => {
      const facts = treeFacts(html, URL_OF_PAGE);
      fc.pre(!facts.hasStrayElement && !/<(?:svg|math|frameset)/i.test(html));
      const { links } = await shown(html);
      assert.equal([...read(html).links].sort(), links.sort());
    }),
    { numRuns: 60 },
  );
});
test.run();
