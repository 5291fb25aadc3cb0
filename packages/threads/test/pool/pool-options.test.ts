import { availableParallelism } from 'node:os';
import { UsageError } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { POOL_DEFAULTS, type PoolOptions, poolSettings } from '../../src/pool/pool-options.ts';

const test = suite('pool options');

function refusal(options: unknown): UsageError {
  try {
    poolSettings(options as PoolOptions, 'ThreadPool', ['resourceLimits']);
  } catch (error) {
    if (error instanceof UsageError) return error;
  }
  throw new Error('it was accepted');
}

test('every option has a default', () => {
  assert.equal(poolSettings(undefined, 'ThreadPool', []), {
    ...POOL_DEFAULTS,
    size: availableParallelism(),
    name: 'ThreadPool',
  });
});

test('a bare number is told to be a size', () => {
  assert.match(refusal(4).message, 'new ThreadPool() takes an options object, got 4: write { size: 4 }');
});

test('size takes 1 to 1024', () => {
  assert.is(poolSettings({ size: 1 }, 'ThreadPool', []).size, 1);
  assert.is(poolSettings({ size: 1024 }, 'ThreadPool', []).size, 1024);
  assert.match(refusal({ size: 0 }).message, /size takes a whole number from 1 to 1024, got 0/);
  assert.is(refusal({ size: 1025 }).code, 'ERR_OXBOW_THREADS_BAD_OPTION');
});

test('maxQueue takes 0 or more', () => {
  assert.is(poolSettings({ maxQueue: 0 }, 'ThreadPool', []).maxQueue, 0);
  assert.is(refusal({ maxQueue: -1 }).code, 'ERR_OXBOW_THREADS_BAD_OPTION');
});

test('durations take 0 or more, Infinity included', () => {
  const settings = poolSettings({ graceMs: 0, idleTimeoutMs: Infinity }, 'ThreadPool', []);
  assert.equal([settings.graceMs, settings.idleTimeoutMs], [0, Infinity]);
  assert.match(
    refusal({ graceMs: -1 }).message,
    /graceMs must be a number of milliseconds of 0 or more, got -1/,
  );
  assert.match(refusal({ idleTimeoutMs: '5' }).message, /idleTimeoutMs/);
});

test('an unknown option is refused by the nearest known one, those of this kind of pool included', () => {
  assert.match(refusal({ graceMS: 1 }).message, /did you mean "graceMs"/);
  assert.match(refusal({ resourceLimit: {} }).message, /did you mean "resourceLimits"/);
});

test.run();
