import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { assert, suite } from '@oxbow/testkit';
import type { RequestEnded, RequestStarted } from '../../src/index.ts';
import { rejectionOf } from '../rejection.ts';
import { within } from './within.ts';

const test = suite('diagnostics of requests');

test(
  'the beginning and the end of each request are told, with its attempts, its failure, and no secrets',
  within(
    (mock) =>
      mock.on('GET', /good/, { status: 503 }, { body: 'ok' }).on('GET', /stall/, { stall: 'headers' }),
    {},
    async (session) => {
      const started: RequestStarted[] = [];
      const ended: RequestEnded[] = [];
      const onStart = (message: unknown) => void started.push(message as RequestStarted);
      const onEnd = (message: unknown) => void ended.push(message as RequestEnded);
      subscribe('oxbow:http:request:start', onStart);
      subscribe('oxbow:http:request:end', onEnd);
      try {
        await session.get('http://a.test/good?token=hunter2').text();
        await rejectionOf(session.get('http://a.test/stall', { timeoutMs: 50 }));
        const cancelled = session.get('http://a.test/stall');
        cancelled.cancel();
        await rejectionOf(cancelled);
      } finally {
        unsubscribe('oxbow:http:request:start', onStart);
        unsubscribe('oxbow:http:request:end', onEnd);
      }
      await session.get('http://a.test/good').text();
      const [good, late] = ended;
      assert.is(good?.request, started[0]?.request);
      assert.equal([good?.method, good?.status, good?.error], ['GET', 200, undefined]);
      assert.equal(
        good?.attempts.map(({ status }) => status),
        [503, 200],
      );
      assert.ok(good !== undefined && good.durationMs > 0);
      assert.is((late?.error as { code?: string } | undefined)?.code, 'ERR_OXBOW_HTTP_DEADLINE');
      assert.is(late?.status, undefined);
      assert.is(late?.durationMs, 50);
      assert.is(started.length, ended.length);
      assert.not.match(JSON.stringify(started.map(({ url }) => url)), 'hunter2');
    },
  ),
);

test.run();
