import { assert, suite } from '@oxbow/testkit';
import { summaryLine } from '../../src/command/summary-line.ts';

const test = suite('the summary line');

test('has the promised form', () => {
  assert.is(
    summaryLine({
      pages: 527,
      links: 25_194,
      failed: 2,
      bytes: 16_100_000,
      elapsedMs: 1234,
      pagesPerSecond: 427.07,
    }),
    'crawled 527 pages, 25194 links, 2 failed, 16100000 bytes in 1.2 s (427.1 pages/s)',
  );
});

test('gives the rate of this run, whatever was crawled before it', () => {
  assert.is(
    summaryLine({ pages: 1000, links: 0, failed: 1, bytes: 0, elapsedMs: 2000, pagesPerSecond: 5 }),
    'crawled 1000 pages, 0 links, 1 failed, 0 bytes in 2.0 s (5.0 pages/s)',
  );
});

test.run();
