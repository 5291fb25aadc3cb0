// covers: src/transport/buffer-text.ts, src/transport/sha1.ts
import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { bufferText } from '../../src/transport/buffer-text.ts';
import { sha1Base64 } from '../../src/transport/sha1.ts';

const test = suite('Node’s way with text');

test('what is written is what byteLength promised, and reads back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.nat(5), (text, offset) => {
      const bytes = bufferText.byteLength(text);
      const target = bufferText.allocate(offset + bytes + 3).fill(0xee);
      bufferText.write(text, target, offset);
      assert.ok(target.subarray(offset + bytes).every((byte) => byte === 0xee));
      assert.is(bufferText.decode(target, offset, offset + bytes), text);
    }),
  );
});

test('a lone surrogate becomes U+FFFD', () => {
  const target = bufferText.allocate(bufferText.byteLength('\ud800'));
  bufferText.write('\ud800', target, 0);
  assert.is(bufferText.decode(target, 0, 3), '\ufffd');
});

test('decodes a plain Uint8Array as well as a Buffer, and tells what is not UTF-8', () => {
  assert.is(bufferText.decode(Uint8Array.of(1, 0xc3, 0xa9, 1), 1, 3), 'é');
  assert.is(bufferText.decode(Buffer.from([0xff]), 0, 1), undefined);
  assert.is(bufferText.decode(Buffer.from([0xef, 0xbf, 0xbd]), 0, 3), '\ufffd');
});

test('fresh memory is all zeros', () => {
  assert.ok(bufferText.allocate(10_000).every((byte) => byte === 0));
});

test('SHA-1 is the real one', () => {
  assert.is(sha1Base64('abc'), 'qZk+NkcGgWq6PiVxeFDCbJzQ2J0=');
});

test.run();
