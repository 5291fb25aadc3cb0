import { assert, suite } from '@oxbow/testkit';
import { nearest } from '../src/nearest.mjs';

const test = suite('nearest');

test('finds the word that was meant', () => {
  assert.is(nearest('strat', ['start', 'test']), 'start');
  assert.is(nearest('lop', ['codec', 'loop']), 'loop');
  assert.is(nearest('--coverge', ['--coverage', '--no-cache']), '--coverage');
});

test('guesses nothing when no word is near', () => {
  assert.is(nearest('zebra', ['start', 'loop']), undefined);
  assert.is(nearest('start', []), undefined);
});

test.run();
