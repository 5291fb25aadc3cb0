import { assert, suite } from '@oxbow/testkit';
import { CarryBuffer } from '../src/carry-buffer.ts';

const test = suite('CarryBuffer');

test('keeps a copy of every part, in order', () => {
  const carry = new CarryBuffer();
  const source = Uint8Array.of(1, 2, 3, 4);
  carry.append(source, 1, 3);
  carry.append(source, 0, 4);
  source.fill(0);
  assert.is(carry.length, 6);
  assert.equal(carry.view(), Uint8Array.of(2, 3, 1, 2, 3, 4));
});

test('grows by doubling, so that a million single bytes are cheap', () => {
  const carry = new CarryBuffer();
  const byte = Uint8Array.of(7);
  const memories = new Set<ArrayBufferLike>();
  for (let count = 0; count < 1_000_000; count++) {
    carry.append(byte, 0, 1);
    memories.add(carry.view().buffer);
  }
  assert.is(carry.length, 1_000_000);
  assert.ok(memories.size < 12);
});

test('gives large memory back when cleared, and keeps a page', () => {
  const carry = new CarryBuffer();
  carry.append(new Uint8Array(4096), 0, 4096);
  carry.clear();
  assert.is(carry.length, 0);
  assert.is(carry.view().buffer.byteLength, 4096);
  carry.append(new Uint8Array(4097), 0, 4097);
  carry.clear();
  assert.is(carry.view().buffer.byteLength, 0);
});

test.run();
