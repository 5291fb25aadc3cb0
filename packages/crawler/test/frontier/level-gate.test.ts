import { assert, suite } from '@oxbow/testkit';
import { LevelGate } from '../../src/frontier/level-gate.ts';

const test = suite('LevelGate');

test('lets the first level pass and is closed to what is deeper', () => {
  const gate = new LevelGate();
  assert.not(gate.isClosedTo(0));
  assert.ok(gate.isClosedTo(1));
});
test('opens the next level when nothing nearer is left, and only that one', () => {
  const gate = new LevelGate();
  gate.add(0);
  gate.add(1, 2);
  gate.add(2);
  assert.is(gate.open(), undefined);
  gate.end(0);
  assert.is(gate.open(), 1);
  assert.is(gate.open(), undefined);
  gate.end(1);
  assert.is(gate.open(), undefined);
  gate.end(1);
  assert.ok(gate.isClosedTo(2));
  assert.is(gate.open(), 2);
  assert.not(gate.isClosedTo(2));
});
test('skips levels that are empty, and ends with nothing', () => {
  const gate = new LevelGate();
  assert.is(gate.open(), undefined);
  gate.add(7);
  assert.is(gate.open(), 7);
  gate.end(7);
  assert.is(gate.open(), undefined);
});
test('does not go deeper while something offered late is nearer', () => {
  const gate = new LevelGate();
  gate.add(1);
  gate.open();
  gate.add(0);
  gate.end(1);
  gate.add(2);
  assert.is(gate.open(), undefined);
  gate.end(0);
  assert.is(gate.open(), 2);
});

test.run();
