import { assert, suite } from '@oxbow/testkit';
import { checkDelay, durationFault } from '../src/duration.ts';

const test = suite('durations');

const REST = [Number.NaN, -1, '5', null, undefined, {}, 5n, [5], true] as const;

test('a duration is a number above 0; Infinity is no limit', () => {
  for (const value of [Number.MIN_VALUE, 1, 1.5, 1e12, Number.POSITIVE_INFINITY]) {
    assert.is(durationFault(value), undefined);
  }
  for (const value of [0, -0, ...REST]) {
    assert.ok(durationFault(value)?.startsWith('must be a number of milliseconds above 0, got '));
  }
  assert.is(durationFault('5'), "must be a number of milliseconds above 0, got '5'");
});

test('0 passes where it means at once, and only there', () => {
  assert.is(durationFault(0, { zero: true }), undefined);
  for (const value of REST) {
    assert.ok(
      durationFault(value, { zero: true })?.startsWith('must be a number of milliseconds of 0 or more, got '),
    );
  }
});

test('Infinity is refused where there has to be an end', () => {
  assert.is(
    durationFault(Number.POSITIVE_INFINITY, { infinity: false }),
    'must be a finite number of milliseconds above 0, got Infinity',
  );
  assert.is(durationFault(1, { infinity: false }), undefined);
});

test('what is left until a deadline may be below 0: that is late, not wrong', () => {
  assert.equal(
    [-5, 0, 5, Number.POSITIVE_INFINITY].map((ms) => checkDelay(ms, 'f()')),
    [0, 0, 5, Number.POSITIVE_INFINITY],
  );
});

test('what is no number is refused, with the call and the value as it was written', () => {
  for (const value of [Number.NaN, '5', '-1', null, undefined, {}]) {
    assert.throws(
      () => checkDelay(value as never, 'sleep()'),
      (error: { code: string }) => error.code === 'ERR_OXBOW_LOOP_BAD_DELAY',
    );
  }
  const refusal = (value: unknown) => () => checkDelay(value as never, 'sleep()');
  assert.throws(
    refusal('1'),
    "sleep() takes a number of milliseconds, got '1': write 1, or Number(text) for",
  );
  assert.throws(refusal('soon'), /got 'soon'$/);
  assert.throws(
    refusal(() => {}),
    'got a function: have the arguments changed places?',
  );
});

test.run();
