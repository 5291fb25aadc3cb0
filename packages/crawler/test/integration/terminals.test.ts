// covers: src/run/crawl-iterator.ts
// covers: src/run/crawl-run.ts
// covers: src/run/crawl-parts.ts
/** When a page counts as done, for each way to consume a crawl, and how each way ends. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancelledError, createTask, run, timeout } from '@oxbow/loop';
import { assert, suite, until } from '@oxbow/testkit';
import { map, take, toArray } from 'rxjs';
import {
  Crawler,
  type CrawlerOptions,
  type CrawlSink,
  jsonl,
  MemoryFrontier,
  openSqliteFrontier,
} from '../../src/index.ts';
import { linksTo, type Route, type Site, serveSite } from './site.ts';

const PAGES = 12;

/** A home page and twelve pages; those named in `held` answer never. */
function site(...held: readonly string[]): Promise<Site> {
  const paths = Array.from({ length: PAGES }, (_, index) => `/${index}`);
  const routes: Record<string, Route> = { '/': linksTo(...paths) };
  for (const path of paths) routes[path] = held.includes(path) ? () => {} : `<title>${path}</title>`;
  return serveSite(routes);
}

/** Runs a test body with a site and a frontier that outlives the crawl. */
async function withCrawl(
  body: (crawl: Crawler, frontier: MemoryFrontier, site: Site) => Promise<void>,
  options: Partial<CrawlerOptions> = {},
  ...held: readonly string[]
): Promise<void> {
  const served = await site(...held);
  const frontier = new MemoryFrontier({ maxInFlightUndelayed: 4 });
  try {
    await body(
      new Crawler({ seeds: `${served.origin}/`, frontier, concurrency: 4, robots: false, ...options }),
      frontier,
      served,
    );
  } finally {
    await served.close();
  }
}

/** A sink that keeps rows in memory and may be told to fail. */
function memorySink(failAt = Number.POSITIVE_INFINITY) {
  const rows: unknown[] = [];
  const calls: string[] = [];
  const sink: CrawlSink = {
    commit: 'with-frontier',
    open: async () => void calls.push('open'),
    write: async (added) => {
      if (rows.length + added.length >= failAt) throw new Error('the disk is full');
      rows.push(...added);
      return rows.length;
    },
    sync: async () => void calls.push('sync'),
    cutBack: async (checkpoint) => {
      rows.length = Number(checkpoint ?? 0);
    },
    close: async () => void calls.push('close'),
  };
  return { sink, rows, calls };
}
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );

const test = suite('terminals of a crawl');
test('for await gives every page, and settles each when the next is asked for', () =>
  withCrawl(async (crawl, frontier) => {
    let seen = 0;
    for await (const page of crawl) {
      seen++;
      assert.is((await frontier.lookup(page.url)).state, 'leased');
      assert.ok((await frontier.statistics()).done < seen);
    }
    assert.is(seen, PAGES + 1);
    const { done, leased, queued } = await frontier.statistics();
    assert.equal([done, leased, queued], [PAGES + 1, 0, 0]);
    assert.is(crawl.statistics().state, 'ended');
  }));
test('break gives the page at hand and all leases back, and a later consumer finds the crawl closed', () =>
  withCrawl(async (crawl, frontier) => {
    let last = '';
    let seen = 0;
    for await (const page of crawl) {
      last = page.url;
      if (++seen === 3) break;
    }
    const { done, leased, queued } = await frontier.statistics();
    assert.equal([done, leased, queued], [2, 0, PAGES - 1]);
    assert.is((await frontier.lookup(last)).state, 'queued');
    assert.is(await codeOf(crawl.collect()), 'ERR_OXBOW_STREAM_CLOSED');
    assert.is(await codeOf(crawl.values().next()), 'ERR_OXBOW_STREAM_CLOSED');
  }));
test('a second consumer beside the first is refused', () =>
  withCrawl(async (crawl) => {
    const pages = crawl.values();
    await pages.next();
    assert.is(await codeOf(crawl.forEach(() => {})), 'ERR_OXBOW_STREAM_BUSY');
    assert.is(await codeOf(crawl.to(memorySink().sink)), 'ERR_OXBOW_STREAM_BUSY');
    await pages.return();
  }));
