import { run, sleep, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import {
  bearer,
  type HttpError,
  MockTransport,
  type RequestOptions,
  Session,
  type SessionOptions,
  type StatusError,
} from '../../src/index.ts';
import { rejectionOf } from '../rejection.ts';

const test = suite('an exchange');

function within(
  routes: (mock: MockTransport) => void,
  options: SessionOptions,
  body: (session: Session, mock: MockTransport) => Promise<void>,
): () => Promise<void> {
  return () =>
    run(
      async () => {
        const mock = new MockTransport();
        routes(mock);
        const session = new Session({ transport: mock, retry: { random: () => 0.5 }, ...options });
        try {
          await body(session, mock);
          // Small unread bodies end by themselves.
          await sleep(1);
          assert.is(mock.active, 0);
        } finally {
          await session.close();
        }
      },
      { clock: new VirtualClock() },
    );
}

const to = (location: string, status = 302) => ({ status, headers: { location } });

// Redirects

test(
  'follows redirects and says where it came to',
  within(
    (mock) =>
      mock
        .on('GET', 'http://a.test/1', to('/2'))
        .on('GET', 'http://a.test/2', to('http://b.test/3'))
        .on('GET', 'http://b.test/3', { body: 'here' }),
    {},
    async (session) => {
      const response = await session.get('http://a.test/1');
      assert.is(await response.text(), 'here');
      assert.is(response.url, 'http://b.test/3');
      assert.ok(response.redirected);
      assert.equal(
        response.attempts.map(({ reason, url, status }) => [reason, url, status]),
        [
          ['first', 'http://a.test/1', 302],
          ['redirect', 'http://a.test/2', 302],
          ['redirect', 'http://b.test/3', 200],
        ],
      );
    },
  ),
);

test(
  'gives up after the limit, ten by default',
  within(
    (mock) => mock.on('GET', /./, to('/again')),
    {},
    async (session, mock) => {
      const error = await rejectionOf<HttpError>(session.get('http://a.test/'));
      assert.is(error.code, 'ERR_OXBOW_HTTP_TOO_MANY_REDIRECTS');
      assert.is(mock.requests.length, 11);
      assert.is(
        (await rejectionOf(session.get('http://a.test/', { redirect: { max: 0 } }))).code,
        'ERR_OXBOW_HTTP_TOO_MANY_REDIRECTS',
      );
      assert.is(mock.requests.length, 12);
    },
  ),
);

test(
  "'manual' hands the redirect back, 'error' fails",
  within(
    (mock) => mock.on('GET', /./, to('/x')),
    {},
    async (session) => {
      const response = await session.get('http://a.test/', { redirect: 'manual' });
      assert.is(response.status, 302);
      assert.is(response.headers.get('location'), '/x');
      response.discard();
      assert.is(
        (await rejectionOf(session.get('http://a.test/', { redirect: 'error' }))).code,
        'ERR_OXBOW_HTTP_REDIRECT',
      );
    },
  ),
);

test(
  'a Location that is no http URL is an error that shows it, without secrets',
  within(
    (mock) => mock.on('GET', /./, to('file:///etc/passwd?token=hunter2')),
    {},
    async (session) => {
      const error = await rejectionOf(session.get('http://a.test/'));
      assert.is(error.code, 'ERR_OXBOW_HTTP_BAD_LOCATION');
      assert.match(error.message, 'file:///etc/passwd');
      assert.not.match(error.message, 'hunter2');
    },
  ),
);

test(
  'a redirect without Location is an answer like any other',
  within(
    (mock) => mock.on('GET', /./, { status: 302, body: 'no' }),
    {},
    async (session) => {
      const response = await session.get('http://a.test/');
      assert.is(response.status, 302);
      assert.is(await response.text(), 'no');
    },
  ),
);

test(
  'POST becomes GET without its body on 302, and stays with it on 307',
  within(
    (mock) =>
      mock
        .on('POST', 'http://a.test/302', to('/end'))
        .on('POST', 'http://a.test/307', to('/end', 307))
        .on('*', 'http://a.test/end', (request) => ({ json: request })),
    {},
    async (session) => {
      const seen = await session
        .post('http://a.test/302', { json: 1 })
        .json<{ method: string; text: string; headers: object }>();
      assert.is(seen.method, 'GET');
      assert.is(seen.text, '');
      assert.not('content-type' in seen.headers);
      const kept = await session
        .post('http://a.test/307', { json: 1 })
        .json<{ method: string; text: string }>();
      assert.is(kept.method, 'POST');
      assert.is(kept.text, '1');
    },
  ),
);

test(
  'a stream cannot be sent to a second place, a function of streams can',
  within(
    (mock) =>
      mock
        .on('PUT', 'http://a.test/', to('/end', 307))
        .on('PUT', 'http://a.test/end', (request) => ({ body: request.text })),
    {},
    async (session) => {
      const source = async function* () {
        yield 'data';
      };
      const error = await rejectionOf(session.put('http://a.test/', { body: source() }));
      assert.is(error.code, 'ERR_OXBOW_HTTP_BODY_NOT_REPLAYABLE');
      assert.is(await session.put('http://a.test/', { body: source }).text(), 'data');
    },
  ),
);

const SECRETS: RequestOptions = {
  headers: {
    Authorization: 'Bearer header',
    Cookie: 'caller=1',
    'Proxy-Authorization': 'Basic cHJveHk6',
    'X-Api-Key': 'key',
    'X-Auth-Token': 'token',
  },
};
const ECHO = (request: { headers: object }) => ({ json: request.headers });

for (const status of [301, 302, 303, 307, 308]) {
  for (const [hop, target] of [
    ['another host', 'https://b.test/'],
    ['another port', 'https://a.test:8443/'],
    ['a subdomain', 'https://sub.a.test/'],
    ['the parent domain', 'https://test/'],
    ['plain http', 'http://a.test/'],
    ['a scheme-relative host', '//b.test/'],
  ] as const) {
    test(
      `${status} to ${hop} carries no secret: header, cookie, key, credential or userinfo`,
      within(
        (mock) =>
          mock
            .on('*', 'https://a.test/start', {
              ...to(target, status),
              headers: { location: target, 'set-cookie': '__Host-jar=1; Secure; Path=/' },
            })
            .on('*', /./, ECHO),
        { headers: { 'X-Session-Key': 'session' }, baseUrl: 'https://a.test/', auth: bearer('credential') },
        async (session) => {
          for (const url of ['https://a.test/start', 'https://user:pass@a.test/start']) {
            const seen = await session.post(url, SECRETS).json<Record<string, string>>();
            // Cookies of the jar know hosts, not ports (RFC 6265 §8.5): that is the one thing another port may see.
            if (hop === 'another port') delete seen.cookie;
            assert.equal(Object.keys(seen).sort(), ['accept', 'accept-encoding', 'user-agent']);
          }
        },
      ),
    );
  }
}

test(
  'after a detour over another origin the credentials stay at home',
  within(
    (mock) =>
      mock
        .on('GET', 'https://a.test/start', to('https://b.test/'))
        .on('GET', 'https://b.test/', to('https://a.test/back'))
        .on('GET', 'https://a.test/back', ECHO),
    { baseUrl: 'https://a.test/', auth: bearer('credential') },
    async (session) => {
      const seen = await session.get('/start', SECRETS).json<Record<string, string>>();
      assert.is(seen.authorization, undefined);
      assert.is(seen['x-api-key'], undefined);
    },
  ),
);

test(
  'within the origin everything goes along',
  within(
    (mock) => mock.on('GET', 'https://a.test/start', to('/end')).on('GET', 'https://a.test/end', ECHO),
    {},
    async (session) => {
      const seen = await session.get('https://a.test/start', SECRETS).json<Record<string, string>>();
      assert.is(seen['x-api-key'], 'key');
      assert.is(seen.authorization, 'Bearer header');
    },
  ),
);

// Retries

test(
  'an overloaded server is asked again after a growing wait',
  within(
    (mock) => mock.on('GET', /./, { status: 503 }, { status: 502 }, { body: 'up' }),
    {},
    async (session) => {
      const response = await session.get('http://a.test/');
      assert.is(await response.text(), 'up');
      assert.equal(
        response.attempts.map(({ reason }) => reason),
        ['first', 'retry', 'retry'],
      );
      assert.is(response.timings.totalMs, 100 + 200);
    },
  ),
);

test(
  'after the last try the answer is what it is',
  within(
    (mock) => mock.on('GET', /./, { status: 503, body: 'down' }),
    {},
    async (session, mock) => {
      const response = await session.get('http://a.test/');
      assert.is(response.status, 503);
      assert.is(await response.text(), 'down');
      assert.is(mock.requests.length, 3);
    },
  ),
);

test(
  'Retry-After is respected',
  within(
    (mock) => mock.on('GET', /./, { status: 429, headers: { 'retry-after': '30' } }, {}),
    {},
    async (session) => {
      assert.is((await session.get('http://a.test/')).timings.queueMs, 0);
    },
  ),
);

test(
  'a wait beyond the deadline is not begun',
  within(
    (mock) => mock.on('GET', /./, { status: 503, headers: { 'retry-after': '30' } }),
    {},
    async (session, mock) => {
      assert.is((await session.get('http://a.test/', { timeoutMs: 10_000 })).status, 503);
      assert.is(mock.requests.length, 1);
    },
  ),
);

test(
  'POST is not tried again once it was sent',
  within(
    (mock) => mock.on('POST', /./, { status: 503 }),
    {},
    async (session, mock) => {
      assert.is((await session.post('http://a.test/', { json: 1 })).status, 503);
      assert.is(mock.requests.length, 1);
    },
  ),
);

test(
  'retry: false tries once',
  within(
    (mock) => mock.on('GET', /./, { status: 503 }),
    { retry: false },
    async (session, mock) => {
      assert.is((await session.get('http://a.test/')).status, 503);
      assert.is(mock.requests.length, 1);
    },
  ),
);

test(
  'the error after the last try holds the log of all of them',
  within(
    () => {},
    {},
    async (session) => {
      const error = await rejectionOf<HttpError>(session.get('http://u:secret@a.test/?token=secret'));
      assert.is(error.code, 'ERR_OXBOW_HTTP_NO_MOCK');
      assert.equal(
        error.attempts.map(({ reason }) => reason),
        ['first', 'retry', 'retry'],
      );
      assert.is(error.method, 'GET');
      assert.is(error.url, 'http://a.test/?token=***');
    },
  ),
);

// Deadline

test(
  'one deadline covers waiting, retries and redirects',
  within(
    (mock) =>
      mock
        .on('GET', 'http://a.test/', { ...to('/2'), delayMs: 400 })
        .on('GET', 'http://a.test/2', { status: 503, delayMs: 400 }, { delayMs: 400 }),
    {},
    async (session) => {
      const error = await rejectionOf(session.get('http://a.test/', { timeoutMs: 1000 }));
      assert.is(error.code, 'ERR_OXBOW_HTTP_DEADLINE');
      assert.match(error.message, '1000 ms');
      assert.is((await session.get('http://a.test/', { timeoutMs: 1400 })).status, 200);
    },
  ),
);

test(
  'it covers the body too',
  within(
    (mock) => mock.on('GET', /./, { body: ['a', 'b', 'c'], pieceDelayMs: 400 }),
    {},
    async (session) => {
      assert.is(
        (await rejectionOf(session.get('http://a.test/', { timeoutMs: 1000 }).text())).code,
        'ERR_OXBOW_HTTP_DEADLINE',
      );
      const response = await session.get('http://a.test/', { timeoutMs: 1000 });
      assert.is((await rejectionOf(response.text())).code, 'ERR_OXBOW_HTTP_DEADLINE');
      assert.is(await session.get('http://a.test/', { timeoutMs: 1300 }).text(), 'abc');
    },
  ),
);

test(
  'it covers a token that does not come',
  within(
    () => {},
    { baseUrl: 'http://a.test', auth: bearer(() => new Promise(() => {})) },
    async (session) => {
      assert.is((await rejectionOf(session.get('/', { timeoutMs: 50 }))).code, 'ERR_OXBOW_HTTP_DEADLINE');
    },
  ),
);

// Cookies

test(
  'cookies set on the way are sent to where they belong',
  within(
    (mock) =>
      mock
        .on('GET', 'https://a.test/login', {
          ...to('/home'),
          headers: { location: '/home', 'set-cookie': ['sid=1; Path=/', 'x=2; Path=/home'] },
        })
        .on('GET', /./, ECHO),
    {},
    async (session) => {
      assert.is(
        (await session.get('https://a.test/login').json<Record<string, string>>()).cookie,
        'x=2; sid=1',
      );
      assert.is((await session.get('https://a.test/').json<Record<string, string>>()).cookie, 'sid=1');
      assert.is((await session.get('https://b.test/').json<Record<string, string>>()).cookie, undefined);
      assert.is(
        (await session.get('https://a.test/', { cookies: false }).json<Record<string, string>>()).cookie,
        undefined,
      );
    },
  ),
);

test(
  'a session without cookies takes none',
  within(
    (mock) =>
      mock.on('GET', 'https://a.test/login', { headers: { 'set-cookie': 'sid=1' } }).on('GET', /./, ECHO),
    { cookies: false },
    async (session) => {
      await session.get('https://a.test/login');
      assert.is((await session.get('https://a.test/').json<Record<string, string>>()).cookie, undefined);
      assert.is(session.cookies, undefined);
    },
  ),
);

test(
  'a failing status keeps its response on the error',
  within(
    (mock) => mock.on('GET', /./, { status: 404, statusText: 'Not Found', body: 'gone' }),
    {},
    async (session) => {
      const error = await rejectionOf<StatusError>(session.get('http://a.test/?key=secret').text());
      assert.is(error.code, 'ERR_OXBOW_HTTP_STATUS');
      assert.is(error.status, 404);
      assert.match(error.message, '404 Not Found');
      assert.not.match(error.message, 'secret');
      assert.is(await error.response.text(), 'gone');
    },
  ),
);

test(
  'redirect: error refuses a 3xx without a Location, too; following hands it back',
  within(
    (mock) => mock.on('GET', /./, { status: 302 }),
    {},
    async (session) => {
      const error = await rejectionOf(session.get('http://a.test/', { redirect: 'error' }));
      assert.is(error.code, 'ERR_OXBOW_HTTP_REDIRECT');
      assert.is((await session.get('http://a.test/')).status, 302);
    },
  ),
);

test(
  'two Locations that differ are an error, two that agree are one',
  within(
    (mock) => {
      const several = (...location: string[]) => ({ status: 302, headers: { location } });
      mock.on('GET', /same/, several('/b', '/b')).on('GET', /differ/, several('/b', '/c'));
      mock.on('GET', /./, { body: 'there' });
    },
    {},
    async (session) => {
      assert.is(await session.get('http://a.test/same').text(), 'there');
      const error = await rejectionOf(session.get('http://a.test/differ'));
      assert.is(error.code, 'ERR_OXBOW_HTTP_BAD_LOCATION');
      assert.match(error.message, '/b and /c');
    },
  ),
);

test(
  'decompress: false asks for no encoding, and true over a session without asks for all',
  within(
    (mock) => mock.on('GET', /./, (request) => ({ json: request.headers['accept-encoding'] ?? null })),
    {},
    async (session, mock) => {
      assert.match(String(await session.get('http://a.test/').json()), 'gzip');
      assert.is(await session.get('http://a.test/', { decompress: false }).json(), null);
      const headers = { 'accept-encoding': 'br' };
      assert.is(await session.get('http://a.test/', { decompress: false, headers }).json(), 'br');
      const raw = new Session({ transport: mock, decompress: false });
      assert.is(await raw.get('http://a.test/').json(), null);
      assert.match(String(await raw.get('http://a.test/', { decompress: true }).json()), 'zstd');
      await raw.close();
    },
  ),
);

test(
  'an aborted signal is the cause',
  within(
    (mock) => mock.on('GET', /./, { stall: 'headers' }),
    {},
    async (session) => {
      const controller = new AbortController();
      const request = session.get('http://a.test/', { signal: controller.signal });
      await sleep(1);
      const reason = new DOMException('took too long', 'TimeoutError');
      controller.abort(reason);
      const error = await rejectionOf(request);
      assert.is(error.name, 'CancelledError');
      assert.is(error.cause, reason);
    },
  ),
);

test(
  'cookies of a request go with it alone, before those of the jar, and not to another origin',
  within(
    (mock) =>
      mock
        .on('GET', 'https://a.test/set', { headers: { 'set-cookie': ['a=jar', 'b=jar'] } })
        .on('GET', 'https://a.test/away', { status: 302, headers: { location: 'https://b.test/back' } })
        .on('GET', 'https://b.test/back', { status: 302, headers: { location: 'https://a.test/' } })
        .on('*', /./, ({ headers }) => ({ body: headers['cookie'] ?? 'none' })),
    {},
    async (session, mock) => {
      await session.get('https://a.test/set').text();
      const get = (url: string, cookies?: Record<string, string>) =>
        session.get(url, cookies === undefined ? {} : { cookies }).text();
      assert.is(await get('https://a.test/', { a: 'own', c: '3' }), 'b=jar; a=own; c=3');
      assert.is(await get('https://a.test/'), 'a=jar; b=jar');
      assert.is(await get('https://a.test/away', { a: 'own' }), 'a=jar; b=jar');
      assert.is(mock.requests.find(({ url }) => url === 'https://b.test/back')?.headers['cookie'], undefined);
      const without = new Session({ transport: mock, cookies: false });
      assert.is(await without.get('https://a.test/', { cookies: { a: '1' } }).text(), 'a=1');
      await without.close();
    },
  ),
);

test.run();
