// covers: src/overflow-policy.ts
import { assert, suite } from '@oxbow/testkit';
import { bufferBounds, checkCount, checkPositive, DEFAULT_BUFFER_BOUNDS } from '../src/overflow.ts';

const test = suite('buffer options');

test('none at all are the defaults', () => {
  assert.is(bufferBounds(undefined, 'x()'), DEFAULT_BUFFER_BOUNDS);
  assert.is(bufferBounds({}, 'x()'), DEFAULT_BUFFER_BOUNDS);
});

test('an unknown name is refused, naming the nearest', () => {
  assert.throws(() => bufferBounds({ highwaterMark: 1 } as never, 'x()'), /highWaterMark/);
});

test('values out of range are refused with ERR_OXBOW_STREAM_INPUT and the value', () => {
  for (const highWaterMark of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '1' as never]) {
    assert.throws(
      () => bufferBounds({ highWaterMark }, 'x()'),
      (error: { code: string; message: string }) => {
        return error.code === 'ERR_OXBOW_STREAM_INPUT' && error.message.includes(String(highWaterMark));
      },
    );
  }
  assert.throws(() => bufferBounds({ overflow: 'drop' as never }, 'x()'), /drop-oldest/);
  assert.throws(() => bufferBounds({ size: 1 as never }, 'x()'), /size/);
  assert.throws(() => bufferBounds({ signal: {} as never }, 'x()'), /AbortSignal/);
});

test('counts are whole and at least 1, times and weights above 0', () => {
  checkCount(1, 'n');
  checkCount(Number.POSITIVE_INFINITY, 'n', true);
  checkPositive(0.5, 'n');
  assert.throws(() => checkCount(0, 'n'));
  assert.throws(() => checkCount(1.5, 'n'));
  assert.throws(() => checkCount(Number.POSITIVE_INFINITY, 'n'));
  assert.throws(() => checkPositive(0, 'n'));
});

test.run();
