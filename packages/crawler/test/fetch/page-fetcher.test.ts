import { MockTransport, Session } from '@oxbow/http';
import { CancelledError, createTask, run, sleep, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { createFetch, type FetchRequest } from '../../src/fetch/page-fetcher.ts';
import { PrivateAddressGuard } from '../../src/fetch/private-address-guard.ts';
import { type CrawlerOptions, resolveOptions } from '../../src/options/crawl-options.ts';

const SEED = 'http://h.test/';

/** Fetches from a mock, on a virtual clock. */
function fetching<T>(
  mock: MockTransport,
  body: (
    fetch: (request?: Partial<FetchRequest>) => ReturnType<ReturnType<typeof createFetch>>,
  ) => Promise<T>,
  options: Partial<CrawlerOptions> = {},
): Promise<T> {
  return run(
    async () => {
      const session = new Session({ transport: mock });
      const fetch = createFetch(
        session,
        new PrivateAddressGuard(),
        resolveOptions({ seeds: SEED, ...options }),
      );
      try {
        return await body((request) =>
          fetch({ url: SEED, mayBePrivate: false, maxBodyBytes: 100, ...request }),
        );
      } finally {
        await session.close();
      }
    },
    { clock: new VirtualClock() },
  );
}

const test = suite('page fetcher');
test('gives status, headers, body and how long it took', () =>
  fetching(
    new MockTransport().on('GET', SEED, {
      status: 404,
      headers: { 'X-A': ['1', '2'] },
      body: ['he', 'llo'],
      delayMs: 70,
    }),
    async (fetch) => {
      const answer = await fetch();
      assert.ok(answer.isAnswer);
      assert.equal(
        [answer.status, answer.headers['x-a'], Buffer.from(answer.body).toString(), answer.isTruncated],
        [404, '1, 2', 'hello', false],
      );
      assert.is(answer.elapsedMs, 70);
    },
  ));
test('says who asks, and neither follows a redirect nor tries again', async () => {
  const mock = new MockTransport().on(
    'GET',
    SEED,
    { status: 301, headers: { location: '/x' } },
    { status: 503 },
    { status: 200 },
  );
  await fetching(mock, async (fetch) => {
    const statuses = [await fetch(), await fetch()].map((answer) => answer.isAnswer && answer.status);
    assert.equal(statuses, [301, 503]);
  });
  assert.match(mock.requests[0]!.headers['user-agent']!, /^oxbow-crawler\//);
});
test('asks whether a known version has changed', async () => {
  const mock = new MockTransport().on('GET', SEED, { status: 304 });
  await fetching(mock, async (fetch) => {
    await fetch({ validators: { etag: 'W/"x"', lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT' } });
    await fetch({ validators: { etag: null, lastModified: null } });
    await fetch();
  });
  const conditions = mock.requests.map(({ headers }) => [
    headers['if-none-match'],
    headers['if-modified-since'],
  ]);
  assert.equal(conditions, [
    ['W/"x"', 'Thu, 01 Jan 2026 00:00:00 GMT'],
    [undefined, undefined],
    [undefined, undefined],
  ]);
});
test('takes a body of 100 bytes whole, and cuts one of 101', () =>
  fetching(
    new MockTransport().on(
      'GET',
      SEED,
      { body: 'x'.repeat(100) },
      { body: ['x'.repeat(60), 'x'.repeat(41)] },
    ),
    async (fetch) => {
      const answers = [await fetch(), await fetch()];
      assert.equal(
        answers.map((answer) => answer.isAnswer && answer.isTruncated),
        [false, true],
      );
      assert.ok(answers.every((answer) => answer.isAnswer && answer.body.length <= 100));
    },
  ));
test('gives up on headers after 10 s, on a standing body after 15 s, and on anything after 60 s', () =>
  fetching(
    new MockTransport().on(
      'GET',
      SEED,
      { stall: 'headers' },
      { body: 'x', stall: 'body' },
      { body: Array<string>(50).fill('x'), pieceDelayMs: 5000 },
    ),
    async (fetch) => {
      const { currentLoop } = await import('@oxbow/loop');
      for (const limitMs of [10_000, 15_000, 60_000]) {
        const startedAtMs = currentLoop().time();
        const answer = await fetch();
        assert.ok(!answer.isAnswer && answer.reason === 'timeout' && answer.isTransient);
        assert.is(Math.round(currentLoop().time() - startedAtMs), limitMs);
      }
    },
  ));
test('tells a blocked address from a broken connection', () =>
  fetching(
    new MockTransport({ addresses: { 'other.test': ['10.0.0.1'] } }).on('GET', /./, {
      error: new Error('broken'),
    }),
    async (fetch) => {
      const broken = await fetch();
      assert.ok(!broken.isAnswer && broken.reason === 'network' && broken.isTransient);
      const blocked = await fetch({ url: 'http://other.test/' });
      assert.ok(!blocked.isAnswer && blocked.reason === 'blocked' && !blocked.isTransient);
    },
  ));
test('passes a cancellation on, and frees the connection', async () => {
  const mock = new MockTransport().on('GET', SEED, { stall: 'headers' });
  await fetching(mock, async (fetch) => {
    const task = createTask(() => fetch());
    await sleep(1);
    task.cancel();
    await task.then(
      () => assert.unreachable(),
      (error) => assert.instance(error, CancelledError),
    );
    assert.is(mock.active, 0);
  });
});
test.run();
