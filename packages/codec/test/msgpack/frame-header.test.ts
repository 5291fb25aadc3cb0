import { assert, suite } from '@oxbow/testkit';
import {
  HEADER_BYTES,
  isHeaderAt,
  lengthAt,
  nextSequence,
  sequenceAt,
  writeHeader,
} from '../../src/msgpack/frame-header.ts';
import { hex } from '../feed.ts';

const test = suite('frame header');

test('length and number are big-endian and unsigned', () => {
  const frame = hex('ffffffffffffffff aabb');
  writeHeader(frame, 0x1234);
  assert.equal(frame, hex('ce00000002 cd1234 aabb'));
  assert.is(lengthAt(hex('00 cefedcba98 cdffff'), 1), 0xfedcba98);
  assert.is(sequenceAt(hex('00 cefedcba98 cdfffe'), 1), 0xfffe);
  assert.is(HEADER_BYTES, 8);
});

test('a header has the two tokens, whatever lies between', () => {
  assert.ok(isHeaderAt(hex('ff ceffffffff cdffff'), 1));
  assert.not.ok(isHeaderAt(hex('ff ceffffffff cdffff'), 0));
  assert.not.ok(isHeaderAt(hex('ceffffffff ccffff'), 0));
});

test('after 65535 comes 0', () => {
  assert.equal([nextSequence(0), nextSequence(0xfffe), nextSequence(0xffff)], [1, 0xffff, 0]);
});

test.run();
