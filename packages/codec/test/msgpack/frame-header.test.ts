import { assert, suite } from '@oxbow/testkit';
import { frame, HEADER_BYTES, lengthAt, nextSequence, sequenceAt } from '../../src/msgpack/frame-header.ts';
import { hex } from '../feed.ts';

const test = suite('frame header');

test('length and number are big-endian and unsigned', () => {
  assert.equal(frame(hex('aabb'), 0x1234), hex('00000002 1234 aabb'));
  assert.is(lengthAt(hex('00 fedcba98 ffff'), 1), 0xfedcba98);
  assert.is(sequenceAt(hex('00 fedcba98 fffe'), 1), 0xfffe);
  assert.is(HEADER_BYTES, 6);
});

test('after 65535 comes 0', () => {
  assert.equal([nextSequence(0), nextSequence(0xfffe), nextSequence(0xffff)], [1, 0xffff, 0]);
});

test.run();