test('forEach settles a page when its promise does, with as many at once as asked for', () =>
  withCrawl(async (crawl, frontier) => {
    let atOnce = 0;
    let most = 0;
    await crawl.forEach(
      async (page) => {
        most = Math.max(most, ++atOnce);
        assert.is((await frontier.lookup(page.url)).state, 'leased');
        // The others are known once the first page is settled.
        if (new URL(page.url).pathname !== '/') await until('three at once', () => most === 3);
        atOnce--;
      },
      { concurrency: 3 },
    );
    assert.is(most, 3);
    assert.is((await frontier.statistics()).done, PAGES + 1);
  }));
test('forEach ends with the error of its function, and gives that page back', () =>
  withCrawl(async (crawl, frontier) => {
    const failing = crawl.forEach((page) => {
      if (page.depth === 1) throw new Error(`no ${page.title}`);
    });
    await failing.then(
      () => assert.unreachable(),
      (error: Error) => assert.match(error.message, /^no \//),
    );
    const { done, leased, queued } = await frontier.statistics();
    assert.equal([done, leased, queued], [1, 0, PAGES]);
  }));
test('operators see every page; behind them a page counts as done when it is handed over', () =>
  withCrawl(async (crawl, frontier) => {
    const titles = await crawl
      .pipe(
        map((page) => page.title),
        toArray(),
      )
      .collect();
    assert.is(titles[0]!.length, PAGES + 1);
    assert.is((await frontier.statistics()).done, PAGES + 1);
  }));
test('take(2) behind a crawl ends it and gives the rest back', () =>
  withCrawl(async (crawl, frontier) => {
    assert.is((await crawl.pipe(take(2)).collect()).length, 2);
    await until('the crawl to end', () => crawl.statistics().state === 'ended');
    assert.is((await frontier.statistics()).leased, 0);
  }));
test('to(sink) writes all rows of a page and settles it in one step', () =>
  withCrawl(async (crawl, frontier) => {
    const { sink, rows, calls } = memorySink();
    await crawl.to(sink);
    assert.is(rows.length, PAGES + 1);
    assert.equal(calls, ['open', 'close']);
    assert.is((await frontier.statistics()).checkpoint, PAGES + 1);
  }));
test('to(sink) ends with the error of the sink, and settles nothing that is not written', () =>
  withCrawl(async (crawl, frontier) => {
    const { sink, rows, calls } = memorySink(5);
    await crawl.to(sink).then(
      () => assert.unreachable(),
      (error: Error) => assert.is(error.message, 'the disk is full'),
    );
    assert.is((await frontier.statistics()).done, rows.length);
    assert.equal(calls, ['open', 'close']);
  }));
test('cancelling to(sink) ends it with everything answered written and settled, and the rest given back', () =>
  withCrawl(
    async (crawl, frontier) => {
      const { sink, rows, calls } = memorySink();
      await run(async () => {
        const task = createTask(async () => {
          await crawl.to(sink);
        });
        await until('all pages but one', () => crawl.statistics().pages >= PAGES);
        task.cancel();
        await task.then(
          () => assert.unreachable(),
          (error) => assert.instance(error, CancelledError),
        );
        const { done, leased, queued } = await frontier.statistics();
        assert.equal([done, leased, queued, rows.length], [PAGES, 0, 1, PAGES]);
        assert.equal(calls, ['open', 'close']);
      });
    },
    {},
    '/5',
  ));
test('a timeout around for await stops the crawl', () =>
  withCrawl(
    async (crawl, frontier) => {
      let seen = 0;
      const crawling = run(async () => {
        await timeout(1000, async () => {
          for await (const _ of crawl) seen++;
        });
      });
      assert.is(await codeOf(crawling), 'ERR_OXBOW_LOOP_TIMEOUT');
      assert.is(seen, PAGES);
      const { done, leased, queued } = await frontier.statistics();
      assert.equal([done, leased, queued], [PAGES, 0, 1]);
    },
    {},
    '/5',
  ));
test('an aborted signal ends values, forEach and to with its reason', async () => {
  for (const consume of [
    (crawl: Crawler, signal: AbortSignal) => crawl.to(memorySink().sink, { signal }),
    (crawl: Crawler, signal: AbortSignal) => crawl.forEach(() => {}, { signal }),
    async (crawl: Crawler, signal: AbortSignal) => {
      for await (const _ of crawl.values({ signal }));
    },
  ]) {
    await withCrawl(
      async (crawl, frontier) => {
        const controller = new AbortController();
        const consuming = consume(crawl, controller.signal);
        await until('all pages but two', () => crawl.statistics().pages >= PAGES - 1);
        controller.abort(new Error('enough'));
        await consuming.then(
          () => assert.unreachable(),
          (error: Error) => assert.is(error.message, 'enough'),
        );
        await until('the crawl to end', () => crawl.statistics().state === 'ended');
        assert.is((await frontier.statistics()).leased, 0);
      },
      {},
      '/5',
    );
  }
});
test('stop() ends the crawl well: the consumer gets the end, the rest waits in the frontier', () =>
  withCrawl(
    async (crawl, frontier) => {
      let seen = 0;
      for await (const _ of crawl) if (++seen === 4) crawl.stop();
      assert.is(seen, 4);
      const { done, leased, queued } = await frontier.statistics();
      assert.equal([done, leased, queued], [4, 0, PAGES - 3]);
    },
    {},
    '/5',
  ));
test('pause() claims nothing until resume()', () =>
  withCrawl(async (crawl, _frontier, { requests }) => {
    crawl.pause();
    const crawling = crawl.to(memorySink().sink);
    // Meanwhile another crawl comes to its end.
    await withCrawl((other) => other.forEach(() => {}));
    assert.equal([crawl.statistics().state, requests.length], ['paused', 0]);
    crawl.resume();
    await crawling;
    assert.is(requests.length, PAGES + 1);
  }));
test('pause() in the middle shows the last leases end', () =>
  withCrawl(async (crawl) => {
    const crawling = crawl.forEach(() => {
      crawl.pause();
    });
    await until(
      'the last leases to end',
      () => crawl.statistics().pages > 0 && crawl.statistics().leased === 0,
    );
    assert.is(crawl.statistics().state, 'paused');
    crawl.resume();
    await until('the crawl to end', () => {
      if (crawl.statistics().state === 'paused') crawl.resume();
      return crawl.statistics().state === 'ended';
    });
    await crawling;
  }));
test('a handler may emit records instead of the row, and enqueue further URLs', () =>
  withCrawl(async (crawl, _frontier, { requests, origin }) => {
    const { sink, rows } = memorySink();
    crawl.route('/', (page, { emit, enqueue }) => {
      emit({ home: page.url });
      emit({ links: page.links.length });
      enqueue(['extra', `${origin}/1#again`]);
    });
    await crawl.to(sink);
    assert.equal(rows, [{ home: `${origin}/` }, { links: PAGES }]);
    assert.ok(requests.includes('/extra'));
  }));
test('a handler may drop its page: no row, but it is done', () =>
  withCrawl(
    async (crawl) => {
      const { sink, rows } = memorySink();
      crawl.route('/**', (page, { drop }) => {
        if (page.depth === 0) drop();
      });
      await crawl.to(sink);
      assert.equal([rows.length, crawl.statistics().pages], [PAGES, PAGES + 1]);
    },
    { rows: 'pages' },
  ));
test('a handler that fails fails its page alone, and nothing of it is written or offered', () =>
  withCrawl(
    async (crawl) => {
      const { sink, rows } = memorySink();
      crawl.route('/3', (_page, { emit, enqueue }) => {
        emit('half');
        enqueue('/never');
        throw new Error('cannot');
      });
      await crawl.to(sink);
      assert.is(rows.length, PAGES);
      assert.equal(crawl.statistics().failures, { handler: 1 });
    },
    { rows: 'pages', observer: { notice: () => {} } },
  ));
test('goes on where an earlier crawl left off, with counts of both', () =>
  withCrawl(async (crawl, frontier, { origin, requests }) => {
    const path = join(tmpdir(), `oxbow-terminals-${process.pid}.jsonl`);
    try {
      const first = crawl.to(jsonl(path));
      await until('three pages', () => crawl.statistics().pages >= 3);
      crawl.stop();
      await first;
      const second = new Crawler({ seeds: `${origin}/`, frontier, robots: false });
      await second.to(jsonl(path));
      const lines = (await readFile(path, 'utf8')).trim().split('\n');
      const urls = lines.map((line) => (JSON.parse(line) as { url: string }).url);
      assert.equal([urls.length, new Set(urls).size], [PAGES + 1, PAGES + 1]);
      assert.is(second.statistics().pages, PAGES + 1);
      assert.is(requests.filter((path) => path === '/').length, 1);
    } finally {
      await rm(path, { force: true });
    }
  }));
test('ends at once with the error when its frontier or its output cannot be opened', () =>
  withCrawl(async (_crawl, _frontier, { origin, requests }) => {
    const folder = await mkdtemp(join(tmpdir(), 'oxbow-terminals-'));
    const path = join(folder, 'frontier.db');
    const locked = await openSqliteFrontier(path);
    const output = () => jsonl(join(folder, 'pages.jsonl'));
    assert.is(
      await codeOf(new Crawler({ seeds: origin, frontier: path }).to(output())),
      'ERR_OXBOW_CRAWLER_FRONTIER_LOCKED',
    );
    assert.is(
      await codeOf(new Crawler({ seeds: origin, frontier: path }).values().next()),
      'ERR_OXBOW_CRAWLER_FRONTIER_LOCKED',
    );
    await locked.close();
    assert.is(
      await codeOf(new Crawler({ seeds: origin, frontier: path }).to(jsonl(folder))),
      'ERR_OXBOW_CRAWLER_SINK',
    );
    // The frontier was closed again, so that the next crawl can have it.
    assert.equal(requests, []);
    await new Crawler({ seeds: origin, frontier: path }).to(output());
    await rm(folder, { recursive: true, force: true });
  }));
test('recrawls a finished site by its validators: a row for each page, bodies of those that changed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'oxbow-recrawl-'));
  let version = '"1"';
  const unchanged: Route = (request, response) => {
    if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
    else response.writeHead(200, { etag: '"1"', 'content-type': 'text/html' }).end('<title>same</title>');
  };
  const served = await serveSite({
    '/': (request, response) => {
      const isKnown = request.headers['if-none-match'] === version;
      response.writeHead(isKnown ? 304 : 200, { etag: version, 'content-type': 'text/html' });
      response.end(isKnown ? '' : linksTo('/same', version === '"1"' ? '/same' : '/added'));
    },
    '/same': unchanged,
    '/added': '<title>added</title>',
  });
  const output = join(folder, 'pages.jsonl');
  const crawlOnce = async (recrawl: boolean) => {
    const crawl = new Crawler({ seeds: `${served.origin}/`, frontier: join(folder, 'frontier.db'), recrawl });
    await crawl.to(jsonl(output));
    const lines = (await readFile(output, 'utf8')).trim().split('\n');
    return lines.map((line) => {
      const { url, status } = JSON.parse(line) as { url: string; status: number };
      return `${status} ${url.slice(served.origin.length)}`;
    });
  };
  try {
    assert.equal(await crawlOnce(false), ['200 /', '200 /same']);
    assert.equal((await crawlOnce(true)).sort(), ['304 /', '304 /same']);
    version = '"2"';
    assert.equal((await crawlOnce(true)).sort(), ['200 /', '200 /added', '304 /same']);
  } finally {
    await served.close();
    await rm(folder, { recursive: true, force: true });
  }
});
test('is fed to any other sink as every stream is', () =>
  withCrawl(async (crawl) => {
    const urls: string[] = [];
    await crawl.to({ write: (page) => void urls.push(page.url) });
    assert.is(urls.length, PAGES + 1);
  }));
test('is not harmed by an observer that throws', () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  return withCrawl(
    async (crawl) => {
      await crawl.forEach(() => {});
      // Node tells of a warning on its next tick.
      await new Promise((resolve) => setImmediate(resolve));
      process.off('warning', onWarning);
      assert.is(crawl.statistics().pages, PAGES + 1);
      assert.is(warnings[0]?.message, 'observed');
    },
    {
      observer: {
        page: (page) => {
          if (page.depth === 0) throw new Error('observed');
        },
      },
    },
  );
});
test('tells an observer of every page', () => {
  const seen: string[] = [];
  return withCrawl(
    async (crawl) => {
      await crawl.forEach(() => {});
      assert.is(seen.length, PAGES + 1);
    },
    { observer: { page: (page) => void seen.push(page.url) } },
  );
});
test.run();
