import { assert, suite } from '@oxbow/testkit';
import { limitFromEnv } from '../src/limits.ts';

const test = suite('limits from the environment');

const name = 'OXBOW_LIMIT_UNDER_TEST';
test.after.each(() => {
  delete process.env[name];
});

test('fall back when unset or empty', () => {
  assert.is(limitFromEnv(name, 7), 7);
  process.env[name] = '';
  assert.is(limitFromEnv(name, 7), 7);
});

test('are whole numbers from 1 on', () => {
  process.env[name] = '1';
  assert.is(limitFromEnv(name, 7), 1);
});

test('are refused when they are anything else', () => {
  for (const value of ['0', '-1', '1.5', 'long', 'Infinity']) {
    process.env[name] = value;
    assert.throws(
      () => limitFromEnv(name, 7),
      `${name} must be a whole number of at least 1, not "${value}".`,
    );
  }
});

test.run();
