import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import {
  MAX_LINK_CHARS_PER_PAGE,
  MAX_LINKS_PER_PAGE,
  PageFactsReader,
  readPageFacts,
} from '../../src/html/page-facts.ts';
import { foreignSoup, htmlSoup } from './html-soup.ts';
import { treeFacts } from './tree-facts.ts';

const URL_OF_PAGE = 'http://h.test/d/p.html';
const read = (html: string | Uint8Array, contentType = 'text/html; charset=utf-8') =>
  readPageFacts(typeof html === 'string' ? Buffer.from(html) : html, { url: URL_OF_PAGE, contentType });
const links = (html: string) => read(html).links.map((link) => link.replace('http://h.test', ''));
const bytes = (...parts: (string | Uint8Array | number[])[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));

const agrees = (html: string) => {
  const tree = treeFacts(html, URL_OF_PAGE);
  fc.pre(!tree.hasStrayElement);
  const facts = read(html);
  assert.equal([...facts.links].sort(), [...tree.links].sort());
  assert.is(facts.title, tree.title);
};

const tree = suite('page facts against a full tree');
tree('finds the links and title parse5 finds in any HTML soup', () =>
  fc.assert(fc.property(htmlSoup, agrees), { numRuns: 4000 }),
);
tree('finds them in svg and math soup too', () =>
  fc.assert(fc.property(foreignSoup, agrees), { numRuns: 4000 }),
);
tree('does not depend on how the bytes are cut', () => {
  const cut = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.oneof(htmlSoup, foreignSoup), cut, (html, sizes) => {
      const body = Buffer.from(html);
      const reader = new PageFactsReader({ url: URL_OF_PAGE, contentType: 'text/html; charset=utf-8' });
      for (let at = 0, step = 0; at < body.length; step++) {
        const size = sizes[step % sizes.length]!;
        reader.write(body.subarray(at, at + size));
        at += size;
      }
      assert.equal(reader.end(), read(html));
    }),
    { numRuns: 2000 },
  );
});
tree('gives the same facts at every single cut of a page of traps', () => {
  const filler = ' '.repeat(1100); // Past the bytes that are held back for the encoding.
  const page = `${filler}<title>a&amp;é</title><!-- <a href=no> --!><script><!--<script>"</script><a href=no>--></script><svg><![CDATA[<a href=no>]]><title>n</title></svg><a href='x&amp;y'>é</a><base href=/b/>`;
  const body = Buffer.from(page);
  const whole = read(body);
  assert.equal(whole.links, ['http://h.test/b/x&y']);
  for (let at = filler.length; at < body.length; at++) {
    const reader = new PageFactsReader({ url: URL_OF_PAGE, contentType: 'text/html; charset=utf-8' });
    reader.write(body.subarray(0, at));
    reader.write(body.subarray(at));
    assert.equal(reader.end(), whole);
  }
});
tree.run();

