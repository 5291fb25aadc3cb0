// covers: src/auth/digest.ts, src/session/authorization.ts
import { createHash } from 'node:crypto';
import { assert, suite } from '@oxbow/testkit';
import { digest, type MockRequest, type MockTransport } from '../../src/index.ts';
import { thrownBy } from '../rejection.ts';
import { within } from '../session/within.ts';

const test = suite('digest');

const ORIGIN = 'https://a.test';

/** A server's side: a nonce for so many uses, and what it has seen. */
function guarded(mock: MockTransport, uses = Number.POSITIVE_INFINITY, password = 'secret') {
  let nonce = 1;
  let used = 0;
  const seen: string[] = [];
  const refuse = (stale: boolean) => ({
    status: 401,
    headers: {
      'www-authenticate': `Digest realm="r", nonce="n${nonce}", qop="auth", algorithm=SHA-256${stale ? ', stale=true' : ''}`,
    },
  });
  mock.on('*', /./, ({ method, url, headers, text }: MockRequest) => {
    const shown = headers['authorization'];
    seen.push(
      shown === undefined ? 'nothing' : (/nonce="(\w+)".*nc=(\d+)/.exec(shown)?.slice(1).join(' ') ?? shown),
    );
    if (shown === undefined) return refuse(false);
    const field = (name: string) => new RegExp(`${name}="?([^",]+)`).exec(shown)?.[1] ?? '';
    const h = (value: string) => createHash('sha256').update(value).digest('hex');
    const { pathname, search } = new URL(url);
    const a1 = h(`user:r:${password}`);
    const a2 = h(`${method}:${pathname}${search}`);
    const right = h(`${a1}:${field('nonce')}:${field('nc')}:${field(' cnonce')}:auth:${a2}`);
    if (field('response') !== right) return refuse(false);
    if (field('nonce') !== `n${nonce}` || ++used > uses) {
      nonce++;
      used = 0;
      return refuse(true);
    }
    return { body: `in ${text}` };
  });
  return seen;
}

let seen: string[] = [];

test(
  'the first request is refused and sent again, body included; the next ones go with a count',
  within(
    (mock) => (seen = guarded(mock)),
    { auth: digest('user', 'secret', { origins: [ORIGIN] }) },
    async (session) => {
      const response = await session.post(`${ORIGIN}/a?b=1`, { body: 'x' });
      assert.is(await response.text(), 'in x');
      assert.equal(
        response.attempts.map(({ reason, status }) => [reason, status]),
        [
          ['first', 401],
          ['challenge', 200],
        ],
      );
      assert.is(await session.get(`${ORIGIN}/c`).text(), 'in ');
      assert.equal(seen, ['nothing', 'n1 00000001', 'n1 00000002']);
    },
  ),
);

test(
  'a stale nonce is replaced',
  within(
    (mock) => (seen = guarded(mock, 2)),
    { auth: digest('user', 'secret', { origins: [ORIGIN] }) },
    async (session) => {
      for (let i = 0; i < 4; i++) assert.is(await session.get(ORIGIN).text(), 'in ');
      assert.equal(seen, [
        'nothing',
        'n1 00000001',
        'n1 00000002',
        'n1 00000003',
        'n2 00000001',
        'n2 00000002',
      ]);
    },
  ),
);

test(
  'many at once share the nonce that the first one brings',
  within(
    (mock) => (seen = guarded(mock)),
    { auth: digest('user', 'secret', { origins: [ORIGIN] }) },
    async (session) => {
      const all = await Promise.all([1, 2, 3].map((i) => session.get(`${ORIGIN}/${i}`).text()));
      assert.equal(all, ['in ', 'in ', 'in ']);
      assert.equal(seen.slice(3).sort(), ['n1 00000001', 'n1 00000002', 'n1 00000003']);
    },
  ),
);

test(
  'a wrong password is an answer of 401 after two sendings, not a circle',
  within(
    (mock) => (seen = guarded(mock)),
    { auth: digest('user', 'wrong', { origins: [ORIGIN] }) },
    async (session) => {
      for (let i = 0; i < 2; i++) assert.is((await session.get(ORIGIN)).status, 401);
      assert.is(seen.length, 3);
    },
  ),
);

test(
  'a server that calls every nonce stale is given up after two challenges',
  within(
    (mock) => (seen = guarded(mock, 0)),
    { auth: digest('user', 'secret', { origins: [ORIGIN] }) },
    async (session) => {
      assert.is((await session.get(ORIGIN)).status, 401);
      assert.is(seen.length, 3);
    },
  ),
);

test(
  'a body that can be sent once only leaves the answer of 401 as it is; other origins are shown nothing',
  within(
    (mock) => (seen = guarded(mock)),
    { auth: digest('user', 'secret', { origins: [ORIGIN] }) },
    async (session) => {
      const once = (async function* () {
        yield 'x';
      })();
      assert.is((await session.post(ORIGIN, { body: once })).status, 401);
      assert.is((await session.get('https://b.test/')).status, 401);
      assert.equal(seen, ['nothing', 'nothing']);
    },
  ),
);

test('control characters are refused', () => {
  assert.is(thrownBy(() => digest('a\nb', 'c')).code, 'ERR_OXBOW_HTTP_INVALID_CREDENTIAL');
});

test.run();
