import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { BACKOFF_DEFAULTS, Backoff, BackoffError, type BackoffOptions } from '../src/backoff.ts';

const test = suite('Backoff');

const longest = (options: BackoffOptions, attempts: readonly number[]): (number | undefined)[] => {
  const backoff = new Backoff({ ...options, random: () => 1 });
  return attempts.map((attempt) => backoff.delayMs(attempt));
};

test('doubles from half a second to half a minute, for ever', () => {
  assert.equal(
    longest({}, [1, 2, 3, 4, 5, 6, 7, 8, 1_000, 1e9]),
    [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000],
  );
  assert.is(new Backoff().maxAttempts, Number.POSITIVE_INFINITY);
  assert.is(new Backoff().random, Math.random);
});

test('grows by its factor; 1 keeps the waits equal', () => {
  assert.equal(longest({ baseMs: 10, factor: 3, maxMs: 200 }, [1, 2, 3, 4]), [10, 30, 90, 200]);
  assert.equal(longest({ baseMs: 10, factor: 1 }, [1, 2, 100]), [10, 10, 10]);
});

test('full jitter: anything from 0 to the longest wait', () => {
  fc.assert(
    fc.property(fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const backoff = new Backoff({ random: () => random });
      const delayMs = backoff.delayMs(attempt + 1)!;
      assert.is(delayMs, random * backoff.longestMs(attempt + 1));
      assert.ok(delayMs >= 0 && delayMs <= 30_000);
    }),
  );
});

test('gives up after its last attempt: the last one is waited for, one more is not', () => {
  assert.equal(longest({ maxAttempts: 2 }, [1, 2, 3]), [500, 1_000, undefined]);
  assert.equal(longest({ maxAttempts: 0 }, [1]), [undefined]);
});

test('one object serves many: it counts nothing itself', () => {
  const backoff = new Backoff({ random: () => 1 });
  assert.equal([backoff.delayMs(3), backoff.delayMs(1), backoff.delayMs(3)], [2_000, 500, 2_000]);
});

test('0 is at once, however many attempts', () => {
  assert.equal(longest({ baseMs: 0 }, [1, 2, 5_000]), [0, 0, 0]);
  assert.equal(longest({ baseMs: 0, maxMs: 0 }, [1, 2]), [0, 0]);
});

test('the default of one bound yields to the other bound', () => {
  assert.is(new Backoff({ baseMs: 60_000 }).maxMs, 60_000);
  assert.is(new Backoff({ maxMs: 100 }).baseMs, 100);
});

test('a package may have other defaults, which what is given replaces', () => {
  const usual = { baseMs: 200, maxMs: 10_000, maxAttempts: 2 };
  const backoff = new Backoff({ baseMs: 50, maxAttempts: undefined }, usual);
  assert.equal([backoff.baseMs, backoff.maxMs, backoff.maxAttempts, backoff.factor], [50, 10_000, 2, 2]);
});

test('an option that is undefined counts as not given', () => {
  const backoff = new Backoff({ baseMs: undefined, maxMs: undefined, maxAttempts: undefined });
  assert.equal([backoff.baseMs, backoff.maxMs], [BACKOFF_DEFAULTS.baseMs, BACKOFF_DEFAULTS.maxMs]);
});

test('refuses what is out of range, with the option and the value', () => {
  const refused: readonly (readonly [BackoffOptions, string, string])[] = [
    [{ baseMs: -1 }, 'baseMs', 'baseMs must be a finite number of milliseconds of 0 or more, got -1'],
    [{ baseMs: Number.NaN }, 'baseMs', 'got NaN'],
    [{ baseMs: Number.POSITIVE_INFINITY }, 'baseMs', 'got Infinity'],
    [{ baseMs: '5' as never }, 'baseMs', "got '5'"],
    [
      { baseMs: 100, maxMs: 99 },
      'maxMs',
      'maxMs must be a finite number of milliseconds of baseMs (100) or more, got 99',
    ],
    [{ maxMs: Number.POSITIVE_INFINITY }, 'maxMs', 'got Infinity'],
    [{ factor: 0.99 }, 'factor', 'factor must be a finite number of 1 or more, got 0.99'],
    [{ maxAttempts: -1 }, 'maxAttempts', 'got -1'],
    [
      { maxAttempts: 1.5 },
      'maxAttempts',
      'maxAttempts must be a whole number of 0 or more, or Infinity, got 1.5',
    ],
    [{ random: 0.5 as never }, 'random', 'random must be a function, got 0.5'],
    [
      { jitter: 1 } as never,
      'jitter',
      'no option "jitter": it takes baseMs, maxMs, factor, maxAttempts, random',
    ],
    [null as never, 'options', 'takes an object of options, got null'],
    [7 as never, 'options', 'takes an object of options, got 7'],
  ];
  for (const [options, option, message] of refused) {
    assert.throws(
      () => new Backoff(options),
      (error: unknown) =>
        error instanceof BackoffError &&
        error.code === 'ERR_OXBOW_BACKOFF_INVALID' &&
        error.option === option &&
        error.message.includes(message),
      message,
    );
  }
});

test.run();
