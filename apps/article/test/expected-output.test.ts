import { assert, suite } from '@oxbow/testkit';
import { isExpected } from '../src/expected-output.ts';

const test = suite('expected output');

test('is the text itself, every sign of it', () => {
  assert.ok(isExpected('a.b (c)\n', 'a.b (c)\n'));
  assert.not.ok(isExpected('axb (c)\n', 'a.b (c)\n'));
  assert.not.ok(isExpected('a.b (c)\nmore\n', 'a.b (c)\n'));
});

test('a place-holder stands for a value of its kind', () => {
  assert.ok(isExpected('took 35 ms\n', 'took <ms> ms\n'));
  assert.not.ok(isExpected('took long ms\n', 'took <ms> ms\n'));
  assert.ok(isExpected('2.9\n', '<ratio>\n'));
  assert.not.ok(isExpected('NaN\n', '<ratio>\n'));
  assert.ok(isExpected('0.5 MiB of 4 GiB\n', '<size> of <size>\n'));
  assert.ok(isExpected('ws://127.0.0.1:4283/\n', 'ws://127.0.0.1:<port>/\n'));
  assert.ok(isExpected('it: any words\n', 'it: <words>\n'));
});

test('<…> stands for any number of lines', () => {
  for (const middle of ['', 'one\n', 'one\ntwo\n']) assert.ok(isExpected(`a\n${middle}b\n`, 'a\n<…>\nb\n'));
  assert.not.ok(isExpected('a\nb', 'a\n<…>\nb\n'));
});

test.run();
