import { assert, everySplit, suite } from '@oxbow/testkit';
import { type FrameTooLargeError, msgpackStream } from '../../src/index.ts';
import { concat, describe, errorOf, feed, hex } from '../feed.ts';

const codec = msgpackStream();

/** The frames of `values` in one stream. */
function framesOf(values: readonly unknown[], of = codec): Uint8Array[] {
  const encoder = of.encoder();
  return values.map((value) => encoder.encode(value));
}

const wire = suite('msgpackStream() on the wire');

wire('a frame is a 32-bit length, a 16-bit number, and the message, each a MessagePack value', () => {
  assert.equal(framesOf([1, 'a']), [hex('ce00000001 cd0000 01'), hex('ce00000002 cd0001 a161')]);
});

wire('field names travel once', () => {
  const [first, second] = framesOf([
    { url: 'x', status: 200 },
    { url: 'y', status: 404 },
  ]);
  assert.equal(first, hex('ce00000013 cd0000 d47240 92 a375726c a6737461747573 a178 ccc8'));
  assert.equal(second, hex('ce00000006 cd0001 40 a179 cd0194'));
});

wire('numbers from 0x40 to 0x7f are not mistaken for records', () => {
  const values = Array.from({ length: 256 }, (_, number) => ({ number, list: [number] }));
  assert.equal(feed(codec, framesOf(values)).values, values);
});

wire('one whole message is the first frame of a stream of its own', () => {
  const value = { a: [{ b: 1 }, { b: 2 }] };
  assert.equal(codec.decode(codec.encode(value)), value);
  assert.equal(codec.encode(value), codec.encode(value));
  const two = concat(framesOf([1, 2]));
  assert.is(errorOf(() => codec.decode(two)).code, 'ERR_OXBOW_CODEC_NOT_ONE_MESSAGE');
});

wire.run();

const shapes = suite('msgpackStream() and many shapes');

shapes('more shapes than there are ids are defined anew, not confused', () => {
  const values = Array.from({ length: 400 }, (_, index) => ({
    [`k${index % 97}`]: index,
    [`l${index % 89}`]: { [`m${index % 101}`]: 1 },
  }));
  assert.equal(feed(codec, [concat(framesOf(values))]).values, values);
});

shapes('dictionaries with keys that never repeat do not make the encoder grow', () => {
  const encoder = codec.encoder();
  const decoder = codec.decoder();
  for (let index = 0; index < 30_000; index++) {
    const value = { [`user-${index}`]: index };
    assert.equal(decoder.decode(encoder.encode(value)), [value]);
  }
});

shapes('128 fields are a record, 129 a map, and both come back', () => {
  const wide = (fields: number): Record<string, number> =>
    Object.fromEntries(Array.from({ length: fields }, (_, index) => [`k${index}`, index]));
  const [record, map] = [framesOf([wide(128)])[0]!, framesOf([wide(129)])[0]!];
  assert.is(record[8], 0xd4);
  assert.is(map[8], 0xde);
  assert.equal(feed(codec, framesOf([wide(128), wide(129), wide(128)])).values, [
    wide(128),
    wide(129),
    wide(128),
  ]);
});

shapes("a key named like msgpackr's own bookkeeping is a key like any other", () => {
  const values = [{ __keys__: 1 }, {}, { a: 1 }, { a: 1, __keys__: [2] }, { a: 2 }, {}];
  assert.equal(feed(codec, framesOf(values)).values, values);
});

shapes('a definition wider than the encoder writes is refused', () => {
  const names = Array.from({ length: 129 }, () => 'a161').join('');
  const nils = 'c0'.repeat(129);
  const payload = hex(`d47240 dc0081 ${names} ${nils}`);
  const error = errorOf(() =>
    codec.decode(
      concat(
        [hex('ce00000000 cd0000'), payload].map((part, index) =>
          index === 0 ? header(payload.length) : part,
        ),
      ),
    ),
  );
  assert.is(error.code, 'ERR_OXBOW_CODEC_INVALID_MSGPACK');
  assert.match(error.message, /128 fields/);
});

shapes('a record that was never defined, or has an id of two bytes, is refused', () => {
  for (const payload of ['91 41', 'd5724001 91a161 01']) {
    const bytes = hex(payload);
    assert.instance(
      errorOf(() => codec.decode(concat([header(bytes.length), bytes]))),
      Error,
    );
  }
  const undefinedRecord = errorOf(() => codec.decode(concat([header(2), hex('91 41')])));
  assert.match(undefinedRecord.message, /byte 9: record 0x41 was never defined/);
});

