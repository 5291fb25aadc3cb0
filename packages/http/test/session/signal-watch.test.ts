import { getEventListeners } from 'node:events';
import { assert, suite } from '@oxbow/testkit';
import { unwatchSignal, watchSignal } from '../../src/session/signal-watch.ts';

const test = suite('watching abort signals');

const member = () => {
  const reasons: unknown[] = [];
  return { reasons, onAbort: (reason: unknown) => void reasons.push(reason) };
};

test('however many requests share a signal, it has one listener, and none when they are over', () => {
  const { signal } = new AbortController();
  const members = Array.from({ length: 100 }, member);
  for (const one of members) watchSignal(signal, one);
  assert.is(getEventListeners(signal, 'abort').length, 1);
  for (const one of members) unwatchSignal(signal, one);
  assert.is(getEventListeners(signal, 'abort').length, 0);
});

test('everyone who still watches is told the reason, once', () => {
  const controller = new AbortController();
  const [a, b, c] = [member(), member(), member()];
  for (const one of [a, b, c]) watchSignal(controller.signal, one);
  unwatchSignal(controller.signal, b);
  controller.abort('why');
  assert.equal([a.reasons, b.reasons, c.reasons], [['why'], [], ['why']]);
  unwatchSignal(controller.signal, a);
  assert.is(getEventListeners(controller.signal, 'abort').length, 0);
});

test.run();
