import { assert, suite } from '@oxbow/testkit';
import { checkOptions } from '../src/lowlevel.ts';

const test = suite('checkOptions');

const code = (body: () => void): string => {
  try {
    body();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return '';
};

test('passes known names and nothing at all', () => {
  checkOptions(undefined, ['a'], 'f()');
  checkOptions({}, [], 'f()');
  checkOptions({ a: 1 }, ['a', 'b'], 'f()');
});

test('refuses an unknown name and tells the nearest known one', () => {
  const check = (): void => checkOptions({ timeoutMS: 5 }, ['timeoutMs', 'returnWhen'], 'wait()');
  assert.is(code(check), 'ERR_OXBOW_UNKNOWN_OPTION');
  assert.throws(check, 'wait() has no option "timeoutMS": did you mean "timeoutMs"?');
});

test('lists the known names when none is near', () => {
  assert.throws(() => checkOptions({ zebra: 1 }, ['name', 'clock'], 'f()'), 'it knows name, clock');
  assert.throws(() => checkOptions({ zebra: 1 }, [], 'f()'), 'it knows none');
});

test('refuses what is no options object', () => {
  for (const given of [null, 5, 'x', [], () => {}]) {
    assert.is(
      code(() => checkOptions(given, ['a'], 'f()')),
      'ERR_OXBOW_INVALID_OPTIONS',
    );
  }
});

test.run();
