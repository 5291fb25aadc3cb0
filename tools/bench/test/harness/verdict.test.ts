import { assert, suite } from '@oxbow/testkit';
import { Results } from '../../src/harness/results.ts';
import type { Target } from '../../src/harness/suite.ts';
import { formatFigure, judge } from '../../src/harness/verdict.ts';

const target = (is: Target['is'], value: number | undefined): Target => ({
  text: 'a figure',
  limit: 2,
  is,
  unit: '×',
  measure: () => value,
});
const outcome = (is: Target['is'], value: number | undefined): string =>
  judge(target(is, value), new Results([])).outcome;

const test = suite('verdict');

test('at most: at the limit is met, just above is missed', () => {
  assert.is(outcome('at most', 2), 'met');
  assert.is(outcome('at most', 2.001), 'missed');
});

test('at least: at the limit is met, just below is missed', () => {
  assert.is(outcome('at least', 2), 'met');
  assert.is(outcome('at least', 1.999), 'missed');
});

test('what was not measured is neither met nor missed', () => {
  assert.equal(judge(target('at most', undefined), new Results([])), {
    text: 'a figure',
    wanted: 'at most 2×',
    measured: '–',
    outcome: 'not measured',
  });
});

test('a figure near its limit is not rounded across it', () => {
  assert.is(judge(target('at most', 2.001), new Results([])).measured, '2.001×');
});

test('figures have three digits, and whole ones from 100 on', () => {
  assert.is(formatFigure(0.012345), '0.0123');
  assert.is(formatFigure(12.345), '12.3');
  assert.is(formatFigure(100.4), '100');
  assert.is(formatFigure(123456.7), '123457');
  assert.is(formatFigure(3), '3');
  assert.is(formatFigure(Number.POSITIVE_INFINITY), '∞');
});

test.run();
