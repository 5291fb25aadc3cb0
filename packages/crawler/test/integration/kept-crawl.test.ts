// covers: src/options/stored-rules.ts
// covers: src/options/seeds.ts
// covers: src/visit/page-targets.ts
// covers: src/visit/page-handler.ts
// covers: src/visit/robots-policy.ts
// covers: src/run/crawl-parts.ts
// covers: src/visit/page-reader.ts
// covers: src/sink/page-columns.ts
// covers: src/sink/output-options.ts
/** What survives: of a crawl that is resumed, of an outage, of code that fails, and of files that were there before. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import {
  Crawler,
  type CrawlerOptions,
  type CrawlNotice,
  csv,
  jsonl,
  MemoryFrontier,
  openSqliteFrontier,
  type PageRow,
  sqlite,
} from '../../src/index.ts';
import { answer, linksTo, type Route, serveSite } from './site.ts';

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: { code: string; message: string }) => error.code,
  );
const messageOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: Error) => error.message,
  );

/** A folder for one test. */
async function inFolder(body: (at: (name: string) => string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'oxbow-kept-'));
  try {
    await body((name) => join(folder, name));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
const rowsOf = async (path: string) =>
  (await readFile(path, 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as PageRow);

/** Serves pages on an address of its own; every page links to all of `links`. */
async function serveAt(
  address: string,
  links: readonly string[],
): Promise<{ origin: string; server: Server }> {
  const server = createServer((request, response) => {
    if (request.url === '/robots.txt') response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'text/html' }).end(linksTo(...links));
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return { origin: `http://${address}:${(server.address() as AddressInfo).port}`, server };
}

const test = suite('a crawl that is kept');
test('goes on over private hosts that are no seeds', () =>
  inFolder(async (at) => {
    const other = await serveAt('127.0.0.33', []);
    const paths = Array.from({ length: 12 }, (_, page) => `${other.origin}/${page}`);
    const seed = await serveAt('127.0.0.32', paths);
    try {
      const options: CrawlerOptions = {
        seeds: `${seed.origin}/`,
        scope: (url) => url.hostname.startsWith('127.0.0.3'),
        frontier: at('crawl.db'),
        politeness: { delayMs: 0 },
        concurrency: 2,
      };
      const first = new Crawler(options);
      let seen = 0;
      for await (const _ of first) if (++seen === 4) break;
      const second = new Crawler({ scope: options.scope!, frontier: at('crawl.db') });
      for await (const _ of second) seen++;
      assert.equal(second.statistics().failures, {});
      assert.is(second.statistics().pages, 13);
    } finally {
      other.server.close();
      seed.server.close();
    }
  }));
test('knows its seeds, scope and options: resuming needs the file and nothing else', () =>
  inFolder(async (at) => {
    const routes: Record<string, Route> = {
      '/': linksTo('/a/1', '/b/1'),
      '/a/1': linksTo('/a/2'),
      '/a/2': linksTo('/a/3'),
    };
    const site = await serveSite({ ...routes, '/a/3': '', '/b/1': '' });
    try {
      const first = new Crawler({
        seeds: `${site.origin}/`,
        frontier: at('crawl.db'),
        scope: { include: ['/a/**', '/'] },
        limits: { maxDepth: 2, maxPages: 1 },
        userAgent: 'kept/1',
      });
      await first.to(jsonl(at('pages.jsonl')));
      assert.is(first.statistics().pages, 1);
      // A limit given on the resume replaces the kept one.
      const second = new Crawler({ frontier: at('crawl.db'), limits: { maxPages: 100 } });
      await second.to(jsonl(at('pages.jsonl')));
      const paths = (await rowsOf(at('pages.jsonl'))).map(({ url }) => url.slice(site.origin.length));
      assert.equal(paths.sort(), ['/', '/a/1', '/a/2']);
      assert.is(second.statistics().pages, 3);
    } finally {
      await site.close();
    }
  }));
test('refuses other seeds in words, and takes more than it had', () =>
  inFolder(async (at) => {
    const site = await serveSite({ '/': '', '/x': '' });
    try {
      const frontier = at('crawl.db');
      await new Crawler({ seeds: `${site.origin}/`, frontier }).forEach(() => {});
      const message = await messageOf(
        new Crawler({ seeds: 'http://other.test/', frontier }).forEach(() => {}),
      );
      assert.match(message, new RegExp(`holds the crawl of ${site.origin}/, not of http://other.test/`));
      const more = new Crawler({ seeds: [`${site.origin}/`, `${site.origin}/x`], frontier });
      await more.forEach(() => {});
      assert.is(more.statistics().pages, 2);
      assert.match(
        await messageOf(new Crawler({ frontier: at('none.db') }).forEach(() => {})),
        'no such file',
      );
    } finally {
      await site.close();
    }
  }));
test('asks for a scope again that was a function', () =>
  inFolder(async (at) => {
    const site = await serveSite({ '/': '' });
    try {
      const frontier = at('crawl.db');
      await new Crawler({ seeds: `${site.origin}/`, scope: () => true, frontier }).forEach(() => {});
      assert.match(await messageOf(new Crawler({ frontier }).forEach(() => {})), 'is a function');
    } finally {
      await site.close();
    }
  }));
test('is explained after its end, failures with their reason', () =>
  inFolder(async (at) => {
    const site = await serveSite({
      '/': linksTo('/gone'),
      '/robots.txt': answer(200, {}, 'User-agent: *\nDisallow: /no'),
    });
    try {
      const crawl = new Crawler({
        seeds: [`${site.origin}/`, `${site.origin}/no`],
        frontier: at('crawl.db'),
      });
      await crawl.forEach(() => {});
      const gone = await crawl.explain(`${site.origin}/gone`);
      assert.is(gone.verdict, 'done');
      assert.match(
        (await crawl.explain(`${site.origin}/no`)).reasons[0]!,
        /\(robots\): robots.txt says Disallow/,
      );
    } finally {
      await site.close();
    }
  }));
test('loses nothing of a queue to an outage of its host', () =>
  inFolder(async (at) => {
    const paths = Array.from({ length: 60 }, (_, page) => `/${page}`);
    let isAway = false;
    let refusals = 0;
    let asked = 0;
    const routes: Record<string, Route> = { '/': linksTo(...paths) };
    for (const path of paths) {
      routes[path] = (request, response) => {
        if (++asked === 10) isAway = true;
        if (!isAway) {
          response.writeHead(200, { 'content-type': 'text/html' }).end('');
          return;
        }
        // These requests reached the host, so each is a try of its URL: all of them may have been of one.
        if (++refusals === 14) isAway = false;
        request.socket.destroy();
      };
    }
    const site = await serveSite(routes);
    try {
      const crawl = new Crawler({
        seeds: `${site.origin}/`,
        retry: { baseMs: 1, maxMs: 4, maxAttempts: 14 },
        concurrency: 8,
      });
      await crawl.to(jsonl(at('pages.jsonl')));
      const { pages, failures } = crawl.statistics();
      assert.equal([pages, failures], [61, {}]);
    } finally {
      await site.close();
    }
  }));
test('leaves the URLs of a host that refuses connections untried, and has all of them when it is back', () =>
  inFolder(async (at) => {
    const paths = Array.from({ length: 40 }, (_, page) => `/${page}`);
    const site = await serveSite({
      '/': linksTo(...paths),
      ...Object.fromEntries(paths.map((path) => [path, ''])),
    });
    const port = Number(new URL(site.origin).port);
    const frontier = at('crawl.db');
    const common = { frontier, robots: false, concurrency: 4 };
    const first = new Crawler({ seeds: `${site.origin}/`, ...common, limits: { maxPages: 5 } });
    await first.to(jsonl(at('pages.jsonl')));
    await site.close();
    // Nobody answers: the host is given up in the end, and its URLs fail without a request each.
    const second = new Crawler({ ...common, limits: { maxPages: 1000 }, retry: { baseMs: 1, maxMs: 2 } });
    await second.to(jsonl(at('pages.jsonl')));
    assert.ok((second.statistics().failures.network ?? 0) > 0);
    const server = createServer((_request, response) => response.end(''));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    try {
      const third = new Crawler(common);
      assert.is(await third.retryFailed({ reason: 'network' }), second.statistics().failures.network);
      await third.to(jsonl(at('pages.jsonl')));
      const urls = (await rowsOf(at('pages.jsonl'))).map(({ url }) => url);
      assert.equal([urls.length, new Set(urls).size], [41, 41]);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  }));
test('ends in a failure of its page when a record cannot be written, in every sink', () =>
  inFolder(async (at) => {
    const site = await serveSite({ '/': linksTo('/a'), '/a': '' });
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    try {
      const columns = ['id'];
      for (const [sink, record] of [
        [jsonl(at('1.jsonl')), { id: 3n }],
        [jsonl(at('2.jsonl')), cycle],
        [csv(at('3.csv'), { columns }), { id: cycle }],
        [sqlite(at('4.db'), { columns }), { id: [3n] }],
      ] as const) {
        const notices: CrawlNotice[] = [];
        const crawl = new Crawler({
          seeds: `${site.origin}/`,
          observer: { notice: (notice) => void notices.push(notice) },
        });
        crawl.route('/', (_page, { emit }) => emit(record));
        crawl.route('/a', (_page, { emit }) => emit({ id: 1 }));
        await crawl.to(sink);
        const { failures, pages } = crawl.statistics();
        assert.equal([failures, pages], [{ record: 1 }, 1]);
        assert.equal([notices[0]?.kind, notices[0]?.url], ['record', `${site.origin}/`]);
        assert.instance(notices[0]?.error, Error);
      }
    } finally {
      await site.close();
    }
  }));
test('keeps a page whose handler failed for another try, tells it, and follows its links', () =>
  inFolder(async (at) => {
    const site = await serveSite({ '/': linksTo('/a'), '/a': '' });
    const notices: CrawlNotice[] = [];
    const observer = { notice: (notice: CrawlNotice) => void notices.push(notice) };
    try {
      const frontier = at('crawl.db');
      const first = new Crawler({ seeds: `${site.origin}/`, frontier, observer });
      first.route('/**', (page, { emit }) => {
        if (page.depth === 0) throw new TypeError('a bug');
        emit({ url: page.url });
      });
      await first.to(jsonl(at('records.jsonl')));
      assert.match((notices[0]!.error as Error).stack ?? '', /kept-crawl\.test/);
      const second = new Crawler({ frontier, observer });
      second.route('/**', (page, { emit }) => emit({ url: page.url }));
      assert.is(await second.retryFailed({ reason: 'handler' }), 1);
      await second.to(jsonl(at('records.jsonl')));
      const urls = (await rowsOf(at('records.jsonl'))).map(({ url }) => url);
      assert.equal(urls.sort(), [`${site.origin}/`, `${site.origin}/a`]);
    } finally {
      await site.close();
    }
  }));
test('refuses an output that is there before its first request, and takes it when told how', () =>
  inFolder(async (at) => {
    const site = await serveSite({ '/': '' });
    try {
      await writeFile(at('pages.jsonl'), '{"mine":1}\n');
      const crawlTo = (options: object, frontier?: string) =>
        new Crawler({ seeds: `${site.origin}/`, ...(frontier ? { frontier } : {}) }).to(
          jsonl(at('pages.jsonl'), options),
        );
      assert.is(await codeOf(crawlTo({})), 'ERR_OXBOW_CRAWLER_OUTPUT_EXISTS');
      assert.match(await messageOf(crawlTo({}, at('crawl.db'))), /--append.*--overwrite/);
      assert.equal(site.requests, []);
      await crawlTo({ append: true }, at('crawl.db'));
      // Started again with the same words, it goes on and appends nothing twice.
      await crawlTo({ append: true }, at('crawl.db'));
      assert.is((await rowsOf(at('pages.jsonl'))).length, 2);
      await crawlTo({ overwrite: true });
      assert.is((await rowsOf(at('pages.jsonl'))).length, 1);
    } finally {
      await site.close();
    }
  }));
test('goes on in its own output only, unless another is asked for', () =>
  inFolder(async (at) => {
    const site = await serveSite({ '/': linksTo('/a'), '/a': '' });
    try {
      const crawl = (name: string, options = {}) =>
        new Crawler({
          seeds: `${site.origin}/`,
          frontier: at('crawl.db'),
          limits: { maxPages: 1 },
          ...options,
        }).to(jsonl(at(name), name === 'c.jsonl' ? { append: true } : {}));
      await crawl('a.jsonl');
      assert.match(await messageOf(crawl('b.jsonl')), /is written to a\.jsonl/);
      await crawl('c.jsonl', { limits: { maxPages: 9 } });
      assert.is((await rowsOf(at('c.jsonl'))).length, 1);
    } finally {
      await site.close();
    }
  }));
test('takes a URL for what it is, whatever its priority', async () => {
  const site = await serveSite({ '/': linksTo('/b'), '/b': linksTo('/c'), '/c': '' });
  try {
    for (const priority of [1, 1_000_000, 3_000_003]) {
      const crawl = new Crawler({ seeds: `${site.origin}/` });
      crawl.route('/', (_page, { enqueue }) => enqueue('/b', { priority }));
      await crawl.forEach(() => {});
      assert.is(crawl.statistics().pages, 3, String(priority));
    }
  } finally {
    await site.close();
  }
});
test('counts and tells the links of a host that has too many', async () => {
  const site = await serveSite({ '/': linksTo('/1', '/2', '/3'), '/1': '' });
  try {
    const crawl = new Crawler({
      seeds: `${site.origin}/`,
      limits: { maxUrlsPerHost: 2 },
      frontier: undefined as never,
    });
    await crawl.forEach(() => {});
    assert.is(crawl.statistics().skipped['host-limit'], 2);
    const { verdict, reasons } = await crawl.explain(`${site.origin}/3`);
    assert.is(verdict, 'skipped');
    assert.match(reasons[0]!, /maxUrlsPerHost/);
  } finally {
    await site.close();
  }
});
test('follows the redirect of a seed within its site, also after a resume, and tells of one that leaves it', () =>
  inFolder(async (at) => {
    const target = await serveSite({ '/': linksTo('/a', '/b'), '/a': '', '/b': '' });
    const elsewhere = target.origin.replace('127.0.0.1', 'localhost');
    const seed = await serveSite({
      '/': answer(301, { location: `${target.origin}/` }),
      '/out': answer(301, { location: `${elsewhere}/` }),
    });
    const notices: CrawlNotice[] = [];
    try {
      const frontier = at('crawl.db');
      await new Crawler({ seeds: `${seed.origin}/`, frontier, limits: { maxPages: 1 } }).forEach(() => {});
      const crawl = new Crawler({ frontier, limits: { maxPages: 9 } });
      await crawl.forEach(() => {});
      assert.equal([crawl.statistics().pages, crawl.statistics().redirects], [3, 1]);
      const other = new Crawler({
        seeds: `${seed.origin}/out`,
        observer: { notice: (each) => void notices.push(each) },
      });
      await other.forEach(() => {});
      assert.is(other.statistics().pages, 0);
      assert.equal(
        notices.map(({ kind }) => kind),
        ['seed-redirect'],
      );
    } finally {
      await seed.close();
      await target.close();
    }
  }));
test('shares a frontier with another crawl: both end, and each URL is visited once', async () => {
  const paths = Array.from({ length: 30 }, (_, page) => `/${page}`);
  const site = await serveSite({
    '/': linksTo(...paths),
    ...Object.fromEntries(paths.map((path) => [path, ''])),
  });
  try {
    const frontier = new MemoryFrontier({ maxInFlightUndelayed: 4 });
    const pages = [0, 0];
    await Promise.all(
      pages.map((_, at) =>
        new Crawler({ seeds: `${site.origin}/`, frontier, robots: false, concurrency: 2 }).forEach(() => {
          pages[at]!++;
        }),
      ),
    );
    assert.is(site.requests.length, 31);
    assert.ok(pages[0]! > 5 && pages[1]! > 5, String(pages));
    assert.equal([pages[0]! + pages[1]!, (await frontier.statistics()).sums.pages], [31, 31]);
  } finally {
    await site.close();
  }
});
test('is paused and stopped for all by its frontier', async () => {
  const site = await serveSite({ '/': linksTo('/a'), '/a': '' });
  try {
    const frontier = new MemoryFrontier({ maxInFlightUndelayed: 2 });
    await frontier.control('paused');
    const crawl = new Crawler({ seeds: `${site.origin}/`, frontier, robots: false });
    const pages: string[] = [];
    const crawling = crawl.forEach(async (page) => {
      pages.push(page.url);
      await frontier.control('stopping');
    });
    while (crawl.statistics().state !== 'paused') await frontier.changed(AbortSignal.timeout(5));
    assert.equal(site.requests, []);
    await frontier.control('running');
    await crawling;
    assert.is(pages.length, 1);
    assert.is((await frontier.statistics()).queued, 1);
  } finally {
    await site.close();
  }
});
test('finds a file that another version wrote, or that is none, and leaves it as it is', () =>
  inFolder(async (at) => {
    await writeFile(at('x.db'), 'no database, but long enough to be one'.repeat(100));
    assert.is(
      await codeOf(new Crawler({ seeds: 'http://h.test/', frontier: at('x.db') }).forEach(() => {})),
      'ERR_OXBOW_CRAWLER_FRONTIER_FILE',
    );
    const frontier = await openSqliteFrontier(at('y.db'));
    await frontier.rules({ version: 9 });
    await frontier.close();
    assert.match(
      await messageOf(new Crawler({ seeds: 'http://h.test/', frontier: at('y.db') }).forEach(() => {})),
      'another version',
    );
  }));
test.run();
