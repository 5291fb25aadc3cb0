import { assert, everySplit, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { ProtocolViolation } from '../../src/protocol/errors.ts';
import type { FrameHeader } from '../../src/protocol/frame-header.ts';
import { FrameParser, type FrameSink } from '../../src/protocol/frame-parser.ts';
import { frame, hex, join, MASK } from '../fixtures/wire.ts';

interface Seen {
  readonly header: FrameHeader;
  readonly payload: number[];
  ended: boolean;
}

function parser(onEnd: (parser: FrameParser) => void = () => {}): { parser: FrameParser; seen: Seen[] } {
  const seen: Seen[] = [];
  const sink: FrameSink = {
    frameStart: (header) => seen.push({ header: { ...header }, payload: [], ended: false }),
    framePayload: (bytes, start, end) => seen.at(-1)!.payload.push(...bytes.subarray(start, end)),
    frameEnd: () => {
      seen.at(-1)!.ended = true;
      onEnd(made);
    },
  };
  const made = new FrameParser(sink);
  return { parser: made, seen };
}

function parse(chunks: readonly Uint8Array[]): Seen[] {
  const { parser: made, seen } = parser();
  for (const chunk of chunks) made.parse(Uint8Array.from(chunk), 0);
  return seen;
}

function refusal(bytes: Uint8Array): ProtocolViolation {
  try {
    parse([bytes]);
  } catch (error) {
    if (error instanceof ProtocolViolation) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const section = suite('§5.2 base framing protocol');

section('reads the examples of §5.7', () => {
  const unmasked = parse([hex('81 05 48 65 6c 6c 6f')])[0]!;
  assert.equal(Buffer.from(unmasked.payload).toString(), 'Hello');
  const masked = parse([hex('81 85 37 fa 21 3d 7f 9f 4d 51 58')])[0]!;
  assert.equal(Buffer.from(masked.payload).toString(), 'Hello');
  assert.is(masked.header.masked, true);
});

section('gives the same frames whatever the cuts', () => {
  const bytes = join(
    frame(1, 'Hello', { mask: MASK, fin: false }),
    frame(9, ''),
    frame(0, 'x'.repeat(126)),
    frame(2, [1, 2, 3], { rsv: 5 }),
  );
  const whole = parse([bytes]);
  everySplit(bytes, (chunks) => assert.equal(parse(chunks), whole));
});

section('ends an empty frame without waiting for more', () => {
  assert.is(parse([hex('81 00')])[0]!.ended, true);
  assert.is(parse([hex('81 80 01 02 03 04')])[0]!.ended, true);
});

for (const length of [0, 1, 125, 126, 127, 65_535, 65_536, 65_537]) {
  section(`reads a payload of ${length} bytes`, () => {
    const payload = new Uint8Array(length).fill(7);
    const [seen] = parse([frame(2, payload, { mask: MASK })]);
    assert.is(seen!.header.length, length);
    assert.is(seen!.payload.length, length);
    assert.ok(seen!.payload.every((byte) => byte === 7));
  });
}

section('refuses a length that is not written in as few bytes as possible', () => {
  assert.is(refusal(frame(2, 'abc', { lengthBits: 16 })).closeCode, 1002);
  assert.is(refusal(frame(2, 'abc', { lengthBits: 64 })).closeCode, 1002);
  assert.is(refusal(frame(2, '', { lengthBits: 64, announce: 65_535 })).closeCode, 1002);
});

section('refuses a 64-bit length with its highest bit set', () => {
  assert.is(refusal(hex('82 7f 80 00 00 00 00 00 00 00')).closeCode, 1002);
});

section('refuses a length beyond 2^53 as too big', () => {
  assert.is(refusal(hex('82 7f 7f ff ff ff ff ff ff ff')).closeCode, 1009);
  assert.is(refusal(hex('82 7f 00 20 00 00 00 00 00 00')).closeCode, 1009);
});

section('passes a length of 2^53 − 1 on', () => {
  assert.is(parse([hex('82 7f 00 1f ff ff ff ff ff ff')])[0]!.header.length, Number.MAX_SAFE_INTEGER);
});

section('takes no memory for a length that was only announced', () => {
  const { parser: made } = parser();
  const before = process.memoryUsage().arrayBuffers;
  made.parse(hex('82 7f 00 00 00 00 06 40 00 00'), 0);
  assert.ok(process.memoryUsage().arrayBuffers - before < 1_048_576);
});

section('stops behind the frame in which it is asked to, and goes on where it stopped', () => {
  const bytes = join(frame(1, 'a'), frame(1, 'b'), frame(1, ''), frame(1, 'c'));
  const { parser: made, seen } = parser((running) => running.stop());
  let at = 0;
  const stops: number[] = [];
  while (at < bytes.length) {
    at = made.parse(bytes, at);
    stops.push(at);
  }
  assert.equal(stops, [3, 6, 8, 11]);
  assert.is(seen.length, 4);
});

section('reads what the naive model wrote, cut at random', () => {
  const anyFrame = fc.record({
    opcode: fc.integer({ min: 0, max: 15 }),
    fin: fc.boolean(),
    rsv: fc.integer({ min: 0, max: 7 }),
    payload: fc.uint8Array({ maxLength: 300 }),
    mask: fc.option(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 }), {
      nil: undefined,
    }),
  });
  fc.assert(
    fc.property(
      fc.array(anyFrame, { maxLength: 8 }),
      fc.array(fc.nat(2_500), { maxLength: 12 }),
      (frames, cuts) => {
        const wire = join(
          ...frames.map(({ opcode, fin, rsv, payload, mask }) =>
            frame(opcode, payload, mask === undefined ? { fin, rsv } : { fin, rsv, mask }),
          ),
        );
        const at = [...cuts, 0, wire.length].filter((cut) => cut <= wire.length).sort((a, b) => a - b);
        const seen = parse(at.slice(1).map((end, i) => wire.subarray(at[i], end)));
        assert.is(seen.length, frames.length);
        for (const [i, { opcode, fin, rsv, payload }] of frames.entries()) {
          const { header, payload: got, ended } = seen[i]!;
          assert.equal([header.opcode, header.fin, header.rsv, ended], [opcode, fin, rsv, true]);
          assert.equal(got, [...payload]);
        }
      },
    ),
    { numRuns: 300 },
  );
});

section.run();