shapes('a map with a __proto__ key is refused where records of its kind were read before', () => {
  const good = framesOf(Array.from({ length: 20 }, (_, index) => ({ a: { b: index } })));
  // The record of the outer object, and in it a map { "__proto__": {} }.
  const payload = hex('40 81 a95f5f70726f746f5f5f 80');
  const { values: decoded, error } = feed(codec, [concat([...good, header(payload.length, 20), payload])]);
  assert.is(decoded.length, 20);
  assert.is(error?.code, 'ERR_OXBOW_CODEC_FORBIDDEN_KEY');
  assert.is(({} as { b?: unknown }).b, undefined);
});

shapes('a definition with a __proto__ field is refused', () => {
  const payload = hex('d47240 91 a95f5f70726f746f5f5f 80');
  assert.is(
    errorOf(() => codec.decode(concat([header(payload.length), payload]))).code,
    'ERR_OXBOW_CODEC_FORBIDDEN_KEY',
  );
});

shapes.run();

function header(length: number, sequence = 0): Uint8Array {
  const bytes = hex('ce00000000 cd0000');
  new DataView(bytes.buffer).setUint32(1, length);
  new DataView(bytes.buffer).setUint16(6, sequence);
  return bytes;
}

const order = suite('msgpackStream() and the order of frames');

const values = [{ a: 1 }, { a: 2 }, { b: 3 }, { a: 4 }];

order('a lost, repeated or swapped frame is an error, and what came before is given', () => {
  const [first, second, third, fourth] = framesOf(values) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  for (const [frames, good] of [
    [[first, third, fourth], 1],
    [[first, second, second], 2],
    [[first, third, second], 1],
    [[second, third], 0],
  ] as const) {
    const bytes = concat(frames);
    everySplit(bytes, (chunks) => {
      const { values: decoded, error } = feed(codec, chunks);
      assert.equal(decoded, values.slice(0, good));
      assert.is(error?.code, 'ERR_OXBOW_CODEC_FRAME_LOST');
    });
  }
});

order('a decoder that joins late says so', () => {
  const error = errorOf(() => codec.decoder().decode(framesOf(values)[2]!));
  assert.match(error.message, /number 2, expected 0/);
});

order('an old decoder refuses the stream of a new encoder', () => {
  const decoder = codec.decoder();
  decoder.decode(framesOf([1])[0]!);
  assert.is(errorOf(() => decoder.decode(framesOf([1])[0]!)).code, 'ERR_OXBOW_CODEC_FRAME_LOST');
});

order('bytes that are no frame at all say so', () => {
  const error = errorOf(() => codec.decoder().decode(new TextEncoder().encode('HTTP/1.1 200 OK')));
  assert.equal([error.code, error.offset], ['ERR_OXBOW_CODEC_INVALID_MSGPACK', 0]);
  assert.match(error.message, /no frame starts at byte 0/);
});

order('after frame 65535 comes frame 0', () => {
  const encoder = codec.encoder();
  const decoder = codec.decoder();
  for (let index = 0; index <= 65_537; index++) {
    if (decoder.decode(encoder.encode(index))[0] !== index) throw new Error(`frame ${index} is wrong`);
  }
});

order('a value that was refused leaves no hole: its shapes are defined again', () => {
  const small = msgpackStream({ maxFrameBytes: 40 });
  const encoder = small.encoder();
  const decoder = small.decoder();
  assert.equal(decoder.decode(encoder.encode({ a: 1 })), [{ a: 1 }]);
  assert.is(
    errorOf(() => encoder.encode({ name: 'é'.repeat(18), other: 1 })).code,
    'ERR_OXBOW_CODEC_FRAME_TOO_LARGE',
  );
  assert.is(errorOf(() => encoder.encode({ a: () => 1 })).path, '$.a');
  assert.equal(decoder.decode(encoder.encode({ name: 'x', other: 1 })), [{ name: 'x', other: 1 }]);
  assert.equal(decoder.decode(encoder.encode({ a: 2 })), [{ a: 2 }]);
});

order.run();

const limits = suite('msgpackStream() limits');

