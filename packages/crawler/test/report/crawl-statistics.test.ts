import { assert, suite } from '@oxbow/testkit';
import { answerSums, CrawlCounters, failureSums, totalOf } from '../../src/report/crawl-statistics.ts';

const test = suite('CrawlCounters');
test('counts 2xx as pages with their links, 3xx as redirects, everything else as failed', () => {
  const counters = new CrawlCounters();
  counters.add(answerSums(200, 10, 3, 1));
  counters.add(answerSums(204, 10, 1, 2));
  for (const status of [301, 404, 500]) counters.add(answerSums(status, 10, 7, 0));
  counters.add(failureSums('timeout'));
  const { pages, links, redirects, failed, bytes, rows, statuses, failures } = counters.statistics(
    'running',
    1000,
    undefined,
  );
  assert.equal(
    { pages, links, redirects, failed, bytes, rows },
    { pages: 2, links: 4, redirects: 1, failed: 3, bytes: 50, rows: 3 },
  );
  assert.equal(statuses, { 200: 1, 204: 1, 301: 1, 404: 1, 500: 1 });
  assert.equal(failures, { timeout: 1 });
});
test('goes on from earlier counts, but not with their speed', () => {
  const counters = new CrawlCounters();
  counters.restore({ pages: 1, links: 2 });
  counters.add(answerSums(200, 10, 2, 1));
  const { pages, links, pagesPerSecond } = counters.statistics('running', 1000, undefined);
  assert.equal([pages, links, pagesPerSecond], [2, 4, 1]);
});
test('takes over the counts of all workers, and the speed of all', () => {
  const counters = new CrawlCounters();
  counters.restore({ pages: 1 });
  counters.add({ pages: 1 });
  counters.follow({ pages: 7, links: 3 });
  const { pages, links, pagesPerSecond } = counters.statistics('running', 1000, undefined);
  assert.equal([pages, links, pagesPerSecond], [7, 3, 6]);
});
test('adds counts up by name', () => {
  assert.equal(totalOf([{ a: 1 }, { a: 2, b: 1 }, {}]), { a: 3, b: 1 });
});
test('gives frozen pictures', () =>
  assert.ok(Object.isFrozen(new CrawlCounters().statistics('idle', 0, undefined))));
test.run();
