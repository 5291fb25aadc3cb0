import { EventLoop, VirtualClock } from '@oxbow/loop';
import { Backoff } from '@oxbow/loop/backoff';
import { assert, suite } from '@oxbow/testkit';
import { type AttemptEvents, Reconnector } from '../../src/client/reconnector.ts';
import type { CloseInfo } from '../../src/protocol/close-handshake.ts';
import { settle } from '../fixtures/memory-transport.ts';

const LOST: CloseInfo = { code: 1006, reason: '', wasClean: false, initiator: 'network' };

function reconnector(maxAttempts = Number.POSITIVE_INFINITY) {
  const clock = new VirtualClock({ autoJump: false });
  const attempts: AttemptEvents[] = [];
  const calls: string[] = [];
  const made = new Reconnector(
    new Backoff({ baseMs: 100, maxMs: 1_000, maxAttempts }),
    new EventLoop({ clock }),
    (events) => {
      attempts.push(events);
      return () => calls.push('given up');
    },
  );
  made.of({
    replace: () => calls.push('replaced'),
    finish: ({ error }) => calls.push(`finished: ${String(error)}`),
    discardMessages: () => {},
  });
  const pass = async (ms: number) => {
    await settle();
    clock.advance(ms);
    await settle();
  };
  return { reconnector: made, attempts, calls, pass };
}

const test = suite('reconnector');

test('tries again after at most the first delay, and puts the new connection in place', async () => {
  const { reconnector: made, attempts, calls, pass } = reconnector();
  assert.is(made.lost(LOST), true);
  await pass(100);
  assert.is(attempts.length, 1);
  attempts[0]!.opened(() => undefined as never);
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

test('does not come back after a goodbye of either side', () => {
  const { reconnector: made } = reconnector();
  assert.is(made.lost({ ...LOST, initiator: 'local' }), false);
  assert.is(made.lost({ code: 1000, reason: '', wasClean: true, initiator: 'remote' }), false);
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
