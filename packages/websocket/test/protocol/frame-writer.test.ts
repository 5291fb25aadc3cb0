// covers: src/protocol/frame-header.ts
import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { headerBytes } from '../../src/protocol/frame-header.ts';
import { FrameWriter } from '../../src/protocol/frame-writer.ts';
import { Opcode } from '../../src/protocol/opcode.ts';
import { bufferText } from '../../src/transport/buffer-text.ts';
import { frame, hear, hex, join, MASK } from '../fixtures/wire.ts';

const KEY = MASK[0]! | (MASK[1]! << 8) | (MASK[2]! << 16) | (MASK[3]! << 24);
const server = new FrameWriter(bufferText);
const client = new FrameWriter(bufferText, () => KEY);

// The grid: what each role sends.
const test = suite('§5.2 and §5.3 frames that are sent');

test('a server sends the unmasked example of §5.7', () => {
  assert.equal(new Uint8Array(server.frame(Opcode.TEXT, 'Hello')), hex('81 05 48 65 6c 6c 6f'));
});

test('a client sends the masked example of §5.7', () => {
  assert.equal(new Uint8Array(client.frame(Opcode.TEXT, 'Hello')), hex('81 85 37 fa 21 3d 7f 9f 4d 51 58'));
});

for (const length of [0, 125, 126, 65_535, 65_536]) {
  test(`a payload of ${length} bytes has the shortest header`, () => {
    const payload = new Uint8Array(length).fill(3);
    assert.equal(new Uint8Array(server.frame(Opcode.BINARY, payload)), frame(2, payload));
    assert.equal(new Uint8Array(client.frame(Opcode.BINARY, payload)), frame(2, payload, { mask: MASK }));
    assert.is(server.frameBytes(length), frame(2, payload).length);
    assert.is(client.frameBytes(length), frame(2, payload).length + 4);
  });
}

test('a length over 32 bits fits the header', () => {
  assert.is(headerBytes(2 ** 40, true), 14);
});

test('a fragment has no FIN', () => {
  assert.equal(new Uint8Array(server.frame(Opcode.TEXT, 'a', false)), hex('01 01 61'));
});

test('a client takes a fresh key for every frame', () => {
  let next = 1;
  const writer = new FrameWriter(bufferText, () => next++);
  const [first, second] = [writer.frame(Opcode.TEXT, 'a'), writer.frame(Opcode.TEXT, 'a')];
  assert.is(first[2], 1);
  assert.is(second[2], 2);
});

test('masking leaves the caller’s bytes alone', () => {
  const payload = Uint8Array.of(1, 2, 3);
  client.frame(Opcode.BINARY, payload);
  assert.equal([...payload], [1, 2, 3]);
});

test('frames side by side in one page are what the peer hears', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 200 }), { maxLength: 6 }), (texts) => {
      const page = bufferText.allocate(4_096).fill(0xee);
      let at = 0;
      for (const text of texts) at = client.write(page, at, Opcode.TEXT, text, client.payloadBytes(text));
      const wire = join(...texts.map((text) => frame(1, text, { mask: MASK })));
      assert.equal(new Uint8Array(page.subarray(0, at)), wire);
      assert.ok(page.subarray(at).every((byte) => byte === 0xee));
      assert.is(hear('server', [wire]).length, texts.length);
    }),
  );
});

test.run();
