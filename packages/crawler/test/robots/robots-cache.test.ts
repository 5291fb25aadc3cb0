import { assert, suite } from '@oxbow/testkit';
import type { Answer, FetchRequest, NoAnswer } from '../../src/fetch/page-fetcher.ts';
import { RobotsCache } from '../../src/robots/robots-cache.ts';

const HOUR_MS = 3_600_000;
const answered = (status: number, body = '', headers: Record<string, string> = {}): Answer => ({
  isAnswer: true,
  status,
  headers,
  body: Buffer.from(body),
  isTruncated: false,
  elapsedMs: 1,
});
const silent: NoAnswer = {
  isAnswer: false,
  reason: 'timeout',
  message: 'no answer',
  isTransient: true,
  isUnreached: false,
};

/** A cache over a table of URLs; `at` is its clock. */
function cacheOf(table: Record<string, Answer | NoAnswer>) {
  const requests: FetchRequest[] = [];
  const clock = { ms: 0 };
  const fetch = async (request: FetchRequest) => {
    requests.push(request);
    return table[request.url] ?? answered(404);
  };
  const cache = new RobotsCache(
    fetch,
    'oxbow-crawler/1',
    () => clock.ms,
    (url) => url.startsWith('http://h/'),
  );
  const allows = async (url: string) => {
    const verdict = await cache.get(url, false);
    return verdict.isKnown ? verdict.robots.isAllowed(url) : undefined;
  };
  return { cache, requests, clock, allows };
}
const NO = 'User-agent: *\nDisallow: /no';

const test = suite('RFC 9309 §2.3 access results');
test('keeps a file for a day, one for each origin, with one fetch for all who ask at once', async () => {
  const { allows, requests, clock } = cacheOf({ 'http://h/robots.txt': answered(200, NO) });
  assert.equal(await Promise.all([allows('http://h/no'), allows('http://h/yes'), allows('http://h:81/no')]), [
    false,
    true,
    true,
  ]);
  assert.is(requests.length, 2);
  clock.ms = 24 * HOUR_MS - 1;
  await allows('http://h/');
  assert.is(requests.length, 2);
  clock.ms = 24 * HOUR_MS;
  await allows('http://h/');
  assert.is(requests.length, 3);
});
test('says whether this call asked the host', async () => {
  const { cache } = cacheOf({});
  const first = await cache.get('http://h/', false);
  const second = await cache.get('http://h/', false);
  assert.equal([first.isKnown && first.wasFetched, second.isKnown && second.wasFetched], [true, false]);
});
test('takes any 4xx but 429 for no file', async () => {
  for (const status of [401, 403, 404, 410]) {
    assert.is(await cacheOf({ 'http://h/robots.txt': answered(status, NO) }).allows('http://h/no'), true);
  }
});
test('knows nothing while the file is unreachable, and asks again after 1 s, 2 s, 4 s', async () => {
  for (const answer of [answered(500), answered(503), answered(429), silent]) {
    const { cache, clock, requests } = cacheOf({ 'http://h/robots.txt': answer });
    for (const waitMs of [1000, 2000, 4000]) {
      const verdict = await cache.get('http://h/', false);
      assert.is(verdict.isKnown ? undefined : verdict.retryInMs, waitMs);
      clock.ms += waitMs - 1;
      await cache.get('http://h/', false);
      clock.ms += 1;
    }
    assert.is(requests.length, 3);
  }
});
test('tells a host that the address guard blocks from one that is silent', async () => {
  const blocked: NoAnswer = {
    isAnswer: false,
    reason: 'blocked',
    message: 'private',
    isTransient: false,
    isUnreached: true,
  };
  const verdict = await cacheOf({ 'http://h/robots.txt': blocked }).cache.get('http://h/', false);
  assert.ok(!verdict.isKnown && verdict.isBlocked);
});
test('follows five redirects, also to other hosts, and not a sixth', async () => {
  const table: Record<string, Answer> = {};
  for (let hop = 0; hop < 6; hop++)
    table[hop === 0 ? 'http://h/robots.txt' : `http://h${hop}/r`] = answered(301, '', {
      location: `http://h${hop + 1}/r`,
    });
  table['http://h5/r'] = answered(200, NO);
  assert.is(await cacheOf(table).allows('http://h/no'), false);
  table['http://h5/r'] = answered(301, '', { location: 'http://h6/r' });
  table['http://h6/r'] = answered(200, NO);
  const sixth = cacheOf(table);
  assert.is(await sixth.allows('http://h/no'), true);
  assert.is(sixth.requests.length, 6);
});
test('lets a redirect of the file lead to a private address from a host on one only', async () => {
  const { cache, requests } = cacheOf({
    'http://h/robots.txt': answered(302, '', { location: 'http://o/x' }),
  });
  await cache.get('http://h/page', false);
  assert.equal(
    requests.map(({ url, mayBePrivate }) => [url, mayBePrivate]),
    [
      ['http://h/robots.txt', false],
      ['http://o/x', true],
    ],
  );
});
test('has a file at hand only once it was fetched', async () => {
  const { cache, allows } = cacheOf({ 'http://h/robots.txt': answered(200, NO) });
  assert.is(cache.peek('http://h/'), undefined);
  await allows('http://h/');
  assert.is(cache.peek('http://h/x')?.isAllowed('/no'), false);
});
test.run();
