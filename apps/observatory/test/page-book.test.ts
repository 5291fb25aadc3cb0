import { assert, suite } from '@oxbow/testkit';
import { type KeptPage, MAX_KEPT_LINKS, MAX_MATCHES, PageBook, type PageQuery } from '../src/page-book.ts';

const page = (url: string, more: Partial<KeptPage> = {}): KeptPage => ({
  url,
  status: 200,
  title: null,
  depth: 1,
  referrer: 'http://a/',
  contentType: 'text/html',
  bytes: 10,
  elapsedMs: 1.4,
  attempt: 1,
  fetchedAt: '2026-01-01T00:00:00.000Z',
  redirectTo: null,
  isTruncated: false,
  headers: { etag: '"1"' },
  links: ['http://a/x'],
  ...more,
});
const failure = (url: string, kind: string) => ({
  url,
  kind,
  reason: `it failed by ${kind}`,
  referrer: null,
  depth: 0,
  attempt: 2,
});
const QUERY: PageQuery = { text: '', status: undefined, failure: undefined, order: 'newest' };
const urlsOf = (book: PageBook, query: Partial<PageQuery>): string[] =>
  book.search({ ...QUERY, ...query }).pages.map(({ url }) => url);

const test = suite('what is kept of pages');

test('an answered URL is kept with its headers and links, not with its body', () => {
  const book = new PageBook();
  book.page({ ...page('http://a/'), body: new Uint8Array(9) } as KeptPage);
  const detail = book.detailOf('http://a/');
  assert.equal(detail?.headers, [['etag', '"1"']]);
  assert.equal([detail?.links, detail?.linkCount, detail?.elapsedMs], [['http://a/x'], 1, 1]);
  assert.not.ok('body' in (detail ?? {}));
  assert.is(book.detailOf('http://b/'), undefined);
});

test('of very many links the first are kept, and all are counted', () => {
  const book = new PageBook();
  const links = Array.from({ length: MAX_KEPT_LINKS + 1 }, (_, at) => `http://a/${at}`);
  book.page(page('http://a/', { links }));
  assert.equal(
    [book.detailOf('http://a/')?.links.length, book.detailOf('http://a/')?.linkCount],
    [MAX_KEPT_LINKS, MAX_KEPT_LINKS + 1],
  );
});

test('trouble stands with its answer, and alone where nobody answered', () => {
  const book = new PageBook();
  book.page(page('http://a/gone', { status: 404 }));
  book.failure(failure('http://a/gone', '404'));
  book.failure(failure('http://b/', 'network'));
  const gone = book.detailOf('http://a/gone');
  assert.equal([gone?.status, gone?.failure?.kind, gone?.headers.length], [404, '404', 1]);
  assert.match(gone?.failure?.advice ?? '', 'The link is dead');
  const silent = book.detailOf('http://b/');
  assert.equal([silent?.status, silent?.title, silent?.attempt], [0, 'it failed by network', 2]);
});

test('a URL that is answered after all is no failure any more', () => {
  const book = new PageBook();
  book.failure(failure('http://b/', 'network'));
  book.page(page('http://b/'));
  assert.equal([book.detailOf('http://b/')?.failure, urlsOf(book, { failure: 'network' })], [null, []]);
});

test('is searched by URL and title in any case, by status, and by kind of failure', () => {
  const book = new PageBook();
  book.page(page('http://a/One', { title: 'first' }));
  book.page(page('http://a/two', { title: 'The ONE', status: 301 }));
  book.page(page('http://a/three', { status: 404 }));
  book.failure(failure('http://a/three', '404'));
  book.failure(failure('http://b/four', 'timeout'));
  assert.equal(urlsOf(book, { text: 'one' }), ['http://a/two', 'http://a/One']);
  assert.equal(urlsOf(book, { status: '3xx' }), ['http://a/two']);
  assert.equal(urlsOf(book, { status: 'none' }), ['http://b/four']);
  assert.equal(urlsOf(book, { failure: '404' }), ['http://a/three']);
  assert.equal(urlsOf(book, { text: 'a/', status: '4xx' }), ['http://a/three']);
});

test('is ordered by time, slowness or size', () => {
  const book = new PageBook();
  book.page(page('http://a/1', { elapsedMs: 9, bytes: 1 }));
  book.page(page('http://a/2', { elapsedMs: 5, bytes: 3 }));
  book.page(page('http://a/3', { elapsedMs: 7, bytes: 2 }));
  assert.equal(urlsOf(book, {}), ['http://a/3', 'http://a/2', 'http://a/1']);
  assert.equal(urlsOf(book, { order: 'slowest' }), ['http://a/1', 'http://a/3', 'http://a/2']);
  assert.equal(urlsOf(book, { order: 'largest' }), ['http://a/2', 'http://a/3', 'http://a/1']);
});

test('an answer to a search is as long as it may be, and tells how many fit', () => {
  const book = new PageBook();
  for (let at = 0; at <= MAX_MATCHES; at += 1) book.page(page(`http://a/${at}`));
  const { searched, matches, pages } = book.search(QUERY);
  assert.equal([searched, matches, pages.length], [MAX_MATCHES + 1, MAX_MATCHES + 1, MAX_MATCHES]);
});

test('forgets the oldest when it is full, and keeps the last however large it is', () => {
  const size = 250;
  const book = new PageBook(3 * size);
  const text = 'x'.repeat(20);
  for (const at of [1, 2, 3]) book.page(page(`http://a/${at}`, { title: text, headers: {}, links: [] }));
  assert.equal(urlsOf(book, {}).length, 3);
  book.page(page('http://a/4', { title: text, headers: {}, links: [] }));
  assert.equal(urlsOf(book, {}), ['http://a/4', 'http://a/3', 'http://a/2']);
  book.page(page('http://a/5', { links: Array.from({ length: 100 }, () => text) }));
  assert.equal(urlsOf(book, {}), ['http://a/5']);
});

test.run();
