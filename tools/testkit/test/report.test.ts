import { assert, suite } from '@oxbow/testkit';
import { emptyLedger } from '../src/ledger.ts';
import { fileReport } from '../src/report.ts';

const test = suite('the report of a file');

const passed = { file: 'test/x.test.ts', ms: 1, ledger: emptyLedger(), problems: [], log: 'noise\n' };

test('is empty when all of it passed, whatever it printed', () => {
  assert.is(fileReport(passed), '');
});

test('gives the reason of what was skipped', () => {
  const ledger = { ...emptyLedger(), skippedBecause: 'no network is here' };
  assert.is(fileReport({ ...passed, ledger }), 'test/x.test.ts skipped: no network is here');
});

test('gives the first line of each problem, and what the file printed', () => {
  const problems = [{ suite: 's', title: 't', message: 'Error: wrong\n    at somewhere' }];
  assert.is(
    fileReport({ ...passed, problems, log: 'one\ntwo\n' }),
    '✘ test/x.test.ts\n    s: t Error: wrong\n  it printed:\n    | one\n    | two',
  );
});

test.run();
