/** A crawl on a virtual clock: what a host sees, and when. */
import { MockTransport, Session } from '@oxbow/http';
import { currentLoop, run, sleep, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { Crawler, type CrawlerOptions, type Page } from '../src/index.ts';

const links = (...paths: readonly string[]): string =>
  paths.map((path) => `<a href="${path}">x</a>`).join('');
const HTML = { 'content-type': 'text/html' };

/** Crawls a mocked web; gives the pages and when each request was sent, in milliseconds from the start. */
async function crawlMock(
  pages: Readonly<Record<string, object>>,
  options: Partial<CrawlerOptions> = {},
  onPage: (page: Page, crawl: Crawler) => unknown = () => {},
) {
  return run(
    async () => {
      const loop = currentLoop();
      const startedAtMs = loop.time();
      const sent: { url: string; atMs: number }[] = [];
      const mock = new MockTransport();
      mock.on('GET', /./, ({ url }) => {
        sent.push({ url, atMs: Math.round(loop.time() - startedAtMs) });
        return pages[url] ?? { status: 404 };
      });
      const session = new Session({ transport: mock });
      const seen: Page[] = [];
      const crawl = new Crawler({ seeds: 'http://h.test/', session, ...options });
      try {
        for await (const page of crawl) {
          seen.push(page);
          await onPage(page, crawl);
        }
      } finally {
        await session.close();
      }
      return { sent, pages: seen, statistics: crawl.statistics() };
    },
    { clock: new VirtualClock() },
  );
}

const site = {
  'http://h.test/': { headers: HTML, body: links('/a', '/b'), delayMs: 100 },
  'http://h.test/a': { headers: HTML, body: '', delayMs: 100 },
  'http://h.test/b': { headers: HTML, body: '', delayMs: 100 },
};
const timesOf = (sent: readonly { atMs: number }[]) => sent.map(({ atMs }) => atMs);

const test = suite('Crawler on a virtual clock');
test('leaves a host alone for a second after each answer, robots.txt included, unless told otherwise', async () => {
  const { sent } = await crawlMock(site);
  assert.equal(
    sent.map(({ url }) => url.slice('http://h.test'.length)),
    ['/robots.txt', '/', '/a', '/b'],
  );
  assert.equal(timesOf(sent), [0, 1000, 2100, 3200]);
});
test('sends to a host without delay as much at once as it may', async () => {
  const { sent } = await crawlMock(site, { politeness: { delayMs: 0 } });
  assert.equal(timesOf(sent), [0, 0, 100, 100]);
});
test('sends one request at a time to a host without delay when told so', async () => {
  const { sent } = await crawlMock(site, { politeness: { delayMs: 0, maxInFlightPerHost: 1 } });
  assert.equal(timesOf(sent), [0, 0, 100, 200]);
});
test('keeps the longer of delay and Crawl-delay, and ignores the latter with robots off', async () => {
  const robots = { 'http://h.test/robots.txt': { body: 'User-agent: *\nCrawl-delay: 3' } };
  assert.equal(timesOf((await crawlMock({ ...site, ...robots })).sent), [0, 3000, 6100, 9200]);
  assert.equal(timesOf((await crawlMock({ ...site, ...robots }, { robots: false })).sent), [0, 1100, 2200]);
});
test('lets the delay follow the answers with autoThrottle', async () => {
  const slow = { ...site, 'http://h.test/': { headers: HTML, body: links('/a', '/b'), delayMs: 4000 } };
  const { sent } = await crawlMock(slow, { politeness: { delayMs: 100, autoThrottle: true }, robots: false });
  assert.is(sent[1]!.atMs - 4000, 4000);
});
test('asks different hosts at the same time', async () => {
  const two = { ...site, 'http://o.test/': { headers: HTML, body: '' } };
  const { sent } = await crawlMock(two, { seeds: ['http://h.test/', 'http://o.test/'], robots: false });
  assert.equal(
    sent.slice(0, 2).map(({ url, atMs }) => [url, atMs]),
    [
      ['http://h.test/', 0],
      ['http://o.test/', 0],
    ],
  );
});
test('waits before each retry of a URL, and as long as Retry-After says', async () => {
  let asked = 0;
  const busy = {
    get 'http://h.test/'() {
      return ++asked < 3 ? { status: 503, headers: { 'retry-after': '20' } } : { headers: HTML, body: '' };
    },
  };
  const { sent, statistics } = await crawlMock(busy, { robots: false, politeness: { delayMs: 0 } });
  assert.equal(timesOf(sent), [0, 20_000, 40_000]);
  assert.equal([statistics.pages, statistics.retries], [1, 2]);
});
test('renews the lease of a page for as long as the consumer has it', async () => {
  const { pages, statistics } = await crawlMock(site, { limits: { leaseMs: 1000 }, robots: false }, () =>
    sleep(30_000),
  );
  assert.equal([pages.length, statistics.pages, statistics.known], [3, 3, 3]);
});
test('measures its time and speed on the clock of the loop', async () => {
  const { statistics } = await crawlMock(site, { robots: false });
  assert.is(Math.round(statistics.elapsedMs), 2300);
  assert.is(Math.round(statistics.pagesPerSecond * 23), 30);
});
test('is idle before it is consumed, and explains that', async () => {
  const crawl = new Crawler({ seeds: 'http://h.test/' });
  assert.is(crawl.statistics().state, 'idle');
  assert.equal((await crawl.explain('http://h.test/')).reasons, ['the crawl has not started']);
  assert.is((await crawl.explain('mailto:x')).verdict, 'skipped');
});
test('refuses an unknown option of a terminal', async () => {
  const crawl = new Crawler({ seeds: 'http://h.test/' });
  assert.throws(() => crawl.values({ signals: undefined } as object), /signal/);
  await crawl
    .forEach(() => {}, { concurency: 2 } as object)
    .then(
      () => assert.unreachable(),
      (error: Error) => assert.match(error.message, 'concurrency'),
    );
  assert.is(crawl.statistics().state, 'idle');
});
test('takes no route once it runs', async () => {
  await crawlMock(site, { robots: false }, (_page, crawl) => {
    assert.throws(() => crawl.route('/x', () => {}), /before the crawl starts/);
  });
});
test.run();
