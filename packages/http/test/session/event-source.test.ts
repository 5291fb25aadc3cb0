import { currentLoop, sleep } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { type MockReply, ReadError } from '../../src/index.ts';
import { rejectionOf } from '../rejection.ts';
import { within } from './within.ts';

const test = suite('session.events');

const events = (body: string, more: MockReply = {}): MockReply => ({
  headers: { 'content-type': 'text/event-stream; charset=utf-8' },
  body,
  ...more,
});
const URL_A = 'http://a.test/events';
const reconnect = { random: () => 1 };

test(
  'goes on where it stopped, after the time the server asked for, until 204',
  within(
    (mock) =>
      mock.on(
        'GET',
        /./,
        events('retry: 50\nid: 1\ndata: one\n\nid: ü\ndata: two\n\n'),
        events('data: three\n\n'),
        {
          status: 204,
        },
      ),
    {},
    async (session, mock) => {
      const startedMs = currentLoop().time();
      const got = await session.events(URL_A, { reconnect }).collect();
      assert.equal(
        got.map(({ data }) => data),
        ['one', 'two', 'three'],
      );
      assert.is(currentLoop().time() - startedMs, 100);
      const ids = mock.requests.map(({ headers }) => headers['last-event-id']);
      assert.equal(ids, [
        undefined,
        Buffer.from('ü').toString('latin1'),
        Buffer.from('ü').toString('latin1'),
      ]);
      assert.is(mock.requests[0]?.headers.accept, 'text/event-stream');
    },
  ),
);

test(
  'survives a cut connection and a 503, with growing waits, and gives up after so many in a row',
  within(
    (mock) =>
      mock.on(
        'GET',
        /./,
        events('data: one\n\n', { error: new ReadError('ERR_OXBOW_HTTP_BODY_CUT_SHORT', 'cut') }),
        { status: 503 },
      ),
    {},
    async (session, mock) => {
      const got: string[] = [];
      const read = async () => {
        const options = { reconnect: { ...reconnect, baseMs: 100, maxAttempts: 3 }, lastEventId: '7' };
        for await (const { data } of session.events(URL_A, options)) got.push(data);
      };
      const startedMs = currentLoop().time();
      assert.is((await rejectionOf(read())).name, 'StatusError');
      assert.equal(got, ['one']);
      assert.is(mock.requests.length, 4);
      assert.is(mock.requests[0]?.headers['last-event-id'], '7');
      assert.is(currentLoop().time() - startedMs, 100 + 200 + 400);
    },
  ),
);

for (const [what, reply, code] of [
  ['another status', { status: 404, body: 'no' }, 'ERR_OXBOW_HTTP_STATUS'],
  ['another type', { headers: { 'content-type': 'text/html' }, body: '<p>' }, 'ERR_OXBOW_HTTP_NOT_EVENTS'],
] as const) {
  test(
    `${what} ends it`,
    within(
      (mock) => mock.on('GET', /./, reply),
      {},
      async (session, mock) => {
        assert.is((await rejectionOf(session.events(URL_A).collect())).code, code);
        assert.is(mock.requests.length, 1);
      },
    ),
  );
}

for (const [what, reply] of [
  ['inside a connection', events('data: one\n\n', { stall: 'body' })],
  ['between two', events('retry: 100000\ndata: one\n\n')],
] as const) {
  test(
    `leaving it ${what} ends everything`,
    within(
      (mock) => mock.on('GET', /./, reply),
      {},
      async (session, mock) => {
        for await (const _ of session.events(URL_A)) {
          await sleep(10);
          break;
        }
        await sleep(2_000);
        assert.is(mock.active, 0);
        assert.is(mock.requests.length, 1);
      },
    ),
  );
}

test.run();
