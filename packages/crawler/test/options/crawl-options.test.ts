import { assert, suite } from '@oxbow/testkit';
import { Crawler, type CrawlerOptions } from '../../src/index.ts';
import { resolveOptions } from '../../src/options/crawl-options.ts';

const codeAndMessage = (options: unknown) => {
  try {
    new Crawler(options as CrawlerOptions);
  } catch (error) {
    return [(error as { code: string }).code, (error as Error).message] as const;
  }
  return ['no error', ''] as const;
};

const test = suite('options of a crawl');
test('need a seed, absolute and http(s)', () => {
  for (const seeds of [[], ['example.org'], 'ftp://x/', undefined, `http://h/${'a'.repeat(2083)}`]) {
    assert.is(codeAndMessage({ seeds })[0], 'ERR_OXBOW_CRAWLER_OPTION');
  }
  assert.equal(resolveOptions({ seeds: new URL('http://H/#x') }).seeds, ['http://h/']);
});
test('refuse an unknown name at every level, and name the nearest', () => {
  for (const [options, hint] of [
    [{ seed: 'http://h/' }, 'seeds'],
    [{ seeds: 'http://h/', limits: { maxPage: 1 } }, 'maxPages'],
    [{ seeds: 'http://h/', politeness: { delay: 1 } }, 'delayMs'],
    [{ seeds: 'http://h/', robots: { obay: true } }, 'obey'],
    [{ seeds: 'http://h/', retry: { maxAttempt: 1 } }, 'maxAttempts'],
  ] as const) {
    const [code, message] = codeAndMessage(options);
    assert.is(code, 'ERR_OXBOW_UNKNOWN_OPTION');
    assert.match(message, hint);
  }
});
test('refuse numbers below their least', () => {
  for (const options of [
    { concurrency: 0 },
    { limits: { maxPages: 0 } },
    { politeness: { delayMs: -1 } },
    { concurrency: Number.NaN },
    { retry: { maxAttempts: -1 } },
    { retry: { maxRetryAfterMs: Number.NaN } },
  ]) {
    assert.is(codeAndMessage({ seeds: 'http://h/', ...options })[0], 'ERR_OXBOW_CRAWLER_OPTION');
  }
  assert.is(codeAndMessage({ seeds: 'http://h/', limits: { maxDepth: 0 } })[0], 'no error');
});
test('take undefined for not given, and the short forms', () => {
  const given: object = { seeds: 'http://h/', concurrency: undefined, robots: false, retry: false };
  const options = resolveOptions(given as CrawlerOptions);
  assert.equal([options.concurrency, options.robots.obey, options.retry.backoff.maxAttempts], [16, false, 0]);
});
test('refuse a handler that is no function, and a pattern that is none', () => {
  assert.is(codeAndMessage({ seeds: 'http://h/', handlers: { '/x': 1 } })[0], 'ERR_OXBOW_CRAWLER_OPTION');
  assert.is(codeAndMessage({ seeds: 'http://h/', handlers: { x: () => {} } })[0], 'ERR_OXBOW_CRAWLER_OPTION');
});
test('refuse a recrawl without a file to know pages from', () => {
  assert.is(codeAndMessage({ seeds: 'http://h/', recrawl: true })[0], 'ERR_OXBOW_CRAWLER_OPTION');
});
test.run();
