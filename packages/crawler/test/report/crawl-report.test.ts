import { assert, suite } from '@oxbow/testkit';
import { crawlReport } from '../../src/report/crawl-report.ts';
import { CrawlCounters, failureSums } from '../../src/report/crawl-statistics.ts';

const test = suite('the report of a crawl');
test('tells each reason with its count and what to do, the largest first', () => {
  const counters = new CrawlCounters();
  counters.add(failureSums('network'));
  counters.add({ 'failure:handler': 3 });
  counters.skipped('scope', 9);
  counters.skipped('sitemap');
  const lines = crawlReport({ ...counters.statistics('ended', 1, undefined), queued: 2 });
  assert.equal(
    lines.map((line) => line.split(/[:;]/)[0]),
    [
      '3 URLs failed',
      '1 URL failed',
      '9 links not followed',
      '1 sitemap could not be read',
      '2 URLs left in the frontier',
    ],
  );
  assert.match(lines[0]!, 'retryFailed');
});
test('says nothing when all went well', () => {
  assert.equal(crawlReport(new CrawlCounters().statistics('ended', 1, undefined)), []);
});
test.run();
