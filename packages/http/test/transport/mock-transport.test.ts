import { currentLoop, run, sleep, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { MockTransport, Session } from '../../src/index.ts';
import { transportContract } from '../contract/transport.ts';
import { rejectionOf } from '../rejection.ts';
import { within } from '../session/within.ts';

transportContract('mock', async () => {
  const transport = new MockTransport({ addresses: { 'a.test': ['192.0.2.1'] } })
    .on('GET', 'http://a.test/hello', { headers: { 'X-Answer': 'yes' }, body: 'hello' })
    .on('POST', 'http://a.test/echo', (request) => ({ body: request.text }))
    .on('GET', 'http://a.test/silent', { stall: 'headers' })
    .on('GET', 'http://a.test/endless', {
      body: Array.from({ length: 10_000 }, () => Buffer.alloc(1024)),
      pieceDelayMs: 1,
    });
  return {
    transport,
    origin: 'http://a.test',
    refusedOrigin: 'http://b.test',
    close: () => transport.close(),
  };
});

const test = suite('a mock transport');

test(
  'answers by method and URL: a text, a pattern or a function',
  within(
    (mock) =>
      mock
        .on('get', 'http://a.test', { body: 'text' })
        .on('*', /pattern/, { body: 'pattern' })
        .on('GET', (url) => url.searchParams.has('q'), { body: 'function' }),
    { retry: false },
    async (session) => {
      assert.is(await session.get('http://a.test/').text(), 'text');
      assert.is(await session.put('http://a.test/pattern').text(), 'pattern');
      assert.is(await session.get('http://b.test/?q').text(), 'function');
      assert.is((await rejectionOf(session.post('http://a.test/'))).code, 'ERR_OXBOW_HTTP_NO_MOCK');
    },
  ),
);

test(
  'gives several answers one after the other, the last one from then on',
  within(
    (mock) => mock.on('GET', /./, { body: '1' }, () => ({ body: '2' }), { body: '3' }),
    {},
    async (session) => {
      const bodies: string[] = [];
      for (let i = 0; i < 4; i++) bodies.push(await session.get('http://a.test/').text());
      assert.equal(bodies, ['1', '2', '3', '3']);
    },
  ),
);

test(
  'remembers what was asked',
  within(
    (mock) => mock.on('*', /./),
    {},
    async (session, mock) => {
      await session.post('http://a.test/x?y=1#z', { headers: { 'X-A': '1' }, body: 'data' });
      const [request] = mock.requests;
      assert.is(request?.method, 'POST');
      assert.is(request?.url, 'http://a.test/x?y=1');
      assert.is(request?.headers['x-a'], '1');
      assert.is(request?.text, 'data');
    },
  ),
);

test(
  'an answer that throws is an error that says so',
  within(
    (mock) =>
      mock.on('GET', /./, () => {
        throw new Error('oops');
      }),
    { retry: false },
    async (session) => {
      const error = await rejectionOf(session.get('http://a.test/'));
      assert.is(error.code, 'ERR_OXBOW_HTTP_MOCK');
      assert.match(error.message, 'oops');
      await sleep(1);
    },
  ),
);

test(
  'asks guards about the addresses it was given, and about literals',
  within(
    (mock) => mock.on('GET', /./),
    { guard: 'public', retry: false },
    async (session) => {
      assert.is((await session.get('http://unknown.test/')).status, 200);
      assert.is((await rejectionOf(session.get('http://127.0.0.1/'))).code, 'ERR_OXBOW_HTTP_BLOCKED_ADDRESS');
    },
  ),
);

test('a function that answers runs on the loop of its request, before and after it waits, and ends with it', () =>
  run(
    async () => {
      const loop = currentLoop();
      let ended = '';
      const mock = new MockTransport().on('GET', /./, async () => {
        assert.is(currentLoop(), loop);
        try {
          await sleep(1_000);
        } finally {
          ended = `at ${loop.time()}`;
        }
        assert.is(currentLoop(), loop);
        return { body: 'ok' };
      });
      const session = new Session({ transport: mock });
      assert.is(await session.get('http://a.test/', { timeoutMs: 2_000 }).text(), 'ok');
      const startedMs = loop.time();
      await rejectionOf(session.get('http://a.test/', { timeoutMs: 500 }));
      await sleep(1);
      assert.is(ended, `at ${startedMs + 500}`);
      await session.close();
    },
    { clock: new VirtualClock() },
  ));

test.run();
