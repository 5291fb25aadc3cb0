import { assert, suite } from '@oxbow/testkit';
import type { OptionError } from '../src/errors.ts';
import { checkBoolean, checkChoice, checkFunction, checkInteger, withDefaults } from '../src/options.ts';
import { errorOf } from './feed.ts';

const test = suite('options');
const defaults: { readonly maxFrameBytes: number; readonly extensions: string } = Object.freeze({
  maxFrameBytes: 10,
  extensions: 'none',
});

test('what is given is laid over the defaults, and undefined counts as not given', () => {
  assert.is(withDefaults('x()', undefined, defaults), defaults);
  assert.equal(withDefaults('x()', { maxFrameBytes: 5, extensions: undefined as never }, defaults), {
    maxFrameBytes: 5,
    extensions: 'none',
  });
});

test('an unknown name is refused with the nearest one, or with all when none is near', () => {
  const near = errorOf(() =>
    withDefaults('x()', { maxframesize: 1 } as never, defaults),
  ) as unknown as OptionError;
  assert.equal([near.code, near.option], ['ERR_OXBOW_UNKNOWN_OPTION', 'maxframesize']);
  assert.match(near.message, /x\(\) has no option "maxframesize"; did you mean "maxFrameBytes"\?/);
  assert.match(
    errorOf(() => withDefaults('x()', { zz: 1 } as never, defaults)).message,
    /it takes maxFrameBytes, extensions/,
  );
  assert.is(
    errorOf(() => withDefaults('x()', { __proto__: null, toString: 1 } as never, defaults)).code,
    'ERR_OXBOW_UNKNOWN_OPTION',
  );
});

test('options that are no object are refused', () => {
  for (const wrong of [null, 7, 'fast']) {
    assert.is(
      errorOf(() => withDefaults('x()', wrong as never, defaults)).code,
      'ERR_OXBOW_CODEC_INVALID_OPTION',
    );
  }
});

test('each check passes what it should and names what it refuses', () => {
  checkInteger('x()', 'n', 1, 1, 2);
  checkInteger('x()', 'n', 2, 1, 2);
  checkChoice('x()', 'c', 'a', ['a', 'b']);
  checkBoolean('x()', 'b', false);
  checkFunction('x()', 'f', undefined);
  for (const [run, message] of [
    [() => checkInteger('x()', 'n', 0, 1, 2), /n must be a whole number from 1 to 2, got 0/],
    [() => checkInteger('x()', 'n', 3, 1, 2), /got 3/],
    [() => checkInteger('x()', 'n', '1', 1, 2), /got 1/],
    [() => checkInteger('x()', 'n', Number.NaN, 1, 2), /got NaN/],
    [() => checkChoice('x()', 'c', 'z', ['a', 'b']), /c must be one of a, b, got z/],
    [() => checkBoolean('x()', 'b', 'yes'), /b must be true or false, got yes/],
    [() => checkFunction('x()', 'f', null), /f must be a function, got null/],
  ] as const) {
    const error = errorOf(run);
    assert.is(error.code, 'ERR_OXBOW_CODEC_INVALID_OPTION');
    assert.match(error.message, message);
  }
});

test.run();
