import { assert, suite } from '@oxbow/testkit';
import type { Measurement } from '../../src/experiment.ts';
import { columnsOf, rowsOf } from '../../src/page/results.ts';

const MEASURED: readonly Measurement[] = [
  { model: 'async', jobs: 10, elapsedMs: 25.4, lagMs: 0 },
  { model: 'in-turn', jobs: 1, elapsedMs: 20, lagMs: 5 },
];

const test = suite('the results on the page');

test('are columns by model over the numbers of jobs', () => {
  const { xs, time, lag } = columnsOf(MEASURED);
  assert.equal(xs, [1, 10]);
  assert.equal(time.slice(0, 2), [
    [20, null],
    [null, 25.4],
  ]);
  assert.equal(lag[1], [null, 0.1]);
});

test('are rows of a table under a heading', () => {
  assert.equal(rowsOf(MEASURED), [
    ['N', 'in turn', 'async', 'threads', 'processes', 'async, computing in threads'],
    ['1', '20 (5)', '–', '–', '–', '–'],
    ['10', '–', '25 (0)', '–', '–', '–'],
  ]);
  assert.equal(rowsOf([]).length, 1);
});

test.run();
