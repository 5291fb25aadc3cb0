// covers: src/header-fields.ts, src/session/preparation.ts
import { run, sleep, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { ACCEPT_ENCODING } from '../../src/body/content-decoder.ts';
import {
  basic,
  bearer,
  type HttpError,
  MockTransport,
  Session,
  type SessionOptions,
} from '../../src/index.ts';
import { loadOf } from '../load-of.ts';
import { rejectionOf, thrownBy } from '../rejection.ts';

const test = suite('a session');

/** Runs a test on a virtual clock, with a session over a mock that echoes what it got. */
function within(
  options: SessionOptions,
  body: (session: Session, mock: MockTransport) => Promise<void>,
): () => Promise<void> {
  return () =>
    run(
      async () => {
        const mock = new MockTransport().on('*', /./, (request) => ({ json: request }));
        const session = new Session({ transport: mock, ...options });
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

interface Echo {
  readonly method: string;
  readonly url: string;
  readonly text: string;
  readonly headers: Record<string, string>;
}

for (const method of ['get', 'post', 'put', 'patch', 'delete', 'options'] as const) {
  test(
    `${method}() sends ${method.toUpperCase()}`,
    within({}, async (session) => {
      assert.is((await session[method]('http://a.test/').json<Echo>()).method, method.toUpperCase());
    }),
  );
}

test(
  'head() has no body',
  within({}, async (session) => {
    const response = await session.head('http://a.test/');
    assert.is(response.method, 'HEAD');
  }),
);

test(
  'any other method is sent as it is spelt, CONNECT is not',
  within({}, async (session) => {
    assert.is((await session.request('PROPFIND', 'http://a.test/').json<Echo>()).method, 'PROPFIND');
    for (const method of ['CONNECT', 'connect', 'GET /', '', 'G\r\nT']) {
      const error = await rejectionOf(session.request(method, 'http://a.test/'));
      assert.is(error.code, 'ERR_OXBOW_HTTP_INVALID_METHOD');
    }
  }),
);

test(
  'headers, query and body go where they belong',
  within({ baseUrl: 'https://api.test/v1/', headers: { 'X-A': '1', 'X-B': '2' } }, async (session) => {
    const echo = await session
      .post('users', { headers: { 'x-b': '3' }, query: { page: 2 }, json: { name: 'ä' } })
      .json<Echo>();
    assert.is(echo.url, 'https://api.test/v1/users?page=2');
    assert.is(echo.headers['x-a'], '1');
    assert.is(echo.headers['x-b'], '3');
    assert.is(echo.headers['content-type'], 'application/json');
    assert.is(echo.text, '{"name":"ä"}');
  }),
);

test(
  'it asks for the codings it undoes, unless it shall undo none',
  within({}, async (session) => {
    const echo = await session.get('http://a.test/').json<Echo>();
    assert.is(echo.headers['accept-encoding'], ACCEPT_ENCODING);
    assert.is(echo.headers['user-agent'], 'oxbow-http');
  }),
);

test(
  'without decompress it does not ask',
  within({ decompress: false }, async (session) => {
    assert.is((await session.get('http://a.test/').json<Echo>()).headers['accept-encoding'], undefined);
  }),
);

test(
  'a credential goes to the origin of baseUrl and nowhere else',
  within(
    { baseUrl: 'https://api.test/', allowOrigins: ['https://b.test'], auth: basic('u', 'p') },
    async (session) => {
      assert.is((await session.get('/').json<Echo>()).headers.authorization, 'Basic dTpw');
      assert.is((await session.get('https://b.test/').json<Echo>()).headers.authorization, undefined);
    },
  ),
);

test(
  'a credential that names origins goes to those',
  within(
    { auth: [bearer('a', { origins: ['https://a.test'] }), bearer('b', { origins: ['https://b.test'] })] },
    async (session) => {
      const sent = async (url: string) => (await session.get(url).json<Echo>()).headers.authorization;
      assert.is(await sent('https://a.test/'), 'Bearer a');
      assert.is(await sent('https://b.test/'), 'Bearer b');
      assert.is(await sent('http://a.test/'), undefined);
      assert.is(await sent('https://c.test/'), undefined);
    },
  ),
);

test('a credential for nowhere in particular is refused', () => {
  assert.is(thrownBy(() => new Session({ auth: basic('u', 'p') })).code, 'ERR_OXBOW_HTTP_AUTH_ORIGIN');
});

test(
  "a request's own credential, or none, takes the place of the session's",
  within({ baseUrl: 'https://api.test/', auth: basic('u', 'p') }, async (session) => {
    assert.is((await session.get('/', { auth: bearer('x') }).json<Echo>()).headers.authorization, 'Bearer x');
    assert.is((await session.get('/', { auth: false }).json<Echo>()).headers.authorization, undefined);
  }),
);

test(
  'userinfo in the URL becomes Basic',
  within({}, async (session) => {
    const echo = await session.get('http://u:p@a.test/').json<Echo>();
    assert.is(echo.headers.authorization, 'Basic dTpw');
    assert.is(echo.url, 'http://a.test/');
  }),
);

test(
  'a token that takes its time is waited for, and its failure is the failure',
  within({ baseUrl: 'https://api.test/', auth: bearer(async () => 'late') }, async (session) => {
    assert.is((await session.get('/').json<Echo>()).headers.authorization, 'Bearer late');
    const broken = new Error('no token');
    const auth = bearer(() => Promise.reject(broken));
    assert.is(await rejectionOf(session.get('/', { auth })), broken);
  }),
);

test(
  'bad input fails the request and sends nothing',
  within({}, async (session, mock) => {
    for (const [url, options, code] of [
      ['nonsense', {}, 'ERR_OXBOW_HTTP_INVALID_URL'],
      ['http://a.test/', { headers: { 'x-a': 'a\r\nb' } }, 'ERR_OXBOW_HTTP_INVALID_HEADER'],
      ['http://a.test/', { json: 1, body: 'x' }, 'ERR_OXBOW_HTTP_INVALID_BODY'],
      ['http://a.test/', { timeoutMs: -1 }, 'ERR_OXBOW_HTTP_INVALID_OPTION'],
      ['http://a.test/', { timeoutms: 1 }, 'ERR_OXBOW_UNKNOWN_OPTION'],
    ] as const) {
      assert.is((await rejectionOf(session.get(url, options as object))).code, code);
      assert.is((await rejectionOf(session.get(url, options as object).text())).code, code);
    }
    assert.is(mock.requests.length, 0);
  }),
);

test(
  'msgpack goes both ways',
  within({}, async (session, mock) => {
    mock.on('POST', 'http://a.test/m', {});
    const echo = await session.post('http://a.test/', { msgpack: { a: 1 } }).json<Echo>();
    assert.is(echo.headers['content-type'], 'application/msgpack');
  }),
);

test(
  'only so many are in flight to one origin, the others wait in line',
  within({ limits: { perOrigin: 2 } }, async (session) => {
    const requests = Array.from({ length: 5 }, (_, i) => session.get(`http://a.test/${i}`).text());
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await Promise.all(requests)).length, 5);
    assert.equal(loadOf(session), { active: 0, queued: 0, open: 0 });
  }),
);

test(
  'a full queue refuses the next request and says how full it is',
  within({ limits: { perOrigin: 1, maxQueued: 1 } }, async (session) => {
    const first = session.get('http://a.test/1').text();
    const second = session.get('http://a.test/2').text();
    const error = await rejectionOf<HttpError>(session.get('http://a.test/3').text());
    assert.is(error.code, 'ERR_OXBOW_HTTP_QUEUE_FULL');
    assert.match(error.message, '1 requests wait already');
    await first;
    await second;
  }),
);

test('closing fails what is open and refuses what comes after', () =>
  run(
    async () => {
      const mock = new MockTransport().on('GET', 'http://a.test/', { stall: 'headers' });
      const session = new Session({ transport: mock, limits: { perOrigin: 1 } });
      const sent = session.get('http://a.test/').text();
      const queued = session.get('http://a.test/').text();
      await new Promise((resolve) => setImmediate(resolve));
      await session.close();
      await session.close();
      assert.is((await rejectionOf(sent)).code, 'ERR_OXBOW_HTTP_SESSION_CLOSED');
      assert.is((await rejectionOf(queued)).code, 'ERR_OXBOW_HTTP_SESSION_CLOSED');
      assert.is((await rejectionOf(session.get('http://a.test/'))).code, 'ERR_OXBOW_HTTP_SESSION_CLOSED');
      assert.is(mock.active, 0);
      assert.ok(session.closed);
    },
    { clock: new VirtualClock({ autoJump: false }) },
  ));

test('a session made inside run() is closed at its end, with what is still open', async () => {
  const mock = new MockTransport().on('GET', 'http://a.test/', { stall: 'headers' });
  let session: Session | undefined;
  let left: PromiseLike<unknown> | undefined;
  await run(async () => {
    session = new Session({ transport: mock });
    left = rejectionOf(session.get('http://a.test/'));
    await sleep(1);
  });
  assert.ok(session?.closed);
  assert.is(mock.active, 0);
  void left;
});

test('a request left over at the end of run() is cancelled with it', async () => {
  const mock = new MockTransport().on('GET', 'http://a.test/', { stall: 'headers' });
  const session = new Session({ transport: mock, baseUrl: 'http://a.test' });
  let giveToken: (token: string) => void = () => {};
  const token = new Promise<string>((resolve) => {
    giveToken = resolve;
  });
  let left: PromiseLike<string> | undefined;
  await run(async () => {
    left = session.get('/').text();
    void session.get('/', { auth: bearer(() => token) }).text();
    await sleep(1);
  });
  giveToken('late');
  await new Promise((resolve) => setImmediate(resolve));
  assert.is(session.statistics().open, 0);
  assert.is((await rejectionOf(left as PromiseLike<string>)).name, 'CancelledError');
  await session.close();
  assert.is(mock.active, 0);
});

test.run();
