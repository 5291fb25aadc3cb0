import { assert, suite } from '@oxbow/testkit';
import { countsOf } from '../src/frameworks.mjs';

const test = suite('tests inside frameworks');

test('are counted by the summary of their file', () => {
  assert.equal(countsOf('\n  Total:     5\n  Passed:    5\n'), { passed: 5, failed: 0 });
  assert.equal(countsOf('\n  Total:     5\n  Passed:    3\n'), { passed: 3, failed: 2 });
});

test('count as a failure when the file ends before it', () => {
  assert.equal(countsOf('Error: Cannot find module'), { passed: 0, failed: 1 });
});

test.run();
