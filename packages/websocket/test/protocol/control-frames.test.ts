import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { isWireCloseCode } from '../../src/protocol/close-code.ts';
import {
  MAX_CLOSE_REASON_BYTES,
  readClosePayload,
  writeClosePayload,
} from '../../src/protocol/control-frames.ts';
import { bufferText } from '../../src/transport/buffer-text.ts';

const test = suite('§5.5.1 the payload of a Close frame');

test('is empty without a code, and two bytes with a code alone', () => {
  assert.equal([...writeClosePayload(undefined, 'ignored', bufferText)], []);
  assert.equal([...writeClosePayload(1000, '', bufferText)], [3, 232]);
});

test('reads back what was written', () => {
  const code = fc.integer({ min: 1000, max: 4999 }).filter(isWireCloseCode);
  fc.assert(
    fc.property(code, fc.string({ unit: 'grapheme', maxLength: 30 }), (given, reason) => {
      const read = readClosePayload(writeClosePayload(given, reason, bufferText), bufferText);
      assert.is(read.code, given);
      assert.ok(reason.startsWith(read.reason));
      if (Buffer.byteLength(reason) <= MAX_CLOSE_REASON_BYTES) assert.is(read.reason, reason);
    }),
  );
});

test('a reason of 123 bytes is kept, a longer one cut at a whole code point', () => {
  assert.is(writeClosePayload(1000, 'x'.repeat(123), bufferText).length, 125);
  assert.is(writeClosePayload(1000, 'x'.repeat(124), bufferText).length, 125);
  const cut = readClosePayload(writeClosePayload(1000, `${'x'.repeat(121)}🚀`, bufferText), bufferText);
  assert.is(cut.reason, 'x'.repeat(121));
});

test.run();
