import { sleep } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import {
  type MockRequest,
  MockTransport,
  type OAuthOptions,
  oauth,
  Session,
  type TokenError,
} from '../../src/index.ts';
import { rejectionOf, thrownBy } from '../rejection.ts';
import { within } from '../session/within.ts';

const test = suite('OAuth');

const TOKEN_URL = 'https://id.test/token';
const ORIGINS = ['https://api.test'];

/** A server of tokens that are good for a minute, and the requests it had. */
function tokenServer(answer?: (count: number, request: MockRequest) => object) {
  const asked: MockRequest[] = [];
  const mock = new MockTransport().on('POST', TOKEN_URL, async (request) => {
    asked.push(request);
    await sleep(10);
    return {
      json: { access_token: `t${asked.length}`, token_type: 'bearer', expires_in: 60 },
      ...answer?.(asked.length, request),
    };
  });
  return { asked, session: new Session({ transport: mock, cookies: false, retry: false }) };
}

const api = (mock: MockTransport) =>
  mock.on('*', /./, ({ headers }: MockRequest) => ({ body: headers['authorization'] ?? 'none' }));

const client: OAuthOptions = { tokenUrl: TOKEN_URL, clientId: 'me', clientSecret: 'p:w', origins: ORIGINS };

const withAuth = (
  options: Partial<OAuthOptions>,
  server: ReturnType<typeof tokenServer>,
  body: (session: Session, asked: MockRequest[]) => Promise<unknown>,
  routes: (mock: MockTransport) => unknown = api,
) =>
  within(
    routes,
    { auth: oauth({ ...client, renewBeforeMs: 5_000, ...options, session: server.session }) },
    (session) => body(session, server.asked),
  );

test(
  'one request for a token serves all who wait, and those after them until shortly before its end',
  withAuth({ scope: 'read' }, tokenServer(), async (session, asked) => {
    const get = () => session.get('https://api.test/').text();
    assert.equal(await Promise.all([get(), get(), get()]), ['Bearer t1', 'Bearer t1', 'Bearer t1']);
    assert.is(asked[0]?.text, 'grant_type=client_credentials&scope=read');
    // RFC 6749 §2.3.1: form-encoded, then Basic.
    assert.is(asked[0]?.headers['authorization'], `Basic ${Buffer.from('me:p%3Aw').toString('base64')}`);
    await sleep(54_000);
    assert.is(await get(), 'Bearer t1');
    await sleep(1_000);
    assert.is(await get(), 'Bearer t2');
    assert.is(asked.length, 2);
  }),
);

test(
  'whoever is cancelled while waiting leaves the others their token',
  withAuth({}, tokenServer(), async (session, asked) => {
    const first = session.get('https://api.test/1').text();
    const second = session.get('https://api.test/2').text();
    await sleep(5);
    first.cancel();
    assert.is((await rejectionOf(first)).name, 'CancelledError');
    assert.is(await second, 'Bearer t1');
    assert.is(asked.length, 1);
  }),
);

test(
  'a token that is refused before its end is renewed once, for all whom it was refused',
  withAuth(
    {},
    tokenServer(),
    async (session, asked) => {
      const all = await Promise.all([1, 2, 3].map((i) => session.get(`https://api.test/${i}`)));
      assert.equal(
        all.map((response) => [response.status, response.attempts.length]),
        [
          [200, 2],
          [200, 2],
          [200, 2],
        ],
      );
      assert.is(asked.length, 2);
    },
    (mock) =>
      mock.on('*', /./, ({ headers }: MockRequest) => ({
        status: headers['authorization'] === 'Bearer t1' ? 401 : 200,
      })),
  ),
);

test(
  'a server that refuses every token is given up',
  withAuth(
    {},
    tokenServer(),
    async (session, asked) => {
      assert.is((await session.get('https://api.test/')).status, 401);
      assert.is(asked.length, 3);
    },
    (mock) => mock.on('*', /./, { status: 401 }),
  ),
);

const told: (string | undefined)[] = [];
test(
  'by a refresh token, in the body for a client without a secret; a new one replaces it',
  withAuth(
    {
      clientSecret: undefined,
      refreshToken: 'r0',
      parameters: { audience: 'x' },
      onToken: ({ refreshToken }) => told.push(refreshToken),
    },
    tokenServer((count) => ({
      json: { access_token: `t${count}`, expires_in: 10, ...(count === 1 ? { refresh_token: 'r1' } : {}) },
    })),
    async (session, asked) => {
      for (let i = 0; i < 3; i++) {
        await session.get('https://api.test/').text();
        await sleep(10_000);
      }
      assert.equal(
        asked.map(({ text }) => text),
        ['r0', 'r1', 'r1'].map(
          (token) => `grant_type=refresh_token&refresh_token=${token}&client_id=me&audience=x`,
        ),
      );
      assert.is(asked[0]?.headers['authorization'], undefined);
      assert.equal(told, ['r1', undefined, undefined]);
    },
  ),
);

for (const [what, answer, message] of [
  [
    'a refusal',
    { status: 400, json: { error: 'invalid_client', error_description: 'no such client' } },
    'no token from https://id.test/token: invalid_client: no such client',
  ],
  ['a page', { json: undefined, body: '<html>' }, 'answered 200 without a token'],
  ['an answer without a token', { json: {} }, 'without a token'],
  ['null', { json: null }, 'without a token'],
] as const) {
  test(
    `${what} is a TokenError of every request that waits, and the next one asks again`,
    withAuth(
      {},
      tokenServer((count) => (count === 1 ? answer : {})),
      async (session, asked) => {
        const errors = await Promise.all(
          [1, 2].map(() => rejectionOf<TokenError>(session.get('https://api.test/').text())),
        );
        for (const error of errors) {
          assert.is(error.name, 'TokenError');
          assert.is(error.code, 'ERR_OXBOW_HTTP_TOKEN');
          assert.match(error.message, message);
        }
        assert.is(await session.get('https://api.test/').text(), 'Bearer t2');
        assert.is(asked.length, 2);
      },
    ),
  );
}

test(
  'other origins get no token, and cause none to be asked for',
  withAuth({}, tokenServer(), async (session, asked) => {
    assert.is(await session.get('https://other.test/').text(), 'none');
    assert.is(asked.length, 0);
  }),
);

test('bad options are refused', () => {
  const code = (options: object) => thrownBy(() => oauth({ ...client, ...options } as OAuthOptions)).code;
  assert.is(code({ tokenUrl: 'http://id.test/token' }), 'ERR_OXBOW_HTTP_INVALID_OPTION');
  assert.is(code({ tokenUrl: 'token' }), 'ERR_OXBOW_HTTP_INVALID_OPTION');
  assert.is(code({ clientId: '' }), 'ERR_OXBOW_HTTP_INVALID_OPTION');
  assert.is(code({ clientSecret: undefined }), 'ERR_OXBOW_HTTP_INVALID_OPTION');
  assert.is(code({ timeoutMs: 0 }), 'ERR_OXBOW_HTTP_INVALID_OPTION');
  assert.is(code({ renewBeforeMs: -1 }), 'ERR_OXBOW_HTTP_INVALID_OPTION');
  assert.is(code({ secret: 'x' }), 'ERR_OXBOW_UNKNOWN_OPTION');
});

test.run();
