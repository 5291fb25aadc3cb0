import { assert, suite } from '@oxbow/testkit';
import { ChangeSignal } from '../../src/structures/change-signal.ts';

const test = suite('a change signal');

test('wakes everybody who waits, and nobody who comes after', async () => {
  const signal = new ChangeSignal();
  const waits = [signal.next(), signal.next()];
  signal.notify();
  await Promise.all(waits);
  let woken = false;
  const controller = new AbortController();
  const late = signal.next(controller.signal).then(() => (woken = true));
  await undefined;
  assert.not.ok(woken);
  controller.abort();
  await late;
  await signal.next(AbortSignal.abort());
});

test('wakes everybody from its close on', async () => {
  const signal = new ChangeSignal();
  const waiting = signal.next();
  signal.close();
  await waiting;
  await signal.next();
});

test.run();