const link = suite('links of a page');
link('are absolute, without fragment, each once, in document order', () => {
  assert.equal(links('<a href=b#1><a href=a><a href=b#2><a href="/c?x#y">'), ['/d/b', '/d/a', '/c?x']);
});
link('leave out what is not http or https, and what is no URL', () => {
  assert.equal(
    links('<a href="mailto:x@y"><a href="javascript:0"><a href="http://["><a href="ftp://f/"><a name=x>'),
    [],
  );
});
link('are resolved against the first base with an href, wherever it stands', () => {
  assert.equal(links('<a href=x><base><base href=/one/><base href=/two/>'), ['/one/x']);
});
link('ignore a base that is no URL or leads to data:', () => {
  assert.equal(links('<base href="data:x"><a href=x>'), ['/d/x']);
});
link('are not read from comments, scripts, styles, text areas, titles, templates and plaintext', () => {
  const hidden = [
    '<!--*-->',
    '<script>*</script>',
    '<style>*</style>',
    '<textarea>*</textarea>',
    '<title>*</title>',
  ];
  for (const around of [...hidden, '<template>*</template>', '<xmp>*</xmp>', '<plaintext>*']) {
    assert.equal(links(around.replace('*', '<a href=no>')), [], around);
  }
});
link('are read from noscript, because a crawler runs no scripts', () => {
  assert.equal(links('<noscript><a href=x></noscript>'), ['/d/x']);
  const scripting = readPageFacts(Buffer.from('<noscript><a href=x></noscript>'), {
    url: URL_OF_PAGE,
    scripting: true,
  });
  assert.equal(scripting.links, []);
});
link('follow the attribute rule of character references', () => {
  assert.equal(links('<a href="?a&amp;b"><a href="?a&copy=1"><a href="?&#x61;">'), [
    '/d/p.html?a&b',
    '/d/p.html?a&copy=1',
    '/d/p.html?a',
  ]);
});
link('take the first of two href attributes', () => assert.equal(links('<a href=1 href=2>'), ['/d/1']));
link('end with a tag that is cut off', () => assert.equal(links('<a href=1><a href=2'), ['/d/1']));
link('come from svg by href or xlink:href', () => {
  assert.equal(links('<svg><a href=1 /><a xlink:href=2 /></svg><a xlink:href=3>'), ['/d/1', '/d/2']);
});
link('have 8 Mi characters at most together', () => {
  const fits = MAX_LINK_CHARS_PER_PAGE / 8192;
  const links = (count: number) =>
    read(
      `<base href="http://a/${'b'.repeat(8178)}/">${Array.from({ length: count }, (_, at) => `<a href=${1000 + at}>`).join('')}`,
    ).links;
  assert.is(links(fits).length, fits);
  assert.is(links(fits + 1).length, fits);
});
link('are 250,000 at most', () => {
  const many = Array.from({ length: MAX_LINKS_PER_PAGE + 1 }, (_, index) => `<a href=${index}>`);
  assert.is(read(many.slice(1).join('')).links.length, MAX_LINKS_PER_PAGE);
  assert.is(read(many.join('')).links.length, MAX_LINKS_PER_PAGE);
});
link.run();

const fact = suite('other facts of a page');
fact('give the first title, white space collapsed, references decoded', () => {
  assert.is(read('<title>\n a &amp;\t b </title><title>c</title>').title, 'a & b');
  assert.is(read('<title></title>').title, '');
  assert.is(read('<p>').title, null);
});
fact('give the canonical URL and the target of a refresh', () => {
  const facts = read('<link rel="x Canonical" href=/c><meta http-equiv=Refresh content="3; URL=\'next\'">');
  assert.is(facts.canonical, 'http://h.test/c');
  assert.is(facts.refresh, 'http://h.test/d/next');
});
fact('give where a page leads beside its links, of each kind', () => {
  const page = `<area href=a><frame src=f><iframe src=i></iframe><img src=p srcset="q 1x, r 2x"><source srcset=s>
    <link rel=alternate type=application/rss+xml href=feed><link rel="alternate" href=other><link rel=next href=n>`;
  const of = (...names: string[]) => names.map((name) => `http://h.test/d/${name}`);
  const { others, links } = readPageFacts(Buffer.from(page), { url: URL_OF_PAGE, images: true });
  assert.equal(others, {
    areas: of('a'),
    frames: of('f'),
    iframes: of('i'),
    images: of('p', 'q', 'r', 's'),
    feeds: of('feed'),
    neighbours: of('n'),
  });
  assert.equal(links, []);
  assert.equal(read(page).others.images, []);
});
fact('tell links that are nofollow wherever they stand, and what meta asks of robots', () => {
  const page =
    '<a href=a rel="x NoFollow"><a href=b rel=nofollow><a href=b><a href=c><a href=c#x rel=nofollow><a href="./a#y" rel=nofollow>';
  assert.equal(read(page).nofollow, ['http://h.test/d/a']);
  assert.is(read(page).links.length, 3);
  const robots = (html: string) =>
    readPageFacts(Buffer.from(html), { url: URL_OF_PAGE, userAgent: 'me/1' }).robots;
  assert.equal(robots('<meta name=Robots content="noindex"><meta name=me content=nofollow>'), {
    noindex: true,
    nofollow: true,
  });
  assert.equal(robots('<meta name=other content=none>'), { noindex: false, nofollow: false });
});
fact('let an empty URL of a refresh lead to the base, and a reload nowhere', () => {
  const refreshOf = (content: string) => read(`<meta http-equiv=refresh content="${content}">`).refresh;
  assert.is(refreshOf('0;url='), URL_OF_PAGE);
  assert.is(refreshOf("0; URL = 'x'y"), 'http://h.test/d/x');
  assert.is(refreshOf('5'), null);
  assert.is(refreshOf('0;uri'), 'http://h.test/d/uri');
});
fact('keep white space before a fragment in the path of a link, as the URL standard says', () => {
  assert.equal(read('<a href="E #x"><a href="E#y"><a href=" F ">').links, [
    'http://h.test/d/E%20',
    'http://h.test/d/E',
    'http://h.test/d/F',
  ]);
});
fact('of XHTML go on behind self-closing script, title, style and iframe', () => {
  const page =
    '<html><head><script src="x"/><style/><title>T</title></head><body><iframe/><textarea/><![CDATA[<a href="no">]]><a href="/l"/></body></html>';
  const facts = read(page, 'application/xhtml+xml');
  assert.equal([facts.title, facts.links], ['T', ['http://h.test/l']]);
  assert.equal(read(page, 'text/html').links, []);
});
fact.run();

