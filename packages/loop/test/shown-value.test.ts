import { assert, suite } from '@oxbow/testkit';
import { shown } from '../src/shown-value.ts';

const test = suite('a refused value in a message');

test('tells a string from a number, and shows the beginning of a long one', () => {
  assert.is(shown('5'), "'5'");
  assert.is(shown(5), '5');
  assert.is(shown(Number.NaN), 'NaN');
  assert.is(shown(5n), '5n');
  assert.is(shown('x'.repeat(41)), `'${'x'.repeat(40)}…'`);
});

test('names the kind of an object', () => {
  assert.is(shown(null), 'null');
  assert.is(shown(undefined), 'undefined');
  assert.is(shown({}), 'an object');
  assert.is(shown(Object.create(null)), 'an object');
  assert.is(shown([]), 'an array');
  assert.is(shown(Promise.resolve()), 'a Promise');
  assert.is(shown(new Error('x')), 'an Error');
  assert.is(
    shown(() => {}),
    'a function',
  );
  assert.is(shown(Symbol('s')), 'Symbol(s)');
});

test('never throws', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assert.is(shown(proxy), 'an object');
  const hostile = {
    get constructor(): never {
      throw new Error('no');
    },
  };
  assert.is(shown(hostile), 'an object');
});

test.run();
