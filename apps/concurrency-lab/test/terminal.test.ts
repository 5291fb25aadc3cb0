import { assert, suite } from '@oxbow/testkit';
import { DEFAULT_EXPERIMENT } from '../src/experiment.ts';
import { heading, line } from '../src/terminal.ts';

const test = suite('the table on the terminal');
const experiment = { ...DEFAULT_EXPERIMENT, models: ['in-turn', 'async'] as const };

test('has a column for each model that was chosen', () => {
  assert.match(heading(experiment), /N +in-turn +async\n$/);
  assert.match(heading(experiment), 'N jobs of 20 ms, 25 % of it computing, 4 workers');
});

test('has a line for each number of jobs, with a dash for what was left out', () => {
  const measurement = { model: 'async', jobs: 10, elapsedMs: 71.4, lagMs: 55 } as const;
  assert.match(line(10, experiment, [measurement]), /^ +10 +– +71 \(55\)\n$/);
});

test.run();
