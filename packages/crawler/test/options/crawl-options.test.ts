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
test('need no seed with a frontier, and guess what a seed without a scheme means', () => {
  assert.is(codeAndMessage({ frontier: 'crawl.db' })[0], 'no error');
  assert.match(codeAndMessage({ seeds: 'example.org' })[1], 'did you mean https://example.org/?');
  assert.match(codeAndMessage({ seeds: 'localhost:8099' })[1], 'did you mean http://localhost:8099/?');
  assert.match(codeAndMessage({ seeds: '127.0.0.1:8099/x' })[1], 'did you mean http://127.0.0.1:8099/x?');
});
test('refuse hosts and rows that are none', () => {
  for (const options of [
    { rows: 'all' },
    { hosts: { 'http://h/': {} } },
    { hosts: { h: { delayMs: -1 } } },
    { hosts: { '': {} } },
  ])
    assert.is(codeAndMessage({ seeds: 'http://h/', ...options })[0], 'ERR_OXBOW_CRAWLER_OPTION');
  assert.match(codeAndMessage({ seeds: 'http://h/', hosts: { h: { delay: 1 } } })[1], 'delayMs');
});
test('refuse a recrawl without a file to know pages from', () => {
  assert.is(codeAndMessage({ seeds: 'http://h/', recrawl: true })[0], 'ERR_OXBOW_CRAWLER_OPTION');
});
test.run();
