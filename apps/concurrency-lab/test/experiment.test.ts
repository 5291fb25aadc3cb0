import { assert, suite } from '@oxbow/testkit';
import { DEFAULT_EXPERIMENT, faultOf, MAX_JOBS } from '../src/experiment.ts';

const test = suite('an experiment');

test('the default one can be made, and so can the largest', () => {
  assert.is(faultOf(DEFAULT_EXPERIMENT), undefined);
  assert.is(
    faultOf({ jobs: [MAX_JOBS], jobMs: 1000, cpuShare: 100, models: ['async'], workers: 16 }),
    undefined,
  );
});

test('what lies outside is refused in words', () => {
  for (const [change, words] of [
    [{ jobs: [] }, 'numbers of jobs'],
    [{ jobs: [0] }, 'numbers of jobs'],
    [{ jobs: [MAX_JOBS + 1] }, 'numbers of jobs'],
    [{ jobs: [Number.NaN] }, 'numbers of jobs'],
    [{ jobs: Array.from({ length: 21 }, () => 1) }, 'up to 20'],
    [{ jobMs: 0 }, 'from 1 to 1000'],
    [{ jobMs: 1001 }, 'from 1 to 1000'],
    [{ cpuShare: 101 }, 'from 0 to 100'],
    [{ workers: 0 }, 'from 1 to 16'],
    [{ workers: 17 }, 'from 1 to 16'],
    [{ models: [] }, 'at least one model'],
    [{ models: ['magic' as 'async'] }, 'no model "magic"'],
  ] as const) {
    assert.match(faultOf({ ...DEFAULT_EXPERIMENT, ...change }) ?? '', words);
  }
});

test.run();
