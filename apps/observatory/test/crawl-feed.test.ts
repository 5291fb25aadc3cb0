import { assert, suite } from '@oxbow/testkit';
import {
  type AnsweredPage,
  type CrawlCounts,
  CrawlFeed,
  MAX_NODES,
  MAX_NOTICES,
  MAX_RECENT,
  MAX_SLOWEST,
  MAX_TEXT_CHARACTERS,
  NO_ANSWER,
} from '../src/crawl-feed.ts';
import type { CrawlSettings } from '../src/feed-message.ts';

const COUNTS: CrawlCounts = {
  state: 'crawling',
  pages: 0,
  links: 0,
  failed: 0,
  redirects: 0,
  retries: 0,
  bytes: 0,
  concurrency: 16,
  skipped: [],
  queued: 0,
  inFlight: 0,
  loopLagMs: 0,
  hosts: [],
  otherHosts: 0,
  viewers: 0,
};
const SETTINGS: CrawlSettings = {
  subject: null,
  isResumed: false,
  delayMs: null,
  maxPages: null,
  maxDepth: null,
  obeysRobots: true,
  scope: 'the origins of the seeds',
  userAgent: null,
  frontier: null,
  output: null,
};
const newFeed = (settings: Partial<CrawlSettings> = {}) =>
  new CrawlFeed(['http://a/'], { ...SETTINGS, ...settings });
const page = (url: string, referrer: string | null = null, elapsedMs = 1) => ({
  url,
  referrer,
  status: 200,
  title: null,
  bytes: 10,
  elapsedMs,
});

const test = suite('the feed of a crawl');

test('numbers its messages and tells each thing once', () => {
  const feed = newFeed();
  feed.page(page('http://a/'));
  const first = feed.update(COUNTS, 100, 4);
  const second = feed.update(COUNTS, 200, 4);
  assert.equal([first.sequence, first.recent.length, first.nodes.length], [1, 1, 1]);
  assert.equal([second.sequence, second.recent.length, second.nodes.length], [2, 0, 0]);
});

test('gives a late viewer everything up to the last update and nothing beyond', () => {
  const feed = newFeed();
  assert.is(feed.snapshot(), undefined);
  feed.page(page('http://a/'));
  feed.failure({ url: 'http://a/x', reason: 'timed out', kind: 'timeout' });
  feed.update(COUNTS, 100, 4);
  feed.page(page('http://a/b', 'http://a/'));
  const snapshot = feed.snapshot();
  assert.is(snapshot?.sequence, 1);
  assert.equal(snapshot?.nodes, [[-1, 200, 'http://a/']]);
  assert.is(snapshot?.failures.length, 1);
  assert.equal(feed.update(COUNTS, 200, 4).nodes, [[0, 200, 'http://a/b']]);
});

test('hangs a page under the page that led to it', () => {
  const feed = newFeed();
  feed.page(page('http://a/'));
  feed.page(page('http://a/b', 'http://a/'));
  feed.page(page('http://a/c', 'http://a/b'));
  feed.page(page('http://z/', 'http://unknown/'));
  assert.equal(
    feed.update(COUNTS, 1, 4).nodes.map(([parent]) => parent),
    [-1, 0, 1, -1],
  );
});

test('makes one plot point a second, with rates over the time that passed', () => {
  const feed = newFeed();
  for (let at = 0; at < 10; at += 1) feed.page(page(`http://a/${at}`));
  assert.equal(feed.update({ ...COUNTS, loopLagMs: 7 }, 999, 4).series, []);
  assert.equal(feed.update({ ...COUNTS, loopLagMs: 3 }, 2000, 4).series, [[2, 5, 50, 7]]);
  assert.is(feed.update(COUNTS, 2100, 4).figures.pagesPerSecond, 5);
  assert.equal(feed.update(COUNTS, 3000, 4).series, [[3, 0, 0, 0]]);
});

test('keeps the slowest pages, slowest first', () => {
  const feed = newFeed();
  for (let at = 0; at <= MAX_SLOWEST; at += 1) feed.page(page(`http://a/${at}`, null, at));
  const { slowest } = feed.update(COUNTS, 1, 4).figures;
  assert.is(slowest.length, MAX_SLOWEST);
  assert.equal([slowest[0]?.elapsedMs, slowest.at(-1)?.elapsedMs], [MAX_SLOWEST, 1]);
});

test('passes on the fields of a note and nothing else of what it is given', () => {
  const feed = newFeed();
  feed.page({ ...page('http://a/'), body: new Uint8Array(1) } as AnsweredPage);
  const note = feed.update(COUNTS, 1, 4).recent[0] ?? {};
  assert.equal(Object.keys(note).sort(), ['bytes', 'elapsedMs', 'status', 'title', 'url']);
});

