import { sleep } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import type { MockTransport, Response, Session } from '../../src/index.ts';
import { rejectionOf, thrownBy } from '../rejection.ts';
import { within } from './within.ts';

const test = suite('middleware');

const echo = (mock: MockTransport) =>
  mock.on('*', /./, ({ method, url, headers, text }) => ({ json: { method, url, headers, text } }));
interface Echo {
  method: string;
  url: string;
  headers: Record<string, string>;
  text: string;
}

test(
  'signs: headers, method, URL and body may be changed before a request goes out',
  within(echo, { headers: { 'x-session': '1' } }, async (session) => {
    session.use(async (request, next) => {
      assert.is(request.method, 'POST');
      assert.is(request.url, 'http://a.test/x?q=1');
      assert.is(request.headers.get('x-session'), '1');
      assert.is(request.headers.get('x-own'), '2');
      request.headers.set('x-signature', `signed ${request.url}`);
      request.headers.delete('x-session');
      request.url = 'http://a.test/y';
      request.options = { ...request.options, body: 'changed' };
      return await next(request);
    });
    const seen = await session
      .post('http://a.test/x', { query: { q: 1 }, headers: { 'X-Own': '2' }, body: 'given' })
      .json<Echo>();
    assert.is(seen.url, 'http://a.test/y');
    assert.is(seen.headers['x-signature'], 'signed http://a.test/x?q=1');
    assert.is(seen.headers['x-session'], undefined);
    assert.is(seen.headers['x-own'], '2');
    assert.is(seen.text, 'changed');
  }),
);

test(
  'logs: the first one used is the outermost, and each sees the response on the way back',
  within(echo, {}, async (session) => {
    const log: string[] = [];
    const logging =
      (name: string) => async (request: never, next: (request: never) => PromiseLike<Response>) => {
        log.push(`${name} out`);
        const response = await next(request);
        log.push(`${name} ${response.status}`);
        return response;
      };
    session.use(logging('a') as never);
    const remove = session.use(logging('b') as never);
    await session.get('http://a.test/').text();
    assert.equal(log.splice(0), ['a out', 'b out', 'b 200', 'a 200']);
    remove();
    remove();
    await session.get('http://a.test/').text();
    assert.equal(log, ['a out', 'a 200']);
  }),
);

test(
  'refreshes a token on 401 and sends once more, waiting on the clock of the loop',
  within(
    (mock) =>
      mock.on('GET', /./, ({ headers }) =>
        headers.authorization === 'Bearer new'
          ? { body: 'welcome' }
          : { status: 401, body: 'x'.repeat(100_000) },
      ),
    { limits: { perOrigin: 1 } },
    async (session, mock) => {
      let token = 'old';
      session.use(async (request, next) => {
        request.headers.set('authorization', `Bearer ${token}`);
        const response = await next(request);
        if (response.status !== 401) return response;
        response.discard();
        await sleep(1_000);
        token = 'new';
        request.headers.set('authorization', `Bearer ${token}`);
        return next(request);
      });
      assert.is(await session.get('http://a.test/').text(), 'welcome');
      assert.is(mock.requests.length, 2);
    },
  ),
);

for (const [what, read] of [
  ['the request', (session: Session) => session.get('http://a.test/')],
  ['a read of its body', (session: Session) => session.get('http://a.test/').text()],
] as const) {
  test(
    `cancelling ${what} cancels the middleware at its wait, and what it sent`,
    within(
      (mock) => mock.on('GET', /./, { stall: 'headers' }),
      {},
      async (session, mock) => {
        let left = false;
        session.use(async (request, next) => {
          try {
            return await next(request);
          } finally {
            left = true;
          }
        });
        const reading = read(session);
        await sleep(5);
        assert.is(mock.active, 1);
        reading.cancel('enough');
        assert.is((await rejectionOf(reading)).name, 'CancelledError');
        await sleep(0);
        assert.is(mock.active, 0);
        assert.ok(left);
      },
    ),
  );
}

test(
  'a body is read, streamed and stopped through it as without',
  within(
    (mock) => mock.on('GET', /./, { body: ['a', 'b'], pieceDelayMs: 10 }),
    {},
    async (session, mock) => {
      session.use((request, next) => next(request));
      assert.equal(await session.get('http://a.test/').lines().collect(), ['ab']);
      const text = session.get('http://a.test/').text();
      await sleep(15);
      text.cancel();
      await rejectionOf(text);
      assert.is(mock.active, 0);
      assert.is((await rejectionOf(session.get('nonsense').text())).code, 'ERR_OXBOW_HTTP_INVALID_URL');
    },
  ),
);

test(
  'what it throws is the failure of the request; what is no response is refused',
  within(echo, {}, async (session) => {
    const cause = new Error('no signature');
    const remove = session.use(() => {
      throw cause;
    });
    assert.is(await rejectionOf(session.get('http://a.test/')), cause);
    assert.is(await rejectionOf(session.get('http://a.test/').text()), cause);
    remove();
    session.use((() => 'not a response') as never);
    assert.is((await rejectionOf(session.get('http://a.test/'))).code, 'ERR_OXBOW_HTTP_MIDDLEWARE');
    assert.is(thrownBy(() => session.use({} as never)).code, 'ERR_OXBOW_HTTP_MIDDLEWARE');
  }),
);

test(
  'a body stream cannot be sent twice by it, a function can',
  within(echo, {}, async (session) => {
    session.use(async (request, next) => {
      (await next(request)).discard();
      return next(request);
    });
    const source = async function* () {
      yield 'x';
    };
    assert.is((await session.post('http://a.test/', { body: source }).json<Echo>()).text, 'x');
    const error = await rejectionOf(session.post('http://a.test/', { body: source() }));
    assert.is(error.code, 'ERR_OXBOW_HTTP_INVALID_BODY');
  }),
);

test(
  'session.map goes through it',
  within(echo, {}, async (session) => {
    session.use((request, next) => {
      request.headers.set('x-mapped', 'yes');
      return next(request);
    });
    for await (const response of session.map(['http://a.test/1', 'http://a.test/2'])) {
      assert.is((await response.json<Echo>()).headers['x-mapped'], 'yes');
    }
  }),
);

test(
  'a closed session refuses before any middleware',
  within(echo, {}, async (session) => {
    session.use(() => assert.unreachable() as never);
    await session.close();
    assert.is((await rejectionOf(session.get('http://a.test/'))).code, 'ERR_OXBOW_HTTP_SESSION_CLOSED');
  }),
);

test.run();
