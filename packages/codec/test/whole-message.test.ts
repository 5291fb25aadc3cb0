import { assert, suite } from '@oxbow/testkit';
import { withWholeMessages } from '../src/whole-message.ts';
import { errorOf, utf8 } from './feed.ts';

const test = suite('withWholeMessages()');

const codec = withWholeMessages<number>({
  name: 'bytes',
  contentType: 'x/y',
  encoder: () => ({ encode: (value) => Uint8Array.of(value), end: () => utf8('!') }),
  decoder: () => ({ decode: (chunk) => [...chunk].filter((byte) => byte !== 33), end: () => [] }),
});

test("a message is a fresh encoder's bytes with its closing ones", () => {
  assert.equal(codec.encode(7), Uint8Array.of(7, 33));
});

test('a message is exactly one value', () => {
  assert.is(codec.decode(Uint8Array.of(7, 33)), 7);
  for (const [bytes, offset] of [
    [[], 0],
    [[33], 1],
    [[7, 8], 0],
  ] as const) {
    const error = errorOf(() => codec.decode(Uint8Array.from(bytes)));
    assert.equal([error.code, error.offset], ['ERR_OXBOW_CODEC_NOT_ONE_MESSAGE', offset]);
  }
});

test('a codec is frozen', () => {
  assert.ok(Object.isFrozen(codec));
});

test.run();