test('is bounded in nodes, rows and text', () => {
  const feed = newFeed();
  for (let at = 0; at <= MAX_NODES; at += 1) feed.page(page(`http://a/${at}`));
  feed.page({ ...page(`http://a/${'x'.repeat(1000)}`), title: 'y'.repeat(MAX_TEXT_CHARACTERS) });
  const update = feed.update(COUNTS, 1, 4);
  assert.is(update.nodes.length, MAX_NODES);
  assert.is(update.recent.length, MAX_RECENT);
  assert.is(update.recent[0]?.url.length, MAX_TEXT_CHARACTERS);
  assert.is(update.recent[0]?.title, 'y'.repeat(MAX_TEXT_CHARACTERS));
});

test('orders statuses by how often they came', () => {
  const feed = newFeed();
  feed.page({ ...page('http://a/'), status: 404 });
  feed.page(page('http://b/'));
  feed.page(page('http://c/'));
  assert.equal(feed.update(COUNTS, 1, 4).figures.statuses, [
    [200, 2],
    [404, 1],
  ]);
});

test('the rate is the mean of the crawl before the first second has passed and after the end', () => {
  const feed = newFeed();
  feed.page(page('http://a/'));
  assert.is(feed.update(COUNTS, 500, 2).figures.pagesPerSecond, 2);
  assert.is(feed.update(COUNTS, 2000, 0.5).figures.pagesPerSecond, 0.5);
  assert.is(feed.update(COUNTS, 4000, 0.25).figures.pagesPerSecond, 0);
  const { figures } = feed.update({ ...COUNTS, state: 'finished' }, 4000, 0.3);
  assert.equal([figures.pagesPerSecond, figures.bytesPerSecond], [0.3, 3]);
});

test('the worst lag is that of the crawl, and what comes after its end does not count', () => {
  const feed = newFeed();
  assert.is(feed.update({ ...COUNTS, loopLagMs: 380 }, 100, 1).figures.loopLagMs, 380);
  assert.is(feed.update({ ...COUNTS, loopLagMs: 7 }, 200, 1).figures.loopLagMs, 380);
  assert.is(feed.update({ ...COUNTS, state: 'finished', loopLagMs: 900 }, 200, 1).figures.loopLagMs, 380);
});

test('what is left of the last second is drawn', () => {
  const feed = newFeed();
  feed.page(page('http://a/'));
  assert.equal(feed.update({ ...COUNTS, state: 'finished' }, 99, 1).series, []);
  assert.equal(feed.update({ ...COUNTS, state: 'finished' }, 500, 1).series, [[0.5, 2, 20, 0]]);
});

test('URLs that nobody answered have a row beside the statuses; an answer with trouble is counted once', () => {
  const feed = newFeed();
  feed.page({ ...page('http://a/x'), status: 404 });
  feed.failure({ url: 'http://a/x', reason: 'answered 404 Not Found', kind: '404' });
  feed.failure({ url: 'http://b/', reason: 'it took too long', kind: 'timeout' });
  feed.failure({ url: 'http://c/', reason: 'the network failed', kind: 'network' });
  assert.equal(feed.update(COUNTS, 1, 1).figures.statuses, [
    [NO_ANSWER, 2],
    [404, 1],
  ]);
});

test('failures are told whole when one came, and not before', () => {
  const feed = newFeed();
  assert.is(feed.update(COUNTS, 1, 1).failures, null);
  feed.failure({ url: 'http://a/x', reason: 'answered 404 Not Found', kind: '404' });
  assert.equal(
    feed.update(COUNTS, 2, 1).failures?.map(({ kind, count }) => [kind, count]),
    [['404', 1]],
  );
  assert.is(feed.update(COUNTS, 3, 1).failures, null);
  feed.retried('404');
  assert.equal(feed.update(COUNTS, 4, 1).failures, []);
});

test('notices are kept, the last one first, within their bound', () => {
  const feed = newFeed();
  for (let at = 0; at <= MAX_NOTICES; at += 1) feed.notice(`sentence ${at}`);
  const { notices } = feed.update(COUNTS, 1, 1);
  assert.equal([notices?.length, notices?.[0]], [MAX_NOTICES, `sentence ${MAX_NOTICES}`]);
  assert.is(feed.update(COUNTS, 2, 1).notices, null);
  assert.is(feed.snapshot()?.notices.length, MAX_NOTICES);
});

test('tells how long the rest takes from the third second on, at the mean rate of the last ones', () => {
  const feed = newFeed();
  const second = (at: number, pages: number): number | null => {
    for (let made = 0; made < pages; made += 1) feed.page(page(`http://a/${at}/${made}`));
    return feed.update({ ...COUNTS, queued: 30, inFlight: 10 }, at * 1000, 1).figures.leftMs;
  };
  assert.equal([second(1, 2), second(2, 2), second(3, 8)], [null, null, 10_000]);
  assert.is(feed.update({ ...COUNTS, state: 'paused', queued: 40 }, 3001, 1).figures.leftMs, null);
});

test('the rest is no more than the pages that were asked for', () => {
  const feed = newFeed({ maxPages: 20 });
  for (const at of [1, 2, 3]) {
    feed.page(page(`http://a/${at}`));
    feed.update({ ...COUNTS, queued: 500 }, at * 1000, 1);
  }
  assert.is(feed.update({ ...COUNTS, queued: 500, pages: 15 }, 3001, 1).figures.leftMs, 5000);
});

test.run();
