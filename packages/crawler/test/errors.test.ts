import { OxbowError } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import {
  CrawlBusyError,
  CrawlClosedError,
  CrawlerError,
  CrawlerOptionError,
  ExtractError,
  FrontierError,
  FrontierLostError,
  LeaseLostError,
  OutputExistsError,
  SinkError,
  SitemapError,
} from '../src/index.ts';

const test = suite('errors');
test('have a name, a stable code, and one base', () => {
  const errors = [
    [new CrawlerOptionError('seeds', 'none'), 'ERR_OXBOW_CRAWLER_OPTION'],
    [new CrawlClosedError(), 'ERR_OXBOW_STREAM_CLOSED'],
    [new CrawlBusyError(), 'ERR_OXBOW_STREAM_BUSY'],
    [new FrontierError('ERR_OXBOW_CRAWLER_FRONTIER_CLOSED', 'closed'), 'ERR_OXBOW_CRAWLER_FRONTIER_CLOSED'],
    [new FrontierLostError('emptied'), 'ERR_OXBOW_CRAWLER_FRONTIER_LOST'],
    [new LeaseLostError(['a']), 'ERR_OXBOW_CRAWLER_LEASE_LOST'],
    [new SinkError('file', 'full'), 'ERR_OXBOW_CRAWLER_SINK'],
    [new OutputExistsError('file', 'it has 3 rows'), 'ERR_OXBOW_CRAWLER_OUTPUT_EXISTS'],
    [new ExtractError('none'), 'ERR_OXBOW_CRAWLER_EXTRACT'],
    [new SitemapError('large'), 'ERR_OXBOW_CRAWLER_SITEMAP'],
  ] as const;
  for (const [error, code] of errors) {
    assert.is(error.code, code);
    assert.is(error.name, error.constructor.name);
    assert.ok(error instanceof CrawlerError && error instanceof OxbowError);
  }
});
test('carry what a program needs: option, tokens, path, cause', () => {
  const cause = new Error('disk');
  assert.is(new CrawlerOptionError('seeds', 'x').option, 'seeds');
  assert.ok(new LeaseLostError(['a']) instanceof FrontierError);
  const sink = new SinkError('file', 'full', { cause });
  assert.equal([sink.path, sink.cause, sink.message], ['file', cause, 'file: full']);
});
test('name the first five lost leases, and how many there are', () => {
  const tokens = ['1', '2', '3', '4', '5', '6'];
  const error = new LeaseLostError(tokens);
  assert.match(error.message, '6 of the leases to settle were lost (1, 2, 3, 4, 5, …)');
  assert.equal(error.tokens, tokens);
  assert.not.ok('checkpoint' in error);
  assert.is(new LeaseLostError([], { checkpoint: 5 }).checkpoint, 5);
});
test.run();
