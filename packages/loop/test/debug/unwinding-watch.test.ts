import { assert, suite } from '@oxbow/testkit';
import { UNWINDING_PATIENCE_MS, UnwindingWatch } from '../../src/debug/unwinding-watch.ts';

const test = suite('UnwindingWatch');

/** Timers that are fired by hand. */
function handTimers() {
  const set: { readonly delayMs: number; readonly fire: () => void }[] = [];
  const after = (delayMs: number, fire: () => void): (() => void) => {
    const timer = { delayMs, fire };
    set.push(timer);
    return () => void set.splice(set.indexOf(timer), 1);
  };
  return { set, after, fire: () => set.shift()!.fire() };
}

test('tells after 2 s, and each time it has lasted ten times longer', () => {
  const told: number[] = [];
  const timers = handTimers();
  const watch = new UnwindingWatch((lastedMs) => told.push(lastedMs), timers.after);
  watch.begin();
  watch.begin();
  assert.equal(
    timers.set.map(({ delayMs }) => delayMs),
    [UNWINDING_PATIENCE_MS],
  );
  timers.fire();
  assert.is(timers.set[0]?.delayMs, 18_000);
  timers.fire();
  assert.equal(told, [2000, 20_000]);
});

test('is over with the end, and does not begin again', () => {
  const timers = handTimers();
  const watch = new UnwindingWatch(() => {}, timers.after);
  watch.begin();
  watch.end();
  watch.begin();
  assert.is(timers.set.length, 0);
});

test('an end without a beginning is harmless', () => {
  new UnwindingWatch(() => {}).end();
});

test.run();
