// covers: src/cache/cached-facts.ts, src/cache/cache-call.ts, src/cache/passing.ts, src/cache/cache-transport.ts
import { gzipSync } from 'node:zlib';
import { run, sleep, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import {
  basic,
  type CacheStore,
  MemoryCacheStore,
  type MockAnswer,
  MockTransport,
  Session,
} from '../../src/index.ts';
import { rejectionOf, thrownBy } from '../rejection.ts';
import { within } from '../session/within.ts';

const test = suite('the cache of a session');

const URL_A = 'http://a.test/';

/** Answers that tell which one they are, with these fields. */
const counting = (headers: Record<string, string>) => {
  let count = 0;
  return (mock: MockTransport) => mock.on('*', /./, () => ({ headers, body: `${++count}` }));
};
const textOf = (session: Session, options = {}) => session.get(URL_A, options).text();

test(
  'what is fresh is answered without the network, with its Age, as an own copy',
  within(counting({ 'cache-control': 'max-age=60' }), { cache: true }, async (session, mock) => {
    const first = await session.get(URL_A).bytes();
    assert.is(Buffer.from(first).toString(), '1');
    first[0] = 0;
    const response = await session.get(URL_A);
    assert.is(await response.text(), '1');
    assert.is(response.headers.get('age'), '0');
    assert.is(mock.requests.length, 1);
  }),
);

test(
  'without the option nothing is kept',
  within(counting({ 'cache-control': 'max-age=60' }), {}, async (session) => {
    assert.equal([await textOf(session), await textOf(session)], ['1', '2']);
  }),
);

for (const [what, headers, options] of [
  ['no-store', { 'cache-control': 'no-store, max-age=60' }, {}],
  ['nothing to go by', {}, {}],
  ['a stale Age', { 'cache-control': 'max-age=60', age: '60' }, {}],
  ['an Expires that is no date', { expires: '0' }, {}],
  ['asked with no-cache', { 'cache-control': 'max-age=60' }, { headers: { 'cache-control': 'no-cache' } }],
  ['asked with Pragma', { 'cache-control': 'max-age=60' }, { headers: { pragma: 'no-cache' } }],
  ['asked for a range', { 'cache-control': 'max-age=60' }, { headers: { range: 'bytes=0-1' } }],
  ['asked with a condition', { 'cache-control': 'max-age=60' }, { headers: { 'if-none-match': '"x"' } }],
  ['Vary: *', { 'cache-control': 'max-age=60', vary: '*' }, {}],
] as const) {
  test(
    `${what}: the network answers each time`,
    within(counting(headers), { cache: true }, async (session) => {
      assert.equal([await textOf(session, options), await textOf(session, options)], ['1', '2']);
    }),
  );
}

const revalidating: MockAnswer = ({ headers }) =>
  headers['if-none-match'] === '"v1"'
    ? { status: 304, headers: { etag: '"v1"', 'cache-control': 'max-age=60', 'x-new': 'yes' } }
    : { headers: { etag: '"v1"', 'cache-control': 'no-cache', 'x-old': 'yes', age: '30' }, body: 'kept' };

test(
  'what is stale is asked about with its validators, and a 304 freshens it (§4.3)',
  within(
    (mock) => mock.on('GET', /./, revalidating),
    { cache: true },
    async (session, mock) => {
      assert.is(await textOf(session), 'kept');
      const confirmed = await session.get(URL_A);
      assert.is(confirmed.status, 200);
      assert.is(await confirmed.text(), 'kept');
      assert.equal([confirmed.headers.get('x-old'), confirmed.headers.get('x-new')], ['yes', 'yes']);
      assert.is(await textOf(session), 'kept');
      assert.is(mock.requests.length, 2);
    },
  ),
);

test(
  'a changed one replaces it',
  within(
    (mock) =>
      mock.on('GET', /./, ({ headers }) =>
        headers['if-modified-since'] === undefined
          ? {
              headers: { 'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT', 'cache-control': 'no-cache' },
              body: 'old',
            }
          : { headers: { 'cache-control': 'max-age=60' }, body: 'new' },
      ),
    { cache: true },
    async (session, mock) => {
      assert.equal(
        [await textOf(session), await textOf(session), await textOf(session)],
        ['old', 'new', 'new'],
      );
      assert.is(mock.requests.length, 2);
    },
  ),
);

test(
  'stale-while-revalidate answers at once and asks in the background',
  within(
    counting({ 'cache-control': 'max-age=60, stale-while-revalidate=60', age: '90' }),
    { cache: true },
    async (session, mock) => {
      assert.is(await textOf(session), '1');
      assert.is(await textOf(session), '1');
      await sleep(10);
      assert.is(mock.requests.length, 2);
      assert.is(await textOf(session), '2');
      await sleep(10);
    },
  ),
);

for (const [what, failing] of [
  ['a 503', { status: 503 }],
  ['a lost connection', { error: new Error('lost') }],
] as const) {
  test(
    `stale-if-error stands in for ${what}`,
    within(
      (mock) =>
        mock.on(
          'GET',
          /./,
          { headers: { 'cache-control': 'max-age=60, stale-if-error=600', age: '90' }, body: 'kept' },
          failing,
        ),
      { cache: true, retry: false },
      async (session) => {
        assert.equal([await textOf(session), await textOf(session)], ['kept', 'kept']);
      },
    ),
  );
}

test(
  'Vary keeps an answer for each value, and for none',
  within(
    (mock) =>
      mock.on('GET', /./, ({ headers }) => ({
        headers: { 'cache-control': 'max-age=60', vary: 'Accept-Language' },
        body: headers['accept-language'] ?? 'none',
      })),
    { cache: true },
    async (session, mock) => {
      const speak = (language: string) => textOf(session, { headers: { 'accept-language': language } });
      for (let i = 0; i < 2; i++) {
        assert.equal([await speak('de'), await speak('fr'), await textOf(session)], ['de', 'fr', 'none']);
      }
      assert.is(mock.requests.length, 3);
    },
  ),
);

test(
  'an encoded body is kept as it came, and decoded each time',
  within(
    (mock) =>
      mock.on('GET', /./, {
        headers: { 'content-encoding': 'gzip', 'cache-control': 'max-age=60' },
        body: gzipSync('hello'),
      }),
    { cache: true },
    async (session, mock) => {
      assert.equal([await textOf(session), await textOf(session)], ['hello', 'hello']);
      assert.is(mock.requests.length, 1);
    },
  ),
);

test(
  'a successful POST forgets its URL, a failing one does not (§4.4)',
  within(
    (mock) => {
      let count = 0;
      mock.on('GET', /./, () => ({ headers: { 'cache-control': 'max-age=60' }, body: `${++count}` }));
      mock.on('POST', /./, { status: 400 }, { status: 201 });
    },
    { cache: true },
    async (session) => {
      assert.is(await textOf(session), '1');
      await session.post(URL_A);
      assert.is(await textOf(session), '1');
      await session.post(URL_A);
      assert.is(await textOf(session), '2');
    },
  ),
);

test(
  'with credentials only what is for anyone is kept (§3.5), and cookies are not set again by a hit',
  within(
    counting({ 'cache-control': 'max-age=60', 'set-cookie': 'a=1' }),
    { cache: true },
    async (session) => {
      const auth = basic('u', 'p');
      assert.equal([await textOf(session, { auth }), await textOf(session, { auth })], ['1', '2']);
      assert.is(await textOf(session), '3');
      await session.cookies?.clear();
      assert.is(await textOf(session), '3');
      assert.equal(await session.cookies?.get(), []);
    },
  ),
);

test(
  'only-if-cached never goes to the network (§5.2.1.7)',
  within(counting({ 'cache-control': 'max-age=60' }), { cache: true }, async (session, mock) => {
    const options = { headers: { 'cache-control': 'only-if-cached' } };
    assert.is((await session.get(URL_A, { ...options, retry: false })).status, 504);
    assert.is(mock.requests.length, 0);
    await textOf(session);
    assert.is(await textOf(session, options), '1');
  }),
);

test(
  'at maxEntryBytes a body is kept, one byte past it not; one that is cut is not',
  within(
    (mock) => {
      const headers = { 'cache-control': 'max-age=60' };
      mock.on('GET', /five/, { headers, body: 'aaaaa' });
      mock.on('GET', /six/, { headers, body: 'aaaaaa' });
      mock.on('GET', /cut/, { headers, body: 'aa', error: new Error('cut') }, { headers, body: 'whole' });
    },
    { cache: { maxEntryBytes: 5 }, retry: false },
    async (session, mock) => {
      for (const path of ['five', 'five', 'six', 'six']) await session.get(`${URL_A}${path}`).text();
      assert.is(mock.requests.length, 3);
      await rejectionOf(session.get(`${URL_A}cut`).text());
      assert.is(await session.get(`${URL_A}cut`).text(), 'whole');
    },
  ),
);

test('a store that fails costs the hit, not the answer', () => {
  const failing: CacheStore = {
    get: () => Promise.reject(new Error('disk')),
    put: () => Promise.reject(new Error('disk')),
    delete: () => Promise.reject(new Error('disk')),
  };
  return within(counting({ 'cache-control': 'max-age=60' }), { cache: failing }, async (session) => {
    assert.equal([await textOf(session), await textOf(session)], ['1', '2']);
  })();
});

test('a store may be shared; what is no store is refused', () => {
  const store = new MemoryCacheStore();
  assert.ok(new Session({ cache: { store } }));
  assert.is(thrownBy(() => new Session({ cache: 'yes' as never })).code, 'ERR_OXBOW_HTTP_INVALID_OPTION');
  assert.match(thrownBy(() => new Session({ cache: { stor: store } as never })).message, 'store');
});

test('what is kept grows old on the clock of the loop', () =>
  run(
    async () => {
      const mock = new MockTransport().on('GET', /./, {
        body: 'x',
        headers: { 'cache-control': 'max-age=60' },
      });
      const session = new Session({ transport: mock, cache: true });
      const age = async () => {
        const response = await session.get('https://a.test/');
        await response.text();
        return response.headers.get('age');
      };
      assert.is(await age(), null);
      await sleep(59_000);
      assert.is(await age(), '59');
      await sleep(2_000);
      assert.is(await age(), null);
      assert.is(mock.requests.length, 2);
      await session.close();
    },
    { clock: new VirtualClock() },
  ));

test.run();
