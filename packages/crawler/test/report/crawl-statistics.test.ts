import { assert, suite } from '@oxbow/testkit';
import { CrawlCounters } from '../../src/report/crawl-statistics.ts';

const test = suite('CrawlCounters');
test('counts 2xx as pages with their links, 3xx as redirects, everything else as failed', () => {
  const counters = new CrawlCounters();
  counters.answered(200, 10, 3);
  counters.answered(204, 10, 1);
  for (const status of [301, 404, 500]) counters.answered(status, 10, 0);
  counters.failed('timeout');
  const { pages, links, redirects, failed, bytes, statuses, failures } = counters.statistics(
    'running',
    1000,
    undefined,
  );
  assert.equal(
    { pages, links, redirects, failed, bytes },
    { pages: 2, links: 4, redirects: 1, failed: 3, bytes: 50 },
  );
  assert.equal(statuses, { 200: 1, 204: 1, 301: 1, 404: 1, 500: 1 });
  assert.equal(failures, { timeout: 1 });
});
test('goes on from earlier counts, but not with their speed', () => {
  const counters = new CrawlCounters();
  counters.answered(200, 10, 2);
  const later = new CrawlCounters();
  later.restore(JSON.parse(JSON.stringify(counters.totals())));
  later.answered(200, 10, 2);
  const { pages, links, pagesPerSecond } = later.statistics('running', 1000, undefined);
  assert.equal([pages, links, pagesPerSecond], [2, 4, 1]);
});
test('takes back what was counted since', () => {
  const counters = new CrawlCounters();
  const before = counters.totals();
  counters.answered(404, 10, 0);
  counters.revert(before);
  assert.equal(counters.totals(), before);
});
test('gives frozen pictures', () =>
  assert.ok(Object.isFrozen(new CrawlCounters().statistics('idle', 0, undefined))));
test.run();
