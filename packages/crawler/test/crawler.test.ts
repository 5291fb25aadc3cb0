// covers: src/visit/host-policy.ts
// covers: src/visit/visit.ts, src/run/crawl-parts.ts
/** A crawl on a virtual clock: what a host sees, and when. */
import { ConnectError, MockTransport, Session } from '@oxbow/http';
import { createTask, currentLoop, run, sleep, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { Crawler, type CrawlerOptions, MemoryFrontier, type Page } from '../src/index.ts';

const links = (...paths: readonly string[]): string =>
  paths.map((path) => `<a href="${path}">x</a>`).join('');
const HTML = { 'content-type': 'text/html' };

/** Crawls a mocked web; gives the pages and when each request was sent, in milliseconds from the start. */
async function crawlMock(
  pages: Readonly<Record<string, object>>,
  options: Partial<CrawlerOptions> = {},
  onPage: (page: Page, crawl: Crawler) => unknown = () => {},
  setUp: (crawl: Crawler) => unknown = () => {},
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
      setUp(crawl);
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
/** Pages of one host, each answered by a function of how often the host was asked before. */
const hostOfPages = (count: number, reply: (asked: number) => object) => {
  let asked = 0;
  const pages: Record<string, object> = {
    'http://h.test/': {
      headers: HTML,
      body: links(...Array.from({ length: count }, (_, page) => `/${page}`)),
    },
  };
  for (let page = 0; page < count; page++)
    Object.defineProperty(pages, `http://h.test/${page}`, { get: () => reply(asked++) });
  return pages;
};
const ok = { headers: HTML, body: '' };

test('takes a burst of 429 for one signal of its host', async () => {
  const site = hostOfPages(16, (asked) =>
    asked < 16 ? { status: 429, headers: { 'retry-after': '2' } } : ok,
  );
  const { sent, statistics } = await crawlMock(site, { robots: false, politeness: { delayMs: 0 } });
  assert.is(statistics.pages, 17);
  // All 16 at once, 2 s for the host, then one at a time until the delay has come back by halves.
  const times = timesOf(sent).slice(1);
  assert.equal(times.slice(0, 17), [...Array(16).fill(0), 2000]);
  assert.ok(times.at(-1)! <= 4000, String(times.at(-1)));
});
test('leaves the whole host alone for as long as Retry-After says, whatever its delay', async () => {
  const site = hostOfPages(3, (asked) =>
    asked === 0 ? { status: 503, headers: { 'retry-after': '5' } } : ok,
  );
  const { sent, statistics } = await crawlMock(site, {
    robots: false,
    politeness: { delayMs: 200, maxInFlightPerHost: 1 },
  });
  assert.is(timesOf(sent)[2], timesOf(sent)[1]! + 5000);
  assert.equal([statistics.pages, statistics.failed], [4, 0]);
});
test('keeps a Retry-After that came twice, and one of more than a minute, which it tells', async () => {
  const notices: string[] = [];
  const site = hostOfPages(1, (asked) =>
    asked === 0 ? { status: 429, headers: { 'retry-after': ['90', '90'] } } : ok,
  );
  const { sent } = await crawlMock(site, {
    robots: false,
    politeness: { delayMs: 0 },
    observer: { notice: ({ kind, message }) => void notices.push(`${kind}: ${message}`) },
  });
  assert.equal(timesOf(sent), [0, 0, 90_000]);
  assert.match(notices[0]!, /host-wait: h\.test is asked again in 90 s: it answered 429/);
});
test('ends with its URLs in the frontier when every host asks for a longer wait than it keeps', async () => {
  const notices: string[] = [];
  const observer = { notice: ({ kind }: { kind: string }) => void notices.push(kind) };
  const site = hostOfPages(5, () => ({ status: 429, headers: { 'retry-after': '86400' } }));
  const { sent, statistics } = await crawlMock(site, { robots: false, politeness: { delayMs: 0 }, observer });
  assert.equal([sent.length, statistics.queued, statistics.pages], [6, 5, 1]);
  assert.equal(statistics.statuses, { 200: 1 });
  assert.equal(notices, ['host-wait', 'left-waiting']);
  const slow = { ...site, 'http://h.test/robots.txt': { body: 'User-agent: *\nCrawl-delay: 86400' } };
  const delayed = await crawlMock(slow, { observer });
  assert.equal([delayed.sent.length, delayed.statistics.queued], [1, 1]);
});
test('gives a host up that was never there, after the tries of one URL, without asking for the others', async () => {
  const site: Record<string, object> = {
    'http://h.test/': {
      headers: HTML,
      body: Array.from({ length: 20 }, (_, page) => `<a href="http://gone.test/${page}">`).join(''),
    },
  };
  for (let page = 0; page < 20; page++)
    site[`http://gone.test/${page}`] = { error: new ConnectError('ERR_OXBOW_HTTP_CONNECT', 'refused') };
  const { sent, statistics } = await crawlMock(site, {
    robots: false,
    scope: () => true,
    politeness: { delayMs: 0 },
    concurrency: 1,
  });
  assert.equal(statistics.failures, { network: 20 });
  assert.is(sent.filter(({ url }) => url.startsWith('http://gone.test')).length, 3);
});
test('asks again for a page that only set a cookie, at its own address or around another', async () => {
  const cookie = { 'set-cookie': 'seen=1; Path=/' };
  let first = true;
  const self = {
    get 'http://h.test/'() {
      if (!first) return ok;
      first = false;
      return { status: 302, headers: { ...cookie, location: '/' } };
    },
  };
  const { sent, pages } = await crawlMock(self, { robots: false, politeness: { delayMs: 0 } });
  assert.equal([sent.length, pages.map(({ status }) => status)], [2, [200]]);
  let isSet = false;
  const around = {
    get 'http://h.test/'() {
      return isSet ? ok : { status: 302, headers: { location: '/set' } };
    },
    get 'http://h.test/set'() {
      isSet = true;
      return { status: 302, headers: { ...cookie, location: '/' } };
    },
  };
  const loop = await crawlMock(around, { robots: false, politeness: { delayMs: 0 } });
  assert.equal(
    loop.pages.map(({ status }) => status),
    [302, 302, 200],
  );
});
test('sends each visit through the policies of the user, outermost first', async () => {
  const log: string[] = [];
  const { sent, pages, statistics } = await crawlMock(
    site,
    { robots: false, politeness: { delayMs: 0 }, concurrency: 1 },
    () => {},
    (crawl) =>
      crawl
        .use(async (visit, next) => {
          log.push(`> ${new URL(visit.url).pathname}`);
          const outcome = await next();
          log.push(`< ${outcome.kind}`);
          return outcome;
        })
        .use((visit, next) => {
          if (visit.url.endsWith('/a')) return visit.fail('not this one');
          visit.headers['x-token'] = 'secret';
          return next();
        }),
  );
  assert.equal(log, ['> /', '< answered', '> /a', '< failed', '> /b', '< answered']);
  assert.equal([sent.length, pages.length, statistics.failures], [2, 2, { handler: 1 }]);
});
test('fails a page whose middleware throws, forgets next or calls it twice', async () => {
  for (const middleware of [
    () => {
      throw new Error('no');
    },
    () => undefined,
    async (_visit: unknown, next: () => Promise<unknown>) => {
      await next();
      return next();
    },
  ]) {
    const { statistics } = await crawlMock(
      site,
      { robots: false, observer: { notice: () => {} } },
      () => {},
      (crawl) => crawl.use(middleware),
    );
    assert.equal(statistics.failures, { handler: 1 });
  }
});
test('is changed in delay and concurrency, and narrowed, while it runs', async () => {
  const pages = hostOfPages(6, () => ok);
  const { sent, statistics } = await crawlMock(
    pages,
    { robots: false, politeness: { delayMs: 1000 } },
    ({ url }, crawl) => {
      if (url.endsWith('/0')) crawl.tune({ delayMs: 5000, concurrency: 2 });
      if (url.endsWith('/2')) crawl.narrow({ exclude: ['/4', '/5'] });
    },
  );
  assert.equal(timesOf(sent), [0, 1000, 6000, 11_000, 16_000]);
  assert.equal([statistics.pages, statistics.failures], [5, { scope: 2 }]);
});
test('hands data from a page to those it leads to, and takes headers by host', async () => {
  const got: unknown[] = [];
  const { pages } = await crawlMock(
    { 'http://h.test/': ok, 'http://h.test/detail': ok },
    { robots: false, hosts: { 'h.test': { userAgent: 'h/1', headers: { 'x-a': 'b' }, delayMs: 10 } } },
    () => {},
    (crawl) =>
      crawl
        .route('/', (_page, { enqueue }) => enqueue('detail', { data: { category: 'x' } }))
        .route('/detail', (page, { data }) => {
          got.push(data, page.data);
        }),
  );
  assert.is(pages.length, 2);
  assert.equal(got, [{ category: 'x' }, { category: 'x' }]);
});
for (const [what, data] of [
  ['a BigInt', 1n],
  ['a function', () => {}],
  ['a circle', Object.assign([], { 0: undefined })],
] as const) {
  test(`takes ${what} that cannot be handed on for a fault of the handler, and goes on`, async () => {
    if (Array.isArray(data)) (data as unknown[])[0] = data;
    const { pages, statistics } = await crawlMock(
      {
        'http://h.test/': { headers: HTML, body: links('/other') },
        'http://h.test/other': ok,
        'http://h.test/detail': ok,
      },
      { robots: false, politeness: { delayMs: 0 } },
      () => {},
      (crawl) => crawl.route('/', (_page, { enqueue }) => enqueue('detail', { data })),
    );
    assert.equal([pages.length, statistics.failures], [1, { handler: 1 }]);
  });
}
test('sends as many requests at a time to a host as it is given for itself', async () => {
  const slow = { headers: HTML, body: '', delayMs: 100 };
  const web = {
    'http://h.test/': { headers: HTML, body: links('/1', '/2', '/3') },
    'http://h.test/1': slow,
    'http://h.test/2': slow,
    'http://h.test/3': slow,
  };
  const { sent } = await crawlMock(web, {
    robots: false,
    politeness: { delayMs: 0 },
    hosts: { '*.test': { maxInFlight: 2 } },
  });
  assert.equal(timesOf(sent), [0, 0, 0, 100]);
});
test('comes to no host closer than its delay, however many crawls share the frontier', async () => {
  const paths = Array.from({ length: 12 }, (_, page) => `/${page}`);
  await run(
    async () => {
      const loop = currentLoop();
      const requests: { host: string; fromMs: number; toMs: number }[] = [];
      const mock = new MockTransport().on('GET', /./, async ({ url }) => {
        const request = { host: new URL(url).host, fromMs: loop.time(), toMs: Number.POSITIVE_INFINITY };
        requests.push(request);
        await sleep(30);
        request.toMs = loop.time();
        const body = url.endsWith('.test/') ? links(...paths) : '';
        return { headers: HTML, body };
      });
      const frontier = new MemoryFrontier({ delayMs: 200, now: () => loop.time() });
      const sessions = Array.from({ length: 4 }, () => new Session({ transport: mock }));
      const crawls = sessions.map(
        (session) =>
          new Crawler({
            seeds: ['http://a.test/', 'http://b.test/'],
            frontier,
            session,
            politeness: { delayMs: 200 },
          }),
      );
      await Promise.all(crawls.map((crawl) => crawl.forEach(() => {})));
      for (const session of sessions) await session.close();
      for (const host of ['a.test', 'b.test']) {
        const own = requests.filter((request) => request.host === host && request.fromMs >= 0);
        assert.ok(own.length >= 13, String(own.length));
        const pages = own.slice(own.length - 12);
        for (let at = 1; at < pages.length; at++)
          assert.ok(
            pages[at]!.fromMs - pages[at - 1]!.toMs >= 200,
            `${pages[at]!.fromMs - pages[at - 1]!.toMs} ms`,
          );
      }
    },
    { clock: new VirtualClock() },
  );
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
test('why() says what limits the crawl: the consumer, the pauses, or nothing', async () => {
  const pages = { 'http://h.test/': { headers: HTML, body: links('/1', '/2', '/3') } };
  const said = { whileRead: '', between: '', before: '' };
  await crawlMock(
    pages,
    { concurrency: 2, politeness: { delayMs: 1000 } },
    async ({ url }, crawl) => {
      if (url !== 'http://h.test/1') return;
      await sleep(300);
      said.whileRead = String(crawl.why());
      createTask(async () => {
        await sleep(400);
        said.between = String(crawl.why());
      });
    },
    (crawl) => {
      said.before = String(crawl.why());
    },
  );
  assert.is(said.before, 'Nobody consumes this stream.');
  assert.is(said.whileRead, 'the consumer holds back the requests: 1 page waits for it.');
  assert.match(
    said.between,
    /^The pauses between requests to a host .*: 2 URLs wait, the next for \d+ ms more\.$/,
  );
});

test('stop() ends the crawl at once: pages that wait for the consumer are given back', async () => {
  const mock = new MockTransport();
  mock.on('GET', /./, ({ url }) => ({
    headers: HTML,
    body: url === 'http://h.test/' ? links('/1', '/2', '/3', '/slow') : '',
    // Its request is still out, and takes a moment to be broken off.
    delayMs: url === 'http://h.test/slow' ? 10_000 : 0,
  }));
  const frontier = new MemoryFrontier({ delayMs: 0, maxInFlightPerHost: 4 });
  let seen = 0;
  await run(
    async () => {
      const session = new Session({ transport: mock });
      const crawl = new Crawler({
        seeds: 'http://h.test/',
        session,
        frontier,
        politeness: { delayMs: 0 },
      });
      for await (const _ of crawl) {
        seen += 1;
        // While the second page is read, the others are answered, and wait.
        if (seen === 2) await sleep(100);
        if (seen === 3) crawl.stop();
      }
      await session.close();
    },
    { clock: new VirtualClock() },
  );
  const { done, leased, queued } = await frontier.statistics();
  assert.equal([seen, done, leased, queued], [3, 3, 0, 2]);
});

test.run();
