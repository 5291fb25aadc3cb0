import { gzipSync } from 'node:zlib';
import { assert, suite } from '@oxbow/testkit';
import { MAX_SITEMAP_BYTES, MAX_SITEMAP_URLS, parseSitemap } from '../../src/sitemap/sitemap.ts';

const read = (text: string, url?: string) => parseSitemap(Buffer.from(text), url);
const urlset = (content: string) =>
  `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${content}</urlset>`;

const test = suite('sitemaps.org 0.9');
test('lists the loc of each url, canonical and once', () => {
  const text = urlset(
    '<url><loc> http://H.test/a?x&amp;y#f </loc><lastmod>2026</lastmod></url><url><loc>http://h.test/a?x&#38;y</loc></url>',
  );
  assert.equal(read(text), { urls: ['http://h.test/a?x&y'], sitemaps: [] });
});
test('lists the sitemaps of an index apart from pages', () => {
  const text = '<sitemapindex><sitemap><loc>http://h.test/s.xml</loc></sitemap></sitemapindex>';
  assert.equal(read(text), { urls: [], sitemaps: ['http://h.test/s.xml'] });
});
test('does not take the loc of an image for a page, but understands a document with a prefix', () => {
  const image = urlset(
    '<url><loc>http://h.test/a</loc><image:image><image:loc>http://h.test/i.png</image:loc></image:image></url>',
  );
  assert.equal(read(image).urls, ['http://h.test/a']);
  assert.equal(read('<s:urlset><s:url><s:loc>http://h.test/a</s:loc></s:url></s:urlset>').urls, [
    'http://h.test/a',
  ]);
});
test('reads CDATA, passes over comments, and expands no entity but the five', () => {
  assert.equal(
    read(
      urlset(
        '<!-- <url><loc>http://h.test/no</loc></url> --><url><loc><![CDATA[http://h.test/?a&b]]></loc></url>',
      ),
    ).urls,
    ['http://h.test/?a&b'],
  );
  const bomb =
    '<!DOCTYPE x [<!ENTITY big "aaaa">]><urlset><url><loc>http://h.test/&big;</loc></url></urlset>';
  assert.equal(read(bomb).urls, ['http://h.test/&big;']);
});
test('reads a text file with one URL a line', () => {
  assert.equal(read('\ufeffhttp://h.test/a\r\n\r\n/b\nftp://no/\n', 'http://h.test/sitemap.txt').urls, [
    'http://h.test/a',
    'http://h.test/b',
  ]);
});
test('reads gzip', () => {
  assert.equal(parseSitemap(gzipSync(urlset('<url><loc>http://h.test/</loc></url>'))).urls, [
    'http://h.test/',
  ]);
});
test('refuses broken gzip, and more than 50 MB of content', () => {
  assert.throws(
    () => parseSitemap(Buffer.from([0x1f, 0x8b, 1])),
    (error: { code: string }) => error.code === 'ERR_OXBOW_CRAWLER_SITEMAP',
  );
  assert.throws(() => parseSitemap(gzipSync(Buffer.alloc(MAX_SITEMAP_BYTES + 1))), /50 MB|52428800/);
});
test('lists 50,000 URLs of a file that has 50,001', () => {
  const lines = Array.from({ length: MAX_SITEMAP_URLS + 1 }, (_, index) => `http://h.test/${index}`);
  assert.is(read(lines.slice(0, -1).join('\n')).urls.length, MAX_SITEMAP_URLS);
  assert.is(read(lines.join('\n')).urls.length, MAX_SITEMAP_URLS);
});
test('ends quietly at any cut of a file', () => {
  const text = urlset('<url><loc><![CDATA[http://h.test/]]></loc></url><!-- x -->');
  for (let at = 0; at <= text.length; at++) read(text.slice(0, at));
});
test('takes no other file for a list of URLs', () => {
  for (const other of ['Not found', 'http://h.test/a\nnot a URL', 'PK\u0003\u0004\u0014\0x/y', '{"a":1}'])
    assert.throws(() => read(other), /neither/, other);
  assert.equal(read('').urls, []);
  assert.equal(read('<html><a href="/x"><loc>http://h.test/</loc>').urls, []);
});
test('reads XML behind the warnings of a server, in UTF-16, in upper case and packed twice', () => {
  const map = urlset('<url><loc>http://h.test/</loc></url>');
  const little = Buffer.from(map, 'utf16le');
  for (const body of [
    Buffer.from(`Warning: foo() in /x.php on line 3\n${map}`),
    Buffer.from(map.toUpperCase()),
    Buffer.from(`\ufeff${map}`, 'utf16le'),
    little,
    Buffer.from(little).swap16(),
    gzipSync(gzipSync(map)),
  ])
    assert.equal(parseSitemap(body).urls, ['http://h.test/']);
});
test('takes what came of a gzip that is cut short or has something behind it', () => {
  const locs = Array.from({ length: 5000 }, (_, at) => `<url><loc>http://h.test/${at * 7919}</loc></url>`);
  const whole = gzipSync(urlset(locs.join('')));
  const count = (body: Uint8Array) => parseSitemap(body).urls.length;
  assert.is(count(Buffer.concat([whole, Buffer.from('<!-- served by x -->')])), 5000);
  assert.is(count(Buffer.concat([whole, Buffer.alloc(512)])), 5000);
  const half = Math.floor(whole.length / 2);
  assert.ok(count(whole.subarray(0, half)) > 1000 && count(whole.subarray(0, half)) < 5000);
  assert.ok(count(Buffer.from(whole).fill(0xff, half, half + 64)) > 1000);
});
test('reads loc with attributes, and no element of another namespace', () => {
  const map = urlset(
    '<url><x:url/><x:loc>http://no.test/</x:loc><loc xml:space="preserve" a:b="c">http://h.test/</loc></url>',
  );
  assert.equal(read(map).urls, ['http://h.test/']);
});
test.run();
