// covers: src/session/body-read.ts, src/session/body-stream.ts
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, createTask, gather, run, sleep, timeout, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { type MockReply, MockTransport, type Response, Session, type StatusError } from '../../src/index.ts';
import { rejectionOf } from '../rejection.ts';
import { within } from './within.ts';

const test = suite('a request');

const hello = (mock: MockTransport) => mock.on('GET', /./, { body: 'hello' });

test(
  'is sent once, on the next turn, whoever awaits it and how often',
  within(hello, {}, async (session, mock) => {
    const request = session.get('http://a.test/');
    assert.is(mock.active, 0);
    await sleep(1);
    assert.is(mock.requests.length, 1);
    assert.is(await request, await request);
    assert.is(mock.requests.length, 1);
  }),
);

test(
  'is sent even if nobody awaits it',
  within(hello, {}, async (session, mock) => {
    void session.get('http://a.test/');
    await sleep(1);
    assert.is(mock.requests.length, 1);
  }),
);

test(
  'works in a generator and in gather',
  within(hello, {}, async (session) => {
    const text = await createTask(function* () {
      const response: Response = yield* session.get('http://a.test/');
      return `${yield* response.text()} ${yield* session.get('http://a.test/').text()}`;
    });
    assert.is(text, 'hello hello');
    assert.equal(await gather([session.get('http://a.test/').text(), session.get('http://a.test/').text()]), [
      'hello',
      'hello',
    ]);
    void call;
  }),
);

for (const [name, read, expected] of [
  ['text', (r: ReturnType<Session['get']>) => r.text(), '{"a":1}'],
  ['json', (r: ReturnType<Session['get']>) => r.json(), { a: 1 }],
  ['bytes', async (r: ReturnType<Session['get']>) => Buffer.from(await r.bytes()).toString(), '{"a":1}'],
  ['lines', (r: ReturnType<Session['get']>) => r.lines().collect(), ['{"a":1}']],
  ['jsonl', (r: ReturnType<Session['get']>) => r.jsonl().collect(), [{ a: 1 }]],
  [
    'stream',
    async (r: ReturnType<Session['get']>) => Buffer.concat(await r.stream().collect()).toString(),
    '{"a":1}',
  ],
] as const) {
  test(
    `${name}() reads the body, and so does the response's`,
    within(
      (mock) => mock.on('GET', /./, { body: ['{"a"', ':1}'] }),
      {},
      async (session) => {
        assert.equal(await read(session.get('http://a.test/')), expected);
        assert.equal(await read((await session.get('http://a.test/')) as never), expected);
      },
    ),
  );

  test(
    `${name}() fails with StatusError on a status that is not 2xx, the request itself does not`,
    within(
      (mock) => mock.on('GET', /./, { status: 410, body: 'gone' }),
      {},
      async (session) => {
        assert.is(
          (await rejectionOf(Promise.resolve(read(session.get('http://a.test/'))))).code,
          'ERR_OXBOW_HTTP_STATUS',
        );
        assert.is((await session.get('http://a.test/')).status, 410);
      },
    ),
  );

  test(
    `${name}() fails with what the request failed with`,
    within(
      () => {},
      { retry: false },
      async (session) => {
        assert.is(
          (await rejectionOf(Promise.resolve(read(session.get('http://a.test/'))))).code,
          'ERR_OXBOW_HTTP_NO_MOCK',
        );
      },
    ),
  );
}

test(
  'a shortcut and the response can both be had',
  within(hello, {}, async (session) => {
    const request = session.get('http://a.test/');
    const text = request.text();
    assert.is((await request).status, 200);
    assert.is(await text, 'hello');
  }),
);

test(
  'a shortcut may be taken after the response has come, or the failure',
  within(hello, { retry: false }, async (session) => {
    const request = session.get('http://a.test/');
    await request;
    assert.is(await request.text(), 'hello');
    const failed = session.get('nonsense');
    await rejectionOf(failed);
    assert.is((await rejectionOf(failed.text())).code, 'ERR_OXBOW_HTTP_INVALID_URL');
  }),
);

test(
  'a body is read once',
  within(hello, {}, async (session) => {
    const request = session.get('http://a.test/');
    const first = request.text();
    assert.is((await rejectionOf(request.json())).code, 'ERR_OXBOW_HTTP_BODY_USED');
    assert.is(await first, 'hello');
    const response = await request;
    assert.ok(response.bodyUsed);
    assert.is((await rejectionOf(response.text())).code, 'ERR_OXBOW_HTTP_BODY_USED');
    assert.is((await rejectionOf(response.body.collect())).code, 'ERR_OXBOW_HTTP_BODY_USED');
  }),
);

for (const [phase, reply] of [
  ['while connecting', { stall: 'connect' }],
  ['while waiting for headers', { stall: 'headers' }],
  ['inside the body', { body: ['a'], stall: 'body' }],
] as const) {
  test(
    `cancelling it ${phase} stops it`,
    within(
      (mock) => mock.on('GET', /./, reply),
      {},
      async (session, mock) => {
        const text = session.get('http://a.test/').text();
        await sleep(5);
        assert.is(mock.active, 1);
        assert.ok(text.cancel('enough'));
        assert.is(mock.active, 0);
        const error = await rejectionOf(text);
        assert.is(error.name, 'CancelledError');
        assert.match(error.message, 'enough');
      },
    ),
  );

  test(
    `a timeout around it ${phase} stops it`,
    within(
      (mock) => mock.on('GET', /./, reply),
      {},
      async (session, mock) => {
        const error = await rejectionOf(timeout(20, async () => session.get('http://a.test/').text()));
        assert.is(error.name, 'TimeoutError');
        assert.is(mock.active, 0);
      },
    ),
  );

  test(
    `leaving its stream ${phase} stops it`,
    within(
      (mock) => mock.on('GET', /./, reply),
      {},
      async (session, mock) => {
        const subscription = session.get('http://a.test/').stream().subscribe();
        await sleep(5);
        subscription.unsubscribe();
        await sleep(1);
        if (reply.stall !== 'body') assert.is(mock.active, 0);
        else {
          // So little is left that it might be swallowed; with nothing coming, the phase's own limit ends it.
          await sleep(60_001);
          assert.is(mock.active, 0);
        }
      },
    ),
  );
}

