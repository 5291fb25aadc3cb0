import { assert, suite } from '@oxbow/testkit';
import { Results, type TableResult } from '../../src/harness/results.ts';

const table = (id: string, ours: readonly number[], theirs: readonly number[]): TableResult => ({
  id,
  title: id,
  about: '',
  unit: 'ns',
  reference: 'ours',
  rows: [
    { name: 'ours', samples: ours },
    { name: 'theirs', samples: theirs },
  ],
});

const test = suite('results');

test('a ratio is of the medians', () => {
  const results = new Results([table('a', [10, 1, 2], [8, 8, 800])]);
  assert.is(results.ratio('a', 'theirs', 'ours'), 4);
});

test('a row without samples has no ratio', () => {
  const results = new Results([table('a', [1], [])]);
  assert.is(results.ratio('a', 'theirs', 'ours'), undefined);
  assert.is(results.ratio('a', 'ours', 'theirs'), undefined);
});

test('a table that was not run has no ratio', () => {
  assert.is(new Results([]).ratio('a', 'ours', 'theirs'), undefined);
});

test('the mean and the least ratio go over several tables', () => {
  const results = new Results([table('a', [1], [2]), table('b', [1], [8])]);
  assert.ok(Math.abs((results.meanRatio(['a', 'b'], 'theirs', 'ours') ?? 0) - 4) < 1e-12);
  assert.is(results.leastRatio(['a', 'b'], 'theirs', 'ours'), 2);
});

test('one table that lacks the row leaves the mean unmeasured', () => {
  const results = new Results([table('a', [1], [2]), table('b', [1], [])]);
  assert.is(results.meanRatio(['a', 'b'], 'theirs', 'ours'), undefined);
  assert.is(results.leastRatio(['a', 'b'], 'theirs', 'ours'), undefined);
});

test('the ratio over no tables is unmeasured', () => {
  assert.is(new Results([]).meanRatio([], 'theirs', 'ours'), undefined);
});

test.run();