limits('a payload of maxFrameBytes passes in both directions, one more byte does not', () => {
  const limited = msgpackStream<string>({ maxFrameBytes: 12 });
  const fits = 'x'.repeat(11);
  assert.equal(feed(limited, framesOf([fits], limited as never)).values, [fits]);
  assert.is(errorOf(() => limited.encode(`${fits}x`)).code, 'ERR_OXBOW_CODEC_FRAME_TOO_LARGE');
  const bytes = concat(framesOf([`${fits}x`]));
  everySplit(bytes, (chunks) => {
    const error = feed(limited, chunks).error as FrameTooLargeError;
    assert.equal(
      [error.code, error.limitBytes, error.actualBytes, error.offset],
      ['ERR_OXBOW_CODEC_FRAME_TOO_LARGE', 12, 13, 0],
    );
  });
});

limits(
  'maxDepth containers pass in both directions, one more does not, the first time as the twentieth',
  () => {
    const limited = msgpackStream({ maxDepth: 5 });
    const nest = (levels: number, isRecord: (level: number) => boolean): unknown => {
      let value: unknown = 1;
      for (let level = 0; level < levels; level++) value = isRecord(level) ? { a: value } : [value];
      return value;
    };
    for (const isRecord of [() => true, () => false, (level: number) => level % 2 === 0]) {
      const passing = Array.from({ length: 20 }, () => nest(5, isRecord));
      const encoder = limited.encoder();
      assert.equal(feed(limited, [concat(passing.map((value) => encoder.encode(value)))]).values, passing);
      assert.is(errorOf(() => encoder.encode(nest(6, isRecord))).code, 'ERR_OXBOW_CODEC_TOO_DEEP');
      const { values: decoded, error } = feed(limited, [concat(framesOf([...passing, nest(6, isRecord)]))]);
      assert.equal(decoded, passing);
      assert.is(error?.code, 'ERR_OXBOW_CODEC_TOO_DEEP');
    }
  },
);

limits('an announced 4 GiB frame is refused before any of it is kept', () => {
  assert.is(
    errorOf(() => codec.decoder().decode(header(0xffffffff))).code,
    'ERR_OXBOW_CODEC_FRAME_TOO_LARGE',
  );
});

limits('a frame that is empty, too long or too short for its message is an error', () => {
  for (const [payload, code] of [
    ['', 'ERR_OXBOW_CODEC_TRUNCATED'],
    ['01 02', 'ERR_OXBOW_CODEC_TRAILING_BYTES'],
    ['92 01', 'ERR_OXBOW_CODEC_TRUNCATED'],
  ] as const) {
    const bytes = hex(payload);
    const whole = concat([header(bytes.length), bytes, header(1, 1), hex('01')]);
    const expected = describe(feed(codec, [whole.slice()]).error);
    assert.is((expected as { code: string }).code, code);
    everySplit(whole, (chunks) => {
      assert.equal(describe(feed(codec, chunks).error), expected);
    });
  }
});

limits('a stream that ends within a frame is an error at its end', () => {
  const bytes = concat(framesOf([{ a: 1 }, { a: 2 }]));
  const firstFrame = framesOf([{ a: 1 }])[0]!.length;
  for (let cut = 1; cut < bytes.length; cut++) {
    const { error } = feed(codec, [bytes.slice(0, cut)]);
    if (cut === firstFrame) assert.is(error, undefined);
    else
      assert.equal(
        [error?.code, (error as unknown as { offset: number }).offset],
        ['ERR_OXBOW_CODEC_TRUNCATED', cut],
      );
  }
});

limits('a message that cannot be built names its own place among the others of its chunk', () => {
  const lenient = msgpackStream({ extensions: ['regexp'] });
  const bad = hex('d47800 92 a128 a0');
  const bytes = concat([...framesOf([1, { a: 2 }]), header(bad.length, 2), bad, header(1, 3), hex('05')]);
  const start = concat(framesOf([1, { a: 2 }])).length;
  everySplit(bytes, (chunks) => {
    const { values: decoded, error } = feed(lenient, chunks);
    assert.equal(decoded, [1, { a: 2 }]);
    assert.equal(
      [error?.code, (error as unknown as { offset: number }).offset],
      ['ERR_OXBOW_CODEC_INVALID_MSGPACK', start + 8],
    );
  });
});

limits('encoded frames lie in ArrayBuffers of their own', () => {
  const [first, second] = framesOf(['a', 'b']);
  assert.is.not(first!.buffer, second!.buffer);
  assert.is(first!.buffer.byteLength, first!.length);
});

limits.run();
