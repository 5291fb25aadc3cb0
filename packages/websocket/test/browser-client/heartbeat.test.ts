import { assert, suite } from '@oxbow/testkit';
import { HEARTBEAT_DEFAULTS, Heartbeat } from '../../src/browser-client/heartbeat.ts';
import { sealed, unseal } from '../../src/envelope/envelope.ts';
import { fakeTimers } from '../fixtures/fake-web-socket.ts';

function beating() {
  const timers = fakeTimers();
  const asked: number[] = [];
  let deaths = 0;
  const heartbeat = new Heartbeat(HEARTBEAT_DEFAULTS, {
    timers,
    send: (envelope) => asked.push(unseal(envelope)!.id),
    dead: () => (deaths += 1),
  });
  const answer = (id: number) => heartbeat.receive(unseal(sealed('pong', id, undefined))!);
  return { heartbeat, timers, asked, answer, deaths: () => deaths };
}

const test = suite('heartbeat of a page');

test('asks at the start and after each silence, and measures the answers', () => {
  const { heartbeat, timers, asked, answer, deaths } = beating();
  heartbeat.start();
  timers.advance(30);
  answer(1);
  assert.is(heartbeat.latencyMs, 30);
  timers.advance(20_000);
  assert.equal(asked, [1, 2]);
  answer(2);
  assert.equal([heartbeat.latencyMs, deaths()], [0, 0]);
});

test('a server that stops answering is dead after the timeout, and not before', () => {
  const { heartbeat, timers, answer, deaths } = beating();
  heartbeat.start();
  answer(1);
  timers.advance(20_000);
  timers.advance(9_999);
  assert.is(deaths(), 0);
  timers.advance(1);
  assert.is(deaths(), 1);
});

test('anything the server says counts as life', () => {
  const { heartbeat, timers, answer, deaths } = beating();
  heartbeat.start();
  answer(1);
  timers.advance(20_000);
  heartbeat.heard();
  timers.advance(10_000);
  assert.is(deaths(), 0);
});

test('a server that has never answered is not asked again, and not given up', () => {
  const { heartbeat, timers, asked, deaths } = beating();
  heartbeat.start();
  heartbeat.heard();
  timers.advance(100_000);
  heartbeat.wake();
  timers.advance(100_000);
  assert.equal([asked, deaths(), timers.pending], [[1], 0, 0]);
});

test('when the page wakes, the answer must come soon', () => {
  const { heartbeat, timers, answer, deaths } = beating();
  heartbeat.start();
  answer(1);
  timers.advance(5_000);
  heartbeat.wake();
  timers.advance(3_000);
  assert.is(deaths(), 1);
});

test('without a connection nothing is asked', () => {
  const { heartbeat, timers, asked, answer } = beating();
  heartbeat.start();
  answer(1);
  heartbeat.stop();
  heartbeat.wake();
  timers.advance(100_000);
  assert.equal([asked, timers.pending], [[1], 0]);
});

test('an answer to another question is no answer', () => {
  const { heartbeat, answer } = beating();
  heartbeat.start();
  assert.is(answer(9), true);
  assert.is(heartbeat.latencyMs, undefined);
  assert.is(heartbeat.receive(unseal(sealed('reply', 1, undefined))!), false);
});

test.run();
