import { assert, suite } from '@oxbow/testkit';
import type { CrawlFigures, CrawlSettings, FailureGroup, Snapshot, Update } from '../../src/feed-message.ts';
import { CrawlPicture, MAX_ROWS } from '../../src/page/crawl-picture.ts';

const FIGURES: CrawlFigures = {
  state: 'crawling',
  elapsedMs: 0,
  leftMs: null,
  pages: 0,
  links: 0,
  failed: 0,
  redirects: 0,
  retries: 0,
  concurrency: 16,
  latency: null,
  skipped: [],
  bytes: 0,
  queued: 0,
  inFlight: 0,
  pagesPerSecond: 0,
  bytesPerSecond: 0,
  loopLagMs: 0,
  statuses: [],
  hosts: [],
  otherHosts: 0,
  slowest: [],
  viewers: 1,
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
const GROUP: FailureGroup = {
  kind: '404',
  words: 'answered 404 Not Found',
  advice: 'The link is dead.',
  isWorthRetrying: false,
  count: 1,
  last: [],
};
const page = (url: string) => ({ url, status: 200, title: null, bytes: 1, elapsedMs: 1 });

function snapshot(sequence: number): Snapshot {
  return {
    kind: 'snapshot',
    sequence,
    seeds: ['http://a/'],
    settings: SETTINGS,
    notices: ['one'],
    figures: FIGURES,
    series: [],
    recent: [page('http://a/')],
    failures: [GROUP],
    nodes: [[-1, 200, 'http://a/']],
  };
}

function update(sequence: number, url = `http://a/${sequence}`): Update {
  return {
    kind: 'update',
    sequence,
    figures: { ...FIGURES, pages: sequence },
    series: [[sequence, 1, 1, 0]],
    recent: [page(url)],
    failures: null,
    notices: null,
    nodes: [[0, 200, url]],
  };
}

const test = suite('the picture of a crawl');

test('is drawn whole from a snapshot and grows by updates, newest first', () => {
  const picture = new CrawlPicture();
  assert.is(picture.take(snapshot(4)).kind, 'whole');
  assert.equal(picture.take(update(5)), { kind: 'more', nodes: [[0, 200, 'http://a/5']] });
  assert.equal(
    picture.recent.map(({ url }) => url),
    ['http://a/5', 'http://a/'],
  );
  assert.is(picture.figures?.pages, 5);
});

test('asks for a snapshot when a message is missing, and before the first one', () => {
  const picture = new CrawlPicture();
  assert.is(picture.take(update(1)).kind, 'gap');
  picture.take(snapshot(4));
  assert.is(picture.take(update(6)).kind, 'gap');
  assert.is(picture.take(snapshot(6)).kind, 'whole');
  assert.is(picture.take(update(7)).kind, 'more');
});

test('ignores what a snapshot already held', () => {
  const picture = new CrawlPicture();
  picture.take(snapshot(4));
  assert.is(picture.take(update(3)).kind, 'old');
  assert.is(picture.take(update(4)).kind, 'old');
  assert.is(picture.recent.length, 1);
});

test('failures and notices stay until an update brings others', () => {
  const picture = new CrawlPicture();
  picture.take(snapshot(0));
  picture.take(update(1));
  assert.equal([picture.failures, picture.notices], [[GROUP], ['one']]);
  picture.take({ ...update(2), failures: [], notices: ['two', 'one'] });
  assert.equal([picture.failures, picture.notices], [[], ['two', 'one']]);
});

test('a single point of the plots is a line from the beginning', () => {
  const picture = new CrawlPicture();
  picture.take(snapshot(0));
  assert.equal(picture.plotted, []);
  picture.take({ ...update(1), series: [[0.4, 9, 8, 7]] });
  assert.equal(picture.plotted, [
    [0, 9, 8, 7],
    [0.4, 9, 8, 7],
  ]);
  picture.take(update(2));
  assert.is(picture.plotted.length, 2);
});

test('keeps a bounded number of rows', () => {
  const picture = new CrawlPicture();
  picture.take(snapshot(0));
  for (let at = 1; at <= MAX_ROWS + 1; at += 1) picture.take(update(at));
  assert.is(picture.recent.length, MAX_ROWS);
});

test.run();
