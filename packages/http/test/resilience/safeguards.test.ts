// covers: src/resilience/safeguards.ts, src/session/entrance.ts, src/session/hedging.ts, src/session/statistics.ts
import { currentLoop, run, sleep, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import {
  type BreakerOpenError,
  ConnectError,
  type HttpError,
  type MockAnswer,
  MockTransport,
  ReadError,
  Session,
  type SessionOptions,
} from '../../src/index.ts';
import { MAX_GUARDED_ORIGINS, outcomeOf, Safeguards } from '../../src/resilience/safeguards.ts';
import { rejectionOf } from '../rejection.ts';
import { within } from '../session/within.ts';

const test = suite('sparing an origin');

const loopTime = () => currentLoop().time();

const URL_A = 'https://a.test/';
const all = (answer: MockAnswer) => (mock: MockTransport) => mock.on('*', /./, answer);

/** What a request comes to: its status, or its code. */
const outcomes = (session: Session, count: number, url = URL_A): Promise<(number | string)[]> =>
  Promise.all(
    Array.from({ length: count }, async () => {
      try {
        const response = await session.get(url);
        response.discard();
        return response.status;
      } catch (error) {
        return (error as HttpError).code;
      }
    }),
  );

let sent = 0;
for (const [what, answer] of [
  ['503', () => ({ status: 503 })],
  [
    'refused connections',
    () => {
      throw new ConnectError('ERR_OXBOW_HTTP_CONNECT', 'refused');
    },
  ],
  [
    'lost connections',
    () => {
      throw new ReadError('ERR_OXBOW_HTTP_CONNECTION_CLOSED', 'lost');
    },
  ],
] as const) {
  test(
    `an origin that is down (${what}) sees a tenth more than was asked for`,
    within(
      all(() => {
        sent++;
        return answer();
      }),
      { retry: { maxAttempts: 5, random: () => 0 } },
      async (session) => {
        sent = 0;
        await outcomes(session, 1_000);
        assert.is(sent, 1_100);
        assert.is(session.statistics().retries, 100);
      },
    ),
  );
}

test(
  'the budget is per origin, leaves a single request its retries, and is none when it is refused',
  within(all({ status: 503 }), { retryBudget: { minRetries: 1 } }, async (session) => {
    for (const url of [URL_A, 'https://b.test/']) {
      assert.is((await session.get(url)).attempts.length, 2);
      assert.is((await session.get(url)).attempts.length, 1);
    }
    await sleep(10_000);
    assert.is((await session.get(URL_A)).attempts.length, 2);
  }),
);

test(
  'without a budget every request has its own retries',
  within(all({ status: 503 }), { retryBudget: false }, async (session) => {
    const responses = await Promise.all(Array.from({ length: 100 }, () => session.get(URL_A)));
    assert.ok(responses.every(({ attempts }) => attempts.length === 3));
  }),
);

const BREAKER: SessionOptions = { breaker: { minRequests: 10, openMs: 5_000 }, retry: false };

test(
  'a breaker opens after failures, fails at once, tries one request later, and closes with its success',
  within(
    (mock) =>
      mock
        .on('GET', URL_A, ...Array<MockAnswer>(11).fill({ status: 503 }), { body: 'well' })
        .on('GET', 'https://b.test/', { body: 'b' }),
    BREAKER,
    async (session, mock) => {
      assert.equal(await outcomes(session, 10), Array(10).fill(503));
      const error = await rejectionOf<BreakerOpenError>(session.get(URL_A));
      assert.is(error.code, 'ERR_OXBOW_HTTP_BREAKER_OPEN');
      assert.is(error.retryInMs, 5_000);
      assert.is(error.origin, 'https://a.test');
      assert.is(error.attempts.length, 0);
      assert.is(session.statistics().origins[0]?.breaker, 'open');
      // Another origin is another circuit.
      assert.equal(await outcomes(session, 1, 'https://b.test/'), [200]);
      await sleep(5_000);
      // One goes through and fails; the others do not wait for it.
      const half = await outcomes(session, 3);
      assert.equal(half.sort(), [503, 'ERR_OXBOW_HTTP_BREAKER_OPEN', 'ERR_OXBOW_HTTP_BREAKER_OPEN'].sort());
      await sleep(5_000);
      assert.equal(await outcomes(session, 1), [200]);
      assert.equal(await outcomes(session, 3), [200, 200, 200]);
      assert.is(mock.requests.length, 10 + 1 + 1 + 4);
    },
  ),
);

test(
  'with retries: the open circuit ends them, and the last answer is given',
  within(
    all({ status: 503 }),
    { breaker: { minRequests: 4 }, retryBudget: false, retry: { maxAttempts: 9, random: () => 0 } },
    async (session) => {
      const response = await session.get(URL_A);
      assert.is(response.status, 503);
      assert.is(response.attempts.length, 4);
    },
  ),
);

test(
  'a probe that is cancelled leaves the way free for the next',
  within(
    (mock) =>
      mock.on(
        'GET',
        URL_A,
        ...Array<MockAnswer>(10).fill({ status: 500 }),
        { delayMs: 60_000 },
        { body: 'well' },
      ),
    BREAKER,
    async (session) => {
      await outcomes(session, 10);
      await sleep(5_000);
      const probe = session.get(URL_A);
      await sleep(10);
      probe.cancel();
      await rejectionOf(probe);
      assert.equal(await outcomes(session, 1), [200]);
    },
  ),
);

test('what tells nothing of an origin does not count against it', () => {
  assert.is(outcomeOf(200, undefined), 'success');
  assert.is(outcomeOf(404, undefined), 'success');
  assert.is(outcomeOf(429, undefined), 'success');
  assert.is(outcomeOf(502, undefined), 'failure');
  assert.is(outcomeOf(0, new ConnectError('x', 'x')), 'failure');
  assert.is(outcomeOf(0, new Error('a bug')), undefined);
});

test(
  'a rate spaces the requests to an origin, in their order, retries included',
  within(
    (mock) => mock.on('*', /./, { status: 503 }, { body: 'x' }),
    { rate: { perSecond: 2 }, retry: { baseMs: 1, random: () => 0 } },
    async (session, mock) => {
      const startMs = loopTime();
      const times = [1, 2, 3].map(async (i) => {
        await session.get(`${URL_A}${i}`).text();
        return loopTime() - startMs;
      });
      const ended = await Promise.all(times);
      assert.equal(
        ended.slice(1).map(Math.round),
        [500, 1_000].map((ms) => Math.round(ms)),
      );
      // The retry of the first took a turn of its own.
      assert.ok((ended[0] as number) >= 1_500);
      assert.is(mock.requests.length, 4);
    },
  ),
);
test(
  'a turn that is too far away is a QueueTimeoutError at once; too many who wait are a QueueFullError',
  within(
    all({ body: 'x' }),
    { rate: { perSecond: 1, burst: 2 }, timeouts: { queueMs: 2_500 }, limits: { maxQueued: 3 } },
    async (session) => {
      const found = await outcomes(session, 6);
      assert.equal(
        [...found].sort(),
        [
          200,
          200,
          200,
          'ERR_OXBOW_HTTP_QUEUE_FULL',
          'ERR_OXBOW_HTTP_QUEUE_FULL',
          'ERR_OXBOW_HTTP_QUEUE_FULL',
        ].sort(),
      );
      const rest = await outcomes(session, 3);
      assert.equal(rest, [200, 200, 'ERR_OXBOW_HTTP_QUEUE_TIMEOUT']);
    },
  ),
);

test(
  'a request that is cancelled or past its deadline while it waits for its turn ends there',
  within(all({ body: 'x' }), { rate: { perSecond: 1 } }, async (session, mock) => {
    await session.get(URL_A).text();
    const cancelled = session.get(URL_A);
    const late = session.get(URL_A, { timeoutMs: 500 });
    late.observe();
    await sleep(10);
    assert.is(session.statistics().paced, 2);
    cancelled.cancel();
    await rejectionOf(cancelled);
    assert.is((await rejectionOf(late)).code, 'ERR_OXBOW_HTTP_DEADLINE');
    assert.is(session.statistics().paced, 0);
    assert.is(mock.requests.length, 1);
  }),
);

test('a store of turns may be shared, and is asked on the loop of the request', () =>
  run(
    async () => {
      const keys: string[] = [];
      const store = {
        take: async (key: string) => {
          await sleep(100);
          keys.push(key);
          return 400;
        },
      };
      const session = new Session({
        transport: new MockTransport().on('*', /./, { body: 'x' }),
        rate: { perSecond: 1, store },
      });
      const startMs = loopTime();
      await session.get(URL_A).text();
      assert.is(Math.round(loopTime() - startMs), 500);
      assert.equal(keys, ['https://a.test']);
      await session.close();
    },
    { clock: new VirtualClock() },
  ));

test(
  'a late answer is hedged: the second sending wins, the first is given up, and the log tells of both',
  within(
    (mock) => mock.on('GET', URL_A, { delayMs: 10_000 }, { body: 'fast', delayMs: 50 }),
    { hedge: { afterMs: 100, maxExtra: 1 } },
    async (session, mock) => {
      const startMs = loopTime();
      const response = await session.get(URL_A);
      assert.is(await response.text(), 'fast');
      assert.is(Math.round(loopTime() - startMs), 150);
      assert.equal(
        response.attempts.map(({ reason, status }) => [reason, status]),
        [
          ['first', undefined],
          ['hedge', 200],
        ],
      );
      assert.is(session.statistics().hedges, 1);
      await sleep(1);
      assert.is(mock.active, 0);
    },
  ),
);

test(
  'an answer of the first that comes after the hedge still counts; a failure of one waits for the other',
  within(
    (mock) =>
      mock
        .on('GET', 'https://a.test/1', { delayMs: 200, body: 'first' }, { delayMs: 5_000 })
        .on('GET', 'https://a.test/2', { delayMs: 300, body: 'first' }, { status: 503 })
        .on(
          'GET',
          'https://a.test/3',
          { delayMs: 300, error: new ReadError('ERR_OXBOW_HTTP_CONNECTION_CLOSED', 'lost') },
          { delayMs: 400, body: 'hedge' },
        ),
    { hedge: { afterMs: 100, maxExtra: 1 }, retry: false },
    async (session) => {
      assert.is(await session.get('https://a.test/1').text(), 'first');
      assert.is(await session.get('https://a.test/2').text(), 'first');
      assert.is(await session.get('https://a.test/3').text(), 'hedge');
    },
  ),
);

test(
  'cancelling while both are in flight ends both',
  within(all({ delayMs: 10_000 }), { hedge: { afterMs: 100, maxExtra: 1 } }, async (session, mock) => {
    const request = session.get(URL_A);
    request.observe();
    await sleep(200);
    assert.is(mock.active, 2);
    request.cancel();
    await sleep(1);
    assert.is(mock.active, 0);
  }),
);

test(
  'what changes something, has a body, or says so, is not hedged',
  within(all({ delayMs: 1_000 }), { hedge: { afterMs: 100, maxExtra: 1 } }, async (session, mock) => {
    await session.post(URL_A, { body: 'x' });
    await session.delete(URL_A);
    await session.get(URL_A, { hedge: false });
    assert.is(mock.requests.length, 3);
  }),
);

test('one answer in a hundred that stands for a second: the slowest hundredth is cut to a fifth or less, by 5 % more requests', () =>
  run(
    async () => {
      let asked = 0;
      const answer: MockAnswer = async () => ({ delayMs: ++asked % 100 === 0 ? 1_000 : 10 });
      const session = new Session({
        transport: new MockTransport().on('GET', /./, answer),
        hedge: true,
        timeouts: { totalMs: 60_000 },
      });
      const tookMs: number[] = [];
      for (let i = 0; i < 1_000; i++) {
        const startMs = loopTime();
        await session.get(URL_A).text();
        tookMs.push(loopTime() - startMs);
      }
      tookMs.sort((a, b) => a - b);
      assert.ok((tookMs[995] as number) <= 200, `the slowest of the rest took ${tookMs[995]} ms`);
      assert.ok(asked <= 1_050, `${asked} were sent`);
      await session.close();
    },
    { clock: new VirtualClock() },
  ));

test('an adaptive limit lets few begin, and more where the answers stay fast', () =>
  run(
    async () => {
      let now = 0;
      let most = 0;
      const answer: MockAnswer = async () => {
        most = Math.max(most, ++now);
        await sleep(10);
        now--;
        return { body: 'x' };
      };
      const session = new Session({
        transport: new MockTransport().on('GET', /./, answer),
        limits: { perOrigin: 40, adaptive: { initial: 5 } },
      });
      assert.is(session.statistics().origins.length, 0);
      const first = Array.from({ length: 5 }, () => session.get(URL_A).text());
      await Promise.all(first);
      assert.is(most, 5);
      await Promise.all(Array.from({ length: 3_000 }, () => session.get(URL_A).text()));
      const { limit } = session.statistics().origins[0] as { limit: number };
      assert.ok(limit > 10 && limit <= 40, `the limit is ${limit}`);
      assert.ok(most <= 40);
      await session.close();
    },
    { clock: new VirtualClock() },
  ));

test('the numbers of a session', () =>
  run(
    async () => {
      const mock = new MockTransport()
        .on('GET', URL_A, { body: 'x', delayMs: 10 })
        .on('GET', 'https://b.test/', { status: 503 }, { body: 'x' })
        .on('GET', 'https://c.test/', { error: new ReadError('ERR_OXBOW_HTTP_CONNECTION_CLOSED', 'lost') });
      const session = new Session({
        transport: mock,
        limits: { perOrigin: 2 },
        retry: { maxAttempts: 1, baseMs: 1 },
      });
      const pending = [1, 2, 3].map(() => session.get(URL_A).text());
      await sleep(1);
      const during = session.statistics();
      assert.equal([during.active, during.queued, during.open, during.requests], [2, 1, 3, 3]);
      assert.equal(during.origins, [
        { origin: 'https://a.test', active: 2, queued: 1, limit: 2, breaker: undefined },
      ]);
      pending[2]?.cancel();
      await Promise.allSettled(pending);
      await session.get('https://b.test/').text();
      await rejectionOf(session.get('https://c.test/').text());
      await sleep(1);
      const { requests, answers, failures, cancelled, retries, hedges, connections } = session.statistics();
      assert.equal(
        { requests, answers, failures, cancelled, retries, hedges, connections },
        { requests: 5, answers: 3, failures: 1, cancelled: 1, retries: 2, hedges: 0, connections: undefined },
      );
      await session.close();
    },
    { clock: new VirtualClock() },
  ));

test('what is kept of origins is bounded', () => {
  const safeguards = new Safeguards({ breaker: true }, 10);
  const first = safeguards.of('http://first.test');
  for (let i = 1; i < MAX_GUARDED_ORIGINS; i++) safeguards.of(`http://${i}.test`);
  assert.is(safeguards.of('http://first.test'), first);
  safeguards.of('http://one-more.test');
  assert.is(safeguards.peek('http://1.test'), undefined);
  assert.is(safeguards.peek('http://first.test'), first);
});

test.run();
