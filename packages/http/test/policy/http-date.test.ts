import { assert, suite } from '@oxbow/testkit';
import { formatHttpDate, parseHttpDate } from '../../src/policy/http-date.ts';

const test = suite('HTTP dates (RFC 9110 §5.6.7)');

const NOW = Date.UTC(2026, 10, 30);
const EXAMPLE = Date.UTC(1994, 10, 6, 8, 49, 37);

for (const text of [
  'Sun, 06 Nov 1994 08:49:37 GMT',
  'Sunday, 06-Nov-94 08:49:37 GMT',
  'Sun Nov  6 08:49:37 1994',
  'Sun, 6 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 08:49:37 UTC',
]) {
  test(`${text} is read as GMT, wherever the machine is`, () => {
    assert.is(parseHttpDate(text, NOW), EXAMPLE);
  });
}

test('a year of two digits is at most 50 years ahead', () => {
  assert.is(parseHttpDate('Monday, 30-Nov-76 00:00:00 GMT', NOW), Date.UTC(2076, 10, 30));
  assert.is(parseHttpDate('Tuesday, 30-Nov-77 00:00:00 GMT', NOW), Date.UTC(1977, 10, 30));
});

test('a leap second is the second before', () => {
  assert.is(parseHttpDate('Sat, 31 Dec 2016 23:59:60 GMT', NOW), Date.UTC(2016, 11, 31, 23, 59, 59));
});

for (const text of [
  '',
  '0',
  '-1',
  'soon 1',
  'Sun, 06 Nov 1994',
  'Sun, 06 Nov 1994 08:49:37',
  'Sun, 06 Nov 1994 08:49:37 CET',
  'Sun, 31 Apr 1994 08:49:37 GMT',
  'Sun, 06 Xxx 1994 08:49:37 GMT',
  'Sun, 06 ovD 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 24:49:37 GMT',
  '1994-11-06T08:49:37Z',
]) {
  test(`${JSON.stringify(text)} is no date`, () => {
    assert.is(parseHttpDate(text, NOW), undefined);
  });
}

test('what is written is read back', () => {
  assert.is(formatHttpDate(EXAMPLE), 'Sun, 06 Nov 1994 08:49:37 GMT');
  assert.is(parseHttpDate(formatHttpDate(EXAMPLE), NOW), EXAMPLE);
});

test.run();
