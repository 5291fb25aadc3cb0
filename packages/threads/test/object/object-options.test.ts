import { UsageError } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { objectSettings, THREAD_DEFAULTS } from '../../src/object/object-options.ts';

const test = suite('the options of an object in a thread');

test('have defaults, and the name of what is opened', () => {
  assert.equal(objectSettings({}, 'Journal'), { name: 'Journal', ...THREAD_DEFAULTS });
  assert.equal(THREAD_DEFAULTS, { maxQueue: 100_000, graceMs: 30_000 });
});

test('are taken at the ends of their ranges', () => {
  const settings = objectSettings({ name: 'n', maxQueue: 1, graceMs: 0 }, 'Journal');
  assert.equal(settings, { name: 'n', maxQueue: 1, graceMs: 0 });
  assert.is(objectSettings({ graceMs: Number.POSITIVE_INFINITY }, '').graceMs, Number.POSITIVE_INFINITY);
});

test('are refused beyond, with the value', () => {
  const refused: readonly (readonly [object, string, string])[] = [
    [{ maxQueue: 0 }, 'ERR_OXBOW_THREADS_BAD_OPTION', 'maxQueue takes a whole number of 1 or more, got 0'],
    [{ maxQueue: 1.5 }, 'ERR_OXBOW_THREADS_BAD_OPTION', 'got 1.5'],
    [
      { graceMs: -1 },
      'ERR_OXBOW_THREADS_BAD_OPTION',
      'graceMs must be a number of milliseconds of 0 or more, got -1',
    ],
    [{ graceMs: '5' }, 'ERR_OXBOW_THREADS_BAD_OPTION', "got '5'"],
    [{ maxQueu: 1 }, 'ERR_OXBOW_UNKNOWN_OPTION', 'did you mean "maxQueue"?'],
  ];
  for (const [options, code, message] of refused) {
    assert.throws(
      () => objectSettings(options, 'Journal'),
      (error: unknown) =>
        error instanceof UsageError && error.code === code && error.message.includes(message),
      message,
    );
  }
});

test.run();
