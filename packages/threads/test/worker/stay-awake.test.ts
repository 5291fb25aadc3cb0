import { assert, suite } from '@oxbow/testkit';
import { AWAKE_MS, StayAwake } from '../../src/worker/stay-awake.ts';

const test = suite('stay awake');

/** Time between an answer and the next call, and from a call to its answer. */
const QUICK = { gapMs: 0.01, tripMs: 0.02 };

/** Calls one after the other, on a clock that only they move. */
function caller(): { judge: StayAwake; call(options?: { gapMs?: number; tripMs?: number }): void } {
  const judge = new StayAwake();
  let nowMs = 1000;
  return {
    judge,
    call({ gapMs = QUICK.gapMs, tripMs = QUICK.tripMs } = {}) {
      judge.sent((nowMs += gapMs));
      judge.answered((nowMs += tripMs));
    },
  };
}

function times(count: number, act: () => void): void {
  for (let done = 0; done < count; done++) act();
}

test('both ends sleep until some quick calls came in a row', () => {
  const { judge, call } = caller();
  times(2, call);
  assert.not(judge.now);
  call();
  assert.ok(judge.now);
});

test('the worker begins one call earlier: waking it takes longer than this end waits', () => {
  const { judge, call } = caller();
  call();
  assert.not(judge.worker);
  call();
  assert.ok(judge.worker);
  assert.not(judge.now);
});

test('a long pause between calls sends the ends to sleep, a pause of the waiting time does not', () => {
  const { judge, call } = caller();
  times(3, call);
  call({ gapMs: AWAKE_MS * 0.99 });
  assert.ok(judge.now);
  judge.sent(2000);
  assert.not(judge.now);
});

test('a call that takes long sends the ends to sleep', () => {
  const { judge, call } = caller();
  times(5, call);
  call({ tripMs: 1 });
  assert.not(judge.now);
});

test('calls that come several at a time count from the beginning', () => {
  const { judge, call } = caller();
  times(5, call);
  judge.crowded();
  times(2, call);
  assert.not(judge.now);
  call();
  assert.ok(judge.now);
});

test('each wait in vain doubles the calls it takes, up to 32', () => {
  const { judge, call } = caller();
  times(3, call);
  for (const needed of [6, 12, 24, 32, 32]) {
    judge.gaveUp();
    times(needed - 1, call);
    assert.not(judge.now, `after ${needed - 1}`);
    call();
    assert.ok(judge.now, `after ${needed}`);
  }
});

test('a wait in vain is forgotten after a run of sixteen', () => {
  const { judge, call } = caller();
  times(3, call);
  judge.gaveUp();
  times(6 + 16, call);
  judge.gaveUp();
  times(5, call);
  assert.not(judge.now);
  call();
  assert.ok(judge.now);
  judge.gaveUp();
  times(11, call);
  assert.not(judge.now, 'not forgotten after fewer');
});

test('a call that takes long while the ends sleep costs nothing later', () => {
  const { judge, call } = caller();
  times(20, () => call({ tripMs: 5 }));
  times(3, call);
  assert.ok(judge.now);
});

test.run();
