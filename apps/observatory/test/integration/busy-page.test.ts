import { createConnection, type Socket } from 'node:net';
import { bundlePage, openPageSite, type PageSite } from '@oxbow/shell';
import { launchChromium, openPage, VIEWS } from '@oxbow/shell/testing';
import { assert, suite, until } from '@oxbow/testkit';
import type { Browser } from 'playwright-core';
import { type CrawlCounts, CrawlFeed } from '../../src/crawl-feed.ts';
import { LiveFeed } from '../../src/live-feed.ts';

/** Pages of each update: four updates a second are 1,000 pages a second. */
const PAGES_PER_UPDATE = 250;
const UPDATES = 40;
const PAGES = PAGES_PER_UPDATE * UPDATES;

interface Context {
  browser: Browser;
  site: PageSite;
  feed: CrawlFeed;
  live: LiveFeed;
  hung: Socket;
}

// covers: src/live-feed.ts, src/page/tree-painter.ts, src/page/tree-view.ts
const test = suite<Context>('a page that 1,000 pages a second come to', {} as Context);

test.before(async (context) => {
  context.browser = await launchChromium();
  context.site = await openPageSite({
    app: 'observatory',
    files: await bundlePage(new URL('../../src/page/', import.meta.url)),
    port: 0,
  });
  context.feed = new CrawlFeed(['http://a.test/'], {
    subject: null,
    isResumed: false,
    delayMs: 0,
    maxPages: null,
    maxDepth: null,
    obeysRobots: true,
    scope: 'the origins of the seeds',
    userAgent: null,
    frontier: null,
    output: null,
  });
  context.live = await LiveFeed.open(context.site.server, {
    snapshot: () => context.feed.snapshot(),
    command: () => {},
  });
});

test.after(async ({ browser, live, site, hung }) => {
  await browser?.close();
  hung?.destroy();
  await live?.close();
  await site?.close();
});

/** A viewer that opens the feed and never reads. */
function neverRead(site: PageSite): Socket {
  const socket = createConnection(Number(new URL(site.url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    'GET /feed HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  return socket.pause();
}

const COUNTS: CrawlCounts = {
  state: 'crawling',
  pages: 0,
  links: 0,
  failed: 0,
  redirects: 0,
  retries: 0,
  bytes: 0,
  queued: 40_000,
  inFlight: 64,
  concurrency: 64,
  skipped: [{ words: 'lead to another site', count: 9 }],
  loopLagMs: 3,
  hosts: [{ host: 'a.test', queued: 40_000, inFlight: 64, delayMs: 0 }],
  otherHosts: 0,
  viewers: 3,
};
const STATUSES = [200, 200, 200, 200, 200, 301, 404, 500];
const urlOf = (at: number): string =>
  at === 0 ? 'http://a.test/' : `http://a.test/part-${at % 40}/page-${at}`;

/** Page `at` of a site with forty parts, each page linked from an earlier one. */
function addPage(feed: CrawlFeed, at: number): void {
  const status = STATUSES[at % STATUSES.length] ?? 200;
  const url = urlOf(at);
  feed.page({
    url,
    status,
    title: `Page ${at}`,
    bytes: 20_000,
    elapsedMs: at % 97,
    referrer: at === 0 ? null : urlOf(at <= 40 ? 0 : at % 3 === 0 ? at % 40 : Math.floor(at / 7)),
  });
  if (status >= 400) feed.failure({ url, kind: String(status), reason: `answered ${status}` });
}

test('stays whole for a phone and a desk, beside a viewer that never reads', async (context) => {
  const { browser, site, feed, live } = context;
  feed.update(COUNTS, 0, 0);
  const viewers = [];
  for (const view of [VIEWS[1], VIEWS[2]]) viewers.push(await openPage(browser, site.url, view));
  context.hung = neverRead(site);
  await until('three viewers to be there', () => live.viewers === 3);
  for (let update = 1; update <= UPDATES; update += 1) {
    for (let at = (update - 1) * PAGES_PER_UPDATE; at < update * PAGES_PER_UPDATE; at += 1) addPage(feed, at);
    const isLast = update === UPDATES;
    const counts: CrawlCounts = {
      ...COUNTS,
      state: isLast ? 'finished' : 'crawling',
      pages: update * PAGES_PER_UPDATE,
    };
    // Nobody is waited for: a page that cannot keep up loses updates, and asks for the whole.
    await live.publish(feed.update(counts, update * 250, 1000));
    // The pages draw meanwhile, at the pace of the slower one.
    await Promise.all(viewers.map(({ page }) => page.evaluate('new Promise(requestAnimationFrame)')));
  }
  for (const { page, complaints } of viewers) {
    await page.locator('#pages', { hasText: PAGES.toLocaleString('en') }).waitFor();
    await page.locator('#tree-note', { hasText: `${PAGES.toLocaleString('en')} pages` }).waitFor();
    assert.match((await page.textContent('#failures')) ?? '', 'answered 404 Not Found');
    assert.equal(complaints, []);
  }
  assert.is(live.viewers, 3);
});

test('a tree of 10,000 pages is walked, and looked at near', async ({ browser, site }) => {
  const { page, complaints } = await openPage(browser, site.url);
  await page.locator('#tree-note', { hasText: '10,000 pages' }).waitFor();
  await page.focus('#tree-walk');
  await page.keyboard.press('ArrowDown');
  await page.locator('#tree-reading', { hasText: '200 http://a.test/' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.locator('#tree-reading', { hasText: 'part-1/page-1' }).waitFor();
  await page.keyboard.press('+');
  await page.waitForSelector('#zoom-whole:enabled');
  assert.equal(complaints, []);
});

test.run();
