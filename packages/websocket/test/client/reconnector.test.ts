import { EventLoop, VirtualClock } from '@oxbow/loop';
import { Backoff } from '@oxbow/loop/backoff';
import { assert, suite } from '@oxbow/testkit';
import { type AttemptEvents, Reconnector, type Reopened } from '../../src/client/reconnector.ts';
import { HandshakeError } from '../../src/errors.ts';
import type { CloseInfo } from '../../src/protocol/close-handshake.ts';
import { settle } from '../fixtures/memory-transport.ts';

const LOST: CloseInfo = { code: 1006, reason: '', wasClean: false, initiator: 'network' };

const REOPENED: Reopened = {
  open: () => undefined as never,
  handshake: { url: '/', headers: {}, origin: undefined, remoteAddress: undefined },
  subprotocol: undefined,
};

function reconnector(maxAttempts = Number.POSITIVE_INFINITY, isFresh = false) {
  const clock = new VirtualClock({ autoJump: false });
  const attempts: AttemptEvents[] = [];
  const calls: string[] = [];
  const told: string[] = [];
  const made = new Reconnector(
    new Backoff({ baseMs: 100, maxMs: 1_000, maxAttempts }),
    new EventLoop({ clock }),
    isFresh,
    (events) => {
      attempts.push(events);
      return () => calls.push('given up');
    },
  );
  made.of({
    replace: () => calls.push('replaced'),
    finish: ({ error }) => calls.push(`finished: ${String(error)}`),
    tell: (status, { delayMs }) => told.push(delayMs === undefined ? status : `${status} ${delayMs > 0}`),
    discardMessages: () => {},
  });
  const pass = async (ms: number) => {
    await settle();
    clock.advance(ms);
    await settle();
  };
  return { reconnector: made, attempts, calls, told, pass };
}

const test = suite('reconnector');

test('tries again after at most the first delay, and puts the new connection in place', async () => {
  const { reconnector: made, attempts, calls, pass } = reconnector();
  assert.is(made.lost(LOST), true);
  await pass(100);
  assert.is(attempts.length, 1);
  attempts[0]!.opened(REOPENED);
  assert.equal(calls, ['replaced']);
});

test('keeps trying with longer waits', async () => {
  const { reconnector: made, attempts, pass } = reconnector();
  made.lost(LOST);
  for (let i = 0; i < 6; i += 1) {
    await pass(1_000);
    assert.is(attempts.length, i + 1);
    attempts[i]!.failed(new Error('no'));
  }
});

test('with maxAttempts 0 a lost connection stays lost', () => {
  const { reconnector: made, attempts } = reconnector(0);
  assert.is(made.lost(LOST), false);
  assert.is(attempts.length, 0);
});

test('gives up after maxAttempts, with the last error', async () => {
  const { reconnector: made, attempts, calls, pass } = reconnector(2);
  made.lost(LOST);
  await pass(1_000);
  attempts[0]!.failed('first');
  await pass(1_000);
  attempts[1]!.failed('second');
  await pass(10_000);
  assert.equal([attempts.length, calls], [2, ['finished: second']]);
});

test('does not come back after a goodbye of the server, or of the user', () => {
  const { reconnector: made } = reconnector();
  assert.is(made.lost({ code: 1000, reason: '', wasClean: true, initiator: 'remote' }), false);
  made.leave();
  assert.is(made.lost(LOST), false);
});

test('comes back after every end that this side brought about without being asked', () => {
  for (const code of [1001, 1002, 1007, 1008, 1009, 1011, 1013]) {
    const { reconnector: made } = reconnector();
    assert.is(made.lost({ code, reason: '', wasClean: true, initiator: 'local' }), true, `code ${code}`);
  }
});

test('a refusal that cannot change ends it, with what the server said; others do not', async () => {
  const refused = async (status: number, isFresh = false) => {
    const { reconnector: made, attempts, calls, pass } = reconnector(Number.POSITIVE_INFINITY, isFresh);
    made.lost(LOST);
    await pass(1_000);
    attempts[0]!.failed(new HandshakeError(status, `answered ${status}`));
    return calls;
  };
  for (const status of [301, 400, 401, 403, 404, 410]) {
    assert.equal(await refused(status), [`finished: HandshakeError: answered ${status}`]);
  }
  for (const status of [408, 425, 429, 500, 502, 503]) assert.equal(await refused(status), []);
  assert.equal(await refused(401, true), [], 'a fresh token may help');
  assert.is((await refused(404, true)).length, 1);
});

test('tells every step', async () => {
  const { reconnector: made, attempts, told, pass } = reconnector();
  made.lost(LOST);
  await pass(1_000);
  attempts[0]!.failed(new Error('no'));
  await pass(1_000);
  assert.equal(told, ['waiting true', 'connecting', 'waiting true', 'connecting']);
});

test('stops between attempts, and in one', async () => {
  const { reconnector: made, attempts, calls, pass } = reconnector();
  made.lost(LOST);
  made.stop();
  await pass(10_000);
  assert.is(attempts.length, 0);
  made.lost(LOST);
  await pass(1_000);
  made.stop();
  assert.equal(calls, ['given up']);
});

test.run();