test(
  'cancelling it in the queue takes it out',
  within(
    (mock) => mock.on('GET', /./, { stall: 'headers' }),
    { limits: { perOrigin: 1 } },
    async (session, mock) => {
      const first = session.get('http://a.test/').text();
      const second = session.get('http://a.test/').text();
      await sleep(1);
      assert.is(session.statistics().queued, 1);
      second.cancel();
      assert.is(session.statistics().queued, 0);
      first.cancel();
      await rejectionOf(first);
      await rejectionOf(second);
      assert.is(mock.requests.length, 1);
    },
  ),
);

test(
  'cancelling it while it waits for a retry ends the waiting',
  within(
    (mock) => mock.on('GET', /./, { status: 503, headers: { 'retry-after': '30' } }),
    {},
    async (session, mock) => {
      const text = session.get('http://a.test/').text();
      await sleep(10);
      text.cancel();
      await rejectionOf(text);
      await sleep(60_000);
      assert.is(mock.requests.length, 1);
    },
  ),
);

test('one failing request of a gather cancels nothing else and is the failure of the gather', () =>
  run(
    async () => {
      const mock = new MockTransport().on('GET', 'http://a.test/', { body: 'ok', delayMs: 10 });
      const session = new Session({ transport: mock, retry: false });
      const good = session.get('http://a.test/').text();
      const error = await rejectionOf(gather([good, session.get('http://b.test/').text()]));
      assert.is(error.code, 'ERR_OXBOW_HTTP_NO_MOCK');
      assert.is(await good, 'ok');
      await session.close();
    },
    { clock: new VirtualClock() },
  ));

const large: MockReply = { status: 404, body: Array.from({ length: 8 }, () => 'x'.repeat(32 * 1024)) };
const dripping: MockReply = { status: 404, body: Array.from({ length: 900 }, () => 'x'), pieceDelayMs: 500 };

for (const [name, read] of [
  ['text', (r: ReturnType<Session['get']>) => r.text()],
  ['json', (r: ReturnType<Session['get']>) => r.json()],
  ['bytes', (r: ReturnType<Session['get']>) => r.bytes()],
  ['msgpack', (r: ReturnType<Session['get']>) => r.msgpack()],
  ['stream', (r: ReturnType<Session['get']>) => r.stream().collect()],
  ['lines', (r: ReturnType<Session['get']>) => r.lines().collect()],
  ['save', (r: ReturnType<Session['get']>) => r.save(join(tmpdir(), 'oxbow-is-not-written'))],
] as const) {
  for (const [what, reply] of [
    ['more than is held of', large],
    ['a drip of', dripping],
  ] as const) {
    test(
      `${name}() of a bad status frees its connection from ${what} a body nobody wants`,
      within(
        (mock) => mock.on('GET', /bad/, reply).on('GET', /./, { body: 'next' }),
        { limits: { perOrigin: 1 } },
        async (session) => {
          const error = await rejectionOf(Promise.resolve(read(session.get('http://a.test/bad'))));
          assert.is(error.code, 'ERR_OXBOW_HTTP_STATUS');
          assert.is(await session.get('http://a.test/', { timeoutMs: 1_100 }).text(), 'next');
        },
      ),
    );
  }
}

test(
  'the body of a bad status can be read from its error at once, whatever its length',
  within(
    (mock) => mock.on('GET', /./, large),
    {},
    async (session) => {
      const inner = async () => session.get('http://a.test/').text();
      const middle = async () => await inner();
      try {
        await middle();
        assert.unreachable();
      } catch (error) {
        assert.is((await (error as StatusError).response.text()).length, 256 * 1024);
      }
    },
  ),
);

test(
  'a small one can be read from it later, too',
  within(
    (mock) => mock.on('GET', /./, { status: 500, body: ['so', 'rry'] }),
    { retry: false },
    async (session) => {
      const error = await rejectionOf<StatusError>(session.get('http://a.test/').json());
      await sleep(10_000);
      assert.is(await error.response.text(), 'sorry');
    },
  ),
);

for (const what of ['request', 'response']) {
  test(
    `save() of a ${what} that cannot open its file gives the body up`,
    within(
      (mock) => mock.on('GET', /large/, { ...large, status: 200 }).on('GET', /./, { body: 'next' }),
      { limits: { perOrigin: 1 } },
      async (session) => {
        const request = session.get('http://a.test/large');
        const saving = what === 'request' ? request.save('/no/such/x') : (await request).save('/no/such/x');
        assert.is((await rejectionOf(saving)).code, 'ENOENT');
        assert.is(await session.get('http://a.test/', { timeoutMs: 1_100 }).text(), 'next');
      },
    ),
  );
}

test.run();
