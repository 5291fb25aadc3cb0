import { assert, suite } from '@oxbow/testkit';
import { addUp, lastLine } from '../src/tally.mjs';

const test = suite('the tally');

const passed = { passed: 3, failed: 0, skipped: 1 };

test('adds up the projects', () => {
  const sum = addUp(
    [
      { name: 'loop', results: passed },
      { name: 'codec', results: { passed: 1, failed: 2, skipped: 0 } },
    ],
    1,
  );
  assert.equal(sum, { passed: 4, failed: 2, skipped: 1, problems: [] });
});

test('counts a project without results as a failure', () => {
  const sum = addUp(
    [
      { name: 'loop', results: passed },
      { name: 'codec', results: undefined },
    ],
    1,
  );
  assert.is(sum.failed, 1);
  assert.match(sum.problems[0] ?? '', 'codec left no results');
});

test('counts a bad exit code that no test explains as a failure', () => {
  assert.is(addUp([{ name: 'loop', results: passed }], 3).failed, 1);
});

test('counts a run in which nothing passed as a failure', () => {
  assert.is(addUp([], 0).failed, 1);
  assert.is(addUp([{ name: 'loop', results: { passed: 0, failed: 0, skipped: 2 } }], 0).failed, 1);
  assert.is(addUp([], 0, { mayBeEmpty: true }).failed, 0);
});

test('ends with a line of the two counts, and the third when there is one', () => {
  assert.is(lastLine({ passed: 12, failed: 0, skipped: 0 }), '12 passed, 0 failed');
  assert.is(lastLine({ passed: 12, failed: 1, skipped: 2 }), '12 passed, 1 failed, 2 skipped');
});

test.run();
