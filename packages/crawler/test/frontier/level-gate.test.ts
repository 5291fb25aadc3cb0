import { assert, suite } from '@oxbow/testkit';
import { LevelGate } from '../../src/frontier/level-gate.ts';

const test = suite('LevelGate');

test('lets the first level pass and holds what is deeper', () => {
  const gate = new LevelGate<{ depth: number }>();
  assert.not(gate.holds({ depth: 0 }));
  assert.ok(gate.holds({ depth: 1 }));
});

test('opens the next level when nothing nearer is left, and only that one', () => {
  const gate = new LevelGate<{ depth: number }>();
  const near = { depth: 1 };
  const far = { depth: 2 };
  for (const depth of [0, 1, 2]) gate.add(depth);
  gate.holds(near);
  gate.holds(far);
  assert.equal(gate.release(), []);
  gate.end(0);
  assert.equal(gate.release(), [near]);
  assert.equal(gate.release(), []);
  gate.end(1);
  assert.equal(gate.release(), [far]);
});

test('skips levels that are empty, and ends with nothing', () => {
  const gate = new LevelGate<{ depth: number }>();
  assert.equal(gate.release(), []);
  const far = { depth: 7 };
  gate.add(7);
  gate.holds(far);
  assert.equal(gate.release(), [far]);
  gate.end(7);
  assert.equal(gate.release(), []);
});

test('does not go deeper while something offered late is nearer', () => {
  const gate = new LevelGate<{ depth: number }>();
  gate.add(1);
  gate.holds({ depth: 1 });
  gate.release();
  gate.add(0);
  assert.not(gate.holds({ depth: 0 }));
  gate.end(1);
  gate.add(2);
  gate.holds({ depth: 2 });
  assert.equal(gate.release(), []);
  gate.end(0);
  assert.is(gate.release().length, 1);
});

test.run();
