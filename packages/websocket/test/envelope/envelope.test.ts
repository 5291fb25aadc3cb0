import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { bearsMark, ENVELOPE_HEADER_BYTES, seal, unseal } from '../../src/envelope/envelope.ts';
import { hex } from '../fixtures/wire.ts';

const test = suite('envelope');

test('has this form on the wire', () => {
  assert.equal(
    seal('request', 258, Uint8Array.of(7), 'binary'),
    hex('f5 6f 78 62 6f 77 ff 00 01 01 00000102 07'),
  );
});

test('opens to what was sealed', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(
        'literal' as const,
        'request' as const,
        'refusal' as const,
        'left' as const,
        'pong' as const,
      ),
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom('text' as const, 'binary' as const, 'none' as const),
      (kind, id, payload, content) => {
        assert.equal(unseal(seal(kind, id, payload, content)), { kind, id, content, payload });
      },
    ),
  );
});

test('nothing else opens', () => {
  const sealed = seal('reply', 1, new Uint8Array(0), 'none');
  for (let length = 0; length < ENVELOPE_HEADER_BYTES; length += 1) {
    assert.is(unseal(sealed.subarray(0, length)), undefined);
  }
  for (const [at, value] of [
    [0, 0],
    [7, 1],
    [8, 11],
    [9, 3],
  ] as const) {
    const odd = Uint8Array.from(sealed);
    odd[at] = value;
    assert.is(unseal(odd), undefined);
  }
});

test('the mark begins no UTF-8 text', () => {
  assert.is(bearsMark(seal('literal', 0, new Uint8Array(0), 'none')), true);
  assert.throws(() => new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.of(0xf5)));
});

test('a payload is a copy, also within a larger buffer', () => {
  const memory = new Uint8Array(40);
  memory.set(seal('request', 1, Uint8Array.of(5), 'binary'), 3);
  const opened = unseal(memory.subarray(3, 3 + ENVELOPE_HEADER_BYTES + 1))!;
  memory.fill(0);
  assert.equal([...opened.payload], [5]);
});

test.run();
