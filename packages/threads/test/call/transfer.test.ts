import { assert, suite } from '@oxbow/testkit';
import { takeMark } from '../../src/call/transfer.ts';
import { transfer } from '../../src/index.ts';

const test = suite('transfer');

test('gives the value itself, and marks the buffer under a view', () => {
  const bytes = new Uint8Array(4);
  assert.is(transfer(bytes), bytes);
  assert.ok(takeMark(bytes.buffer));
  assert.not(takeMark(bytes.buffer));
});

test('marks everything inside plain objects and arrays', () => {
  const first = new ArrayBuffer(1);
  const second = new ArrayBuffer(1);
  transfer({ list: [first], deep: { second } });
  assert.ok(takeMark(first) && takeMark(second));
});

test('refuses what holds nothing to move', () => {
  for (const value of [
    1,
    'text',
    {},
    [],
    new Map(),
    new SharedArrayBuffer(1),
    new Uint8Array(new SharedArrayBuffer(1)),
  ]) {
    assert.throws(
      () => transfer(value),
      (error: { code?: string }) => error.code === 'ERR_OXBOW_THREADS_NOT_TRANSFERABLE',
    );
  }
});

test("refuses a Buffer of Node's shared pool, and says what to use", () => {
  assert.throws(() => transfer(Buffer.from('pooled')), /allocUnsafeSlow/);
  assert.ok(transfer(Buffer.allocUnsafeSlow(4)));
});

test.run();
