import { run, sleep, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import {
  type MockReply,
  MockTransport,
  type PhaseTimeoutError,
  type Progress,
  Session,
  type TimeoutOptions,
} from '../../src/index.ts';
import { loadOf } from '../load-of.ts';
import { rejectionOf } from '../rejection.ts';

const test = suite('the phases of an attempt');

/** What a stalled server does to a request under these timeouts, and when. */
function stalled(reply: MockReply, timeouts: TimeoutOptions, body?: AsyncIterable<string>) {
  return run(
    async () => {
      const mock = new MockTransport().on('*', /./, reply);
      const session = new Session({ transport: mock, retry: false, timeouts, limits: { perOrigin: 1 } });
      const error = await rejectionOf<PhaseTimeoutError>(
        session.post('http://a.test/', { body: body ?? 'x' }).text(),
      );
      const [attempt] = error.attempts;
      const result = {
        name: error.name,
        phase: error.phase,
        limitMs: error.limitMs,
        totalMs: attempt?.timings.totalMs,
      };
      assert.is(mock.active, 0);
      assert.equal(loadOf(session), { active: 0, queued: 0, open: 0 });
      await session.close();
      return result;
    },
    { clock: new VirtualClock() },
  );
}

test('a connection that does not come about ends in ConnectTimeoutError', async () => {
  assert.equal(await stalled({ stall: 'connect' }, { connectMs: 700 }), {
    name: 'ConnectTimeoutError',
    phase: 'connect',
    limitMs: 700,
    totalMs: 700,
  });
});

test('an answer that does not come ends in HeadersTimeoutError', async () => {
  assert.equal(await stalled({ stall: 'headers' }, { headersMs: 700 }), {
    name: 'HeadersTimeoutError',
    phase: 'headers',
    limitMs: 700,
    totalMs: 700,
  });
});

test('a body that stands still ends in BodyTimeoutError, counted from its last piece', async () => {
  const reply: MockReply = { body: ['a', 'b', 'c'], pieceDelayMs: 500, stall: 'body' };
  assert.equal(await stalled(reply, { bodyMs: 700 }), {
    name: 'BodyTimeoutError',
    phase: 'body',
    limitMs: 700,
    totalMs: 1500 + 700,
  });
});

test('an upload that stands still ends in SendTimeoutError, and its source is closed', async () => {
  let closed = false;
  const source = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<IteratorResult<string>>(() => {}),
      return: async () => {
        closed = true;
        return { value: undefined, done: true as const };
      },
    }),
  };
  assert.equal(await stalled({}, { sendMs: 700 }, source), {
    name: 'SendTimeoutError',
    phase: 'send',
    limitMs: 700,
    totalMs: 700,
  });
  assert.ok(closed);
});

test('a place in the queue that does not come ends in QueueTimeoutError', () =>
  run(
    async () => {
      const mock = new MockTransport().on('*', /./, { stall: 'headers' });
      const session = new Session({
        transport: mock,
        retry: false,
        timeouts: { queueMs: 300 },
        limits: { perOrigin: 1 },
      });
      const first = session.get('http://a.test/1').text();
      const error = await rejectionOf<PhaseTimeoutError>(session.get('http://a.test/2').text());
      assert.is(error.name, 'QueueTimeoutError');
      assert.is(session.statistics().active, 1);
      first.cancel();
      await rejectionOf(first);
      assert.is(mock.active, 0);
      await session.close();
    },
    { clock: new VirtualClock() },
  ));

test('waiting in the queue is counted', () =>
  run(
    async () => {
      const mock = new MockTransport().on('*', /./, { body: 'x', delayMs: 250 });
      const session = new Session({ transport: mock, limits: { perOrigin: 1 } });
      const [first, second] = await Promise.all([
        session.get('http://a.test/1'),
        session.get('http://a.test/2'),
      ]);
      assert.is(first?.timings.queueMs, 0);
      assert.is(second?.timings.queueMs, 250);
      assert.is(second?.timings.ttfbMs, 250);
      await session.close();
    },
    { clock: new VirtualClock() },
  ));

test('a slow reader is no slow server: a body that is held back does not time out', () =>
  run(
    async () => {
      const mock = new MockTransport().on('GET', /./, {
        body: Array.from({ length: 40 }, () => Buffer.alloc(16_384)),
      });
      const session = new Session({ transport: mock, timeouts: { bodyMs: 100 } });
      let bytes = 0;
      for await (const chunk of (await session.get('http://a.test/')).body) {
        bytes += chunk.length;
        await sleep(1000);
      }
      assert.is(bytes, 40 * 16_384);
      await session.close();
    },
    { clock: new VirtualClock() },
  ));

test('a large body that nobody reads is given up after bodyMs, and says so', () =>
  run(
    async () => {
      const mock = new MockTransport().on('GET', /./, {
        body: Array.from({ length: 40 }, () => Buffer.alloc(16_384)),
      });
      const session = new Session({ transport: mock, timeouts: { bodyMs: 500 } });
      const response = await session.get('http://a.test/');
      await sleep(400);
      assert.is(mock.active, 1);
      await sleep(200);
      assert.is(mock.active, 0);
      assert.is(session.statistics().active, 0);
      const error = await rejectionOf(response.text());
      assert.is(error.code, 'ERR_OXBOW_HTTP_BODY_DISCARDED');
      assert.match(error.message, '500 ms');
      await session.close();
    },
    { clock: new VirtualClock() },
  ));

test('progress of both ways is told on the loop, up to the last byte', () =>
  run(
    async () => {
      const body = ['a'.repeat(10), 'b'.repeat(20)];
      const headers = { 'content-length': '30' };
      const mock = new MockTransport().on('POST', /./, { body, headers });
      const session = new Session({ transport: mock });
      const up: Progress[] = [];
      const down: Progress[] = [];
      const options = {
        onUploadProgress: (progress: Progress) => void up.push(progress),
        onDownloadProgress: (progress: Progress) => void down.push(progress),
      };
      await session.post('http://a.test/', { ...options, body: 'five!' }).text();
      await sleep(0);
      assert.equal(up, [{ bytes: 5, totalBytes: 5 }]);
      assert.equal(down, [
        { bytes: 10, totalBytes: 30 },
        { bytes: 30, totalBytes: 30 },
      ]);
      assert.is(
        (await rejectionOf(session.post('http://a.test/', { onUploadProgress: 5 as never }))).code,
        'ERR_OXBOW_HTTP_INVALID_OPTION',
      );
      await session.close();
    },
    { clock: new VirtualClock() },
  ));

test.run();