const charset = suite('encodings of a page');
charset('decode titles and links in the encoding of the header, the meta, the mark or windows-1252', () => {
  const title = bytes('<title>', [0xe9], '</title>');
  assert.is(readPageFacts(title, { url: URL_OF_PAGE }).title, 'é');
  assert.is(read(title, 'text/html; charset=windows-1251').title, 'й');
  assert.is(read(bytes('<meta charset=koi8-r>', title), 'text/html').title, 'И');
  assert.is(read(bytes([0xef, 0xbb, 0xbf], '<title>é</title>'), 'text/html; charset=koi8-r').title, 'é');
});
charset('take a page that names none for UTF-8 when all of it is, unless told otherwise', () => {
  const page = Buffer.from('<title>é</title><p>ü');
  assert.is(readPageFacts(page, { url: URL_OF_PAGE }).title, 'é');
  assert.is(readPageFacts(page, { url: URL_OF_PAGE }).charset, 'utf-8');
  assert.is(readPageFacts(page, { url: URL_OF_PAGE, fallbackCharset: 'windows-1252' }).title, 'Ã©');
  assert.is(
    readPageFacts(page, { url: URL_OF_PAGE, contentType: 'text/html; charset=iso-8859-1' }).title,
    'Ã©',
  );
  assert.is(readPageFacts(bytes('<title>plain'), { url: URL_OF_PAGE }).charset, 'windows-1252');
});
charset('read UTF-16 by its mark or its header', () => {
  const page = '<title>é</title><a href=ü>';
  const little = read(Buffer.from(`\ufeff${page}`, 'utf16le'));
  const big = read(Buffer.from(page, 'utf16le').swap16(), 'text/html; charset=utf-16be');
  for (const facts of [little, big]) {
    assert.is(facts.title, 'é');
    assert.equal(facts.links, ['http://h.test/d/%C3%BC']);
  }
});
charset('keep Shift_JIS trail bytes apart from markup', () => {
  const facts = read(bytes('<title>', [0x83, 0x5c], '</title>'), 'text/html; charset=shift_jis');
  assert.is(facts.title, 'ソ');
});
charset('read nothing from the encodings that no reader may decode', () => {
  assert.equal(read('<a href=x>', 'text/html; charset=iso-2022-kr').links, []);
});
charset('are those of a meta behind the first 1,024 bytes too, when nothing before it names one', () => {
  const japanese = [0x93, 0xfa, 0x96, 0x7b];
  const page = bytes(
    `<!--${'x'.repeat(1100)}--><meta charset=shift_jis><title>`,
    japanese,
    '</title><a href="/',
    japanese,
    '">',
  );
  const facts = readPageFacts(page, { url: URL_OF_PAGE });
  assert.equal([facts.title, facts.charset], ['日本', 'shift_jis']);
  assert.equal(facts.links, ['http://h.test/%E6%97%A5%E6%9C%AC']);
  const declared = readPageFacts(page, { url: URL_OF_PAGE, contentType: 'text/html; charset=windows-1252' });
  assert.is(declared.charset, 'windows-1252');
});
charset.run();
