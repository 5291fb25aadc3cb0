import { runInNewContext } from 'node:vm';
import { assert, everySplit, suite } from '@oxbow/testkit';
import { FrameTooLargeError, msgpack } from '../../src/index.ts';
import { concat, errorOf, feed, hex } from '../feed.ts';

const codec = msgpack();

const format = suite('msgpack() writes the standard format');

format('objects are maps, numbers and strings the shortest form, Dates the timestamp extension', () => {
  assert.equal(codec.encode({ a: 1 }), hex('81 a161 01'));
  assert.equal(codec.encode([true, null, -1, 300, 'hé']), hex('95 c3 c0 ff cd012c a368c3a9'));
  assert.equal(codec.encode(new Date(1000)), hex('d6ff 00000001'));
  assert.equal(codec.encode(Uint8Array.of(1, 2)), hex('c402 0102'));
  assert.equal(codec.encode(5n), hex('d3 0000000000000005'));
});

format('the media type is the registered one', () => {
  assert.is(codec.contentType, 'application/msgpack');
  assert.is(codec.name, 'msgpack');
});

format('integers from 0x40 to 0x7f are integers, not records', () => {
  assert.equal(codec.decode(hex('40')), 0x40);
  assert.equal(codec.decode(hex('7f')), 0x7f);
});

format('integer keys become strings, as JavaScript has it', () => {
  assert.equal(codec.decode(hex('82 01 a161 cd0100 a162')), { 1: 'a', 256: 'b' });
});

format('every message stands alone', () => {
  const messages = [{ a: 1 }, { a: 2 }, { b: 3 }].map((value) => codec.encode(value));
  assert.equal(codec.decode(messages[2]!), { b: 3 });
  assert.equal(codec.decode(messages[1]!), { a: 2 });
});

format('undefined becomes nil, in arrays and objects', () => {
  assert.equal(codec.decode(codec.encode([undefined, { a: undefined }])), [null, { a: null }]);
});

format('an object of more than 65535 keys comes back whole', () => {
  const wide = Object.fromEntries(Array.from({ length: 70_000 }, (_, index) => [`k${index}`, index]));
  const large = msgpack({ maxFrameBytes: 2 ** 22 });
  assert.equal(Object.keys(large.decode(large.encode(wide)) as object).length, 70_000);
});

format('64-bit integers are bigints, or numbers where exact when asked', () => {
  const friendly = msgpack({ int64: 'number-when-safe' });
  assert.is(codec.decode(hex('cf 0000000000000005')), 5n);
  assert.is(friendly.decode(hex('cf 0000000000000005')), 5);
  assert.is(friendly.decode(hex('d3 8000000000000000')), -(2n ** 63n));
});

format('a plain object of another realm is a plain object', () => {
  assert.equal(codec.decode(codec.encode(runInNewContext('({ a: [1] })'))), { a: [1] });
});

format.run();

const ownership = suite('msgpack() and memory');

ownership('encoded bytes lie in an ArrayBuffer of their own', () => {
  const first = codec.encode('first');
  const copy = first.slice();
  codec.encode('second');
  assert.equal(first, copy);
  assert.is(first.buffer.byteLength, first.length);
  assert.not.ok(Buffer.isBuffer(first));
});

ownership('decoded binary is a copy, and a plain Uint8Array even from a Buffer', () => {
  const bytes = Buffer.from(codec.encode(Uint8Array.of(1, 2, 3)));
  const decoded = codec.decode(bytes) as Uint8Array;
  bytes.fill(0);
  assert.equal(decoded, Uint8Array.of(1, 2, 3));
  assert.not.ok(Buffer.isBuffer(decoded));
  assert.is(decoded.buffer.byteLength, 3);
});

ownership("the caller's chunk is left without marks", () => {
  const bytes = codec.encode({ a: 1 });
  codec.decode(bytes);
  assert.equal(
    Object.keys(bytes).filter((key) => Number.isNaN(Number(key))),
    [],
  );
});

ownership.run();

const refused = suite('msgpack() refuses at encode, naming the path');

const REFUSALS: readonly [string, unknown, RegExp][] = [
  ['a function', { a: [{ run() {} }] }, /\$\.a\[0\]\.run: a function \(run\)/],
  ['a symbol', { tag: Symbol('x') }, /\$\.tag: Symbol\(x\)/],
  ['a bigint of 64 bits and one', [2n ** 64n], /\$\[0\]: the bigint 18446744073709551616/],
  ['a bigint below the smallest', -(2n ** 63n) - 1n, /\$: the bigint -9223372036854775809/],
  ['a RegExp', { 'a b': /x/ }, /\$\["a b"\]: a RegExp is not allowed/],
  ['an Error', new Error('x'), /an Error is not allowed/],
  ['a Set', new Set([1]), /a Set is not allowed/],
  ['a Map', new Map(), /a Map is not allowed/],
  [
    'a typed array that is not bytes',
    { samples: new Float64Array(2) },
    /\$\.samples: a Float64Array is not allowed/,
  ],
  ['an ArrayBuffer', new ArrayBuffer(2), /a ArrayBuffer is not allowed/],
  ['an invalid Date', { at: new Date(Number.NaN) }, /\$\.at: an invalid Date/],
  ['an instance of a class', { page: new (class Page {})() }, /\$\.page: an instance of Page/],
  [
    'the key __proto__',
    JSON.parse('{"a":{"__proto__":1}}'),
    /\$\.a\.__proto__: the key "__proto__" is refused/,
  ],
];

for (const [what, value, message] of REFUSALS) {
  refused(what, () => {
    const error = errorOf(() => codec.encode(value));
    assert.is(error.code, 'ERR_OXBOW_CODEC_UNENCODABLE');
    assert.match(error.message, message);
    assert.ok(error.message.includes(error.path!));
  });
}

refused('a value that contains itself', () => {
  const loop: Record<string, unknown> = { list: [] };
  (loop.list as unknown[]).push({ back: loop });
  const error = errorOf(() => codec.encode({ loop }));
  assert.is(error.path, '$.loop.list[0].back');
  assert.match(error.message, /cyclic/);
});

refused('a getter that throws, with its error as the cause', () => {
  const cause = new Error('not today');
  const error = errorOf(() =>
    codec.encode({
      get now(): number {
        throw cause;
      },
    }),
  );
  assert.is(error.code, 'ERR_OXBOW_CODEC_UNENCODABLE');
  assert.is(error.cause, cause);
});

refused('bigints of exactly 64 bits are fine', () => {
  for (const edge of [2n ** 64n - 1n, 2n ** 63n, -(2n ** 63n), 0n])
    assert.is(codec.decode(codec.encode(edge)), edge);
});

refused.run();

const keys = suite('msgpack() and dangerous keys');

keys('a __proto__ key in the bytes is refused at its offset', () => {
  // {"a": {"__proto__": {"polluted": true}}}
  const bytes = hex('81 a161 81 a95f5f70726f746f5f5f 81 a8706f6c6c75746564 c3');
  const error = errorOf(() => codec.decode(bytes));
  assert.is(error.code, 'ERR_OXBOW_CODEC_FORBIDDEN_KEY');
  assert.is(error.offset, 4);
  everySplit(bytes, (chunks) => {
    assert.is(feed(codec, chunks).error?.code, 'ERR_OXBOW_CODEC_FORBIDDEN_KEY');
  });
  assert.is(({} as Record<string, unknown>).polluted, undefined);
});

keys('so is one in a longer string form', () => {
  for (const header of ['d909', 'da0009', 'db00000009']) {
    const error = errorOf(() => codec.decode(hex(`81 ${header} 5f5f70726f746f5f5f 01`)));
    assert.is(error.code, 'ERR_OXBOW_CODEC_FORBIDDEN_KEY');
  }
});

keys('as a value __proto__ is a string like any other', () => {
  assert.is(codec.decode(codec.encode('__proto__')), '__proto__');
});

keys('constructor and prototype are own properties and touch no prototype', () => {
  const value = {
    constructor: { prototype: { polluted: true } },
    prototype: 1,
    hasOwnProperty: 2,
    toJSON: 3,
  };
  const decoded = codec.decode(codec.encode(value)) as object;
  assert.equal(Object.entries(decoded), Object.entries(value));
  assert.ok(Object.hasOwn(decoded, 'constructor'));
  assert.is(({} as Record<string, unknown>).polluted, undefined);
});

keys('a key that is neither string nor integer is refused', () => {
  for (const key of ['c0', 'c3', '90', '80', 'cb0000000000000000', 'c40100']) {
    assert.is(errorOf(() => codec.decode(hex(`81 ${key} 01`))).code, 'ERR_OXBOW_CODEC_INVALID_MSGPACK');
  }
});

keys.run();

const limits = suite('msgpack() limits');

limits('maxFrameBytes bytes pass in both directions, one more does not', () => {
  const limited = msgpack<string>({ maxFrameBytes: 12 });
  const fits = 'x'.repeat(11);
  assert.is(limited.decode(limited.encode(fits)), fits);
  const tooLong = errorOf(() => limited.encode(`${fits}x`));
  assert.is(tooLong.code, 'ERR_OXBOW_CODEC_FRAME_TOO_LARGE');
  const bytes = codec.encode(`${fits}x`);
  const error = errorOf(() => limited.decode(bytes)) as FrameTooLargeError;
  assert.instance(error, FrameTooLargeError);
  assert.equal([error.limitBytes, error.actualBytes], [12, 13]);
  everySplit(bytes, (chunks) => {
    assert.is(feed(limited, chunks).error?.code, 'ERR_OXBOW_CODEC_FRAME_TOO_LARGE');
  });
  everySplit(limited.encode(fits), (chunks) => {
    assert.equal(feed(limited, chunks).values, [fits]);
  });
});

limits('a size only the packed bytes show is refused too', () => {
  const limited = msgpack<string>({ maxFrameBytes: 12 });
  const error = errorOf(() => limited.encode('é'.repeat(6)));
  assert.is(error.code, 'ERR_OXBOW_CODEC_FRAME_TOO_LARGE');
});

limits('maxDepth containers pass in both directions, one more does not', () => {
  const nest = (levels: number): unknown => {
    let value: unknown = 1;
    for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
    return value;
  };
  const limited = msgpack({ maxDepth: 5 });
  assert.equal(limited.decode(limited.encode(nest(5))), nest(5));
  assert.is(errorOf(() => limited.encode(nest(6))).code, 'ERR_OXBOW_CODEC_TOO_DEEP');
  const error = errorOf(() => limited.decode(codec.encode(nest(6))));
  assert.is(error.code, 'ERR_OXBOW_CODEC_TOO_DEEP');
  assert.ok(error.offset! > 0);
  assert.equal(codec.decode(codec.encode(nest(100))), nest(100));
  assert.is(errorOf(() => codec.encode(nest(101))).code, 'ERR_OXBOW_CODEC_TOO_DEEP');
});

limits('the deepest permitted value is decoded without running out of stack', () => {
  const deep = msgpack({ maxDepth: 500 });
  const bytes = concat([new Uint8Array(500).fill(0x91), Uint8Array.of(1)]);
  assert.equal(deep.encode(deep.decode(bytes)), bytes);
});

limits('200,000 nested arrays are an error, not a stack overflow', () => {
  assert.is(errorOf(() => codec.decode(new Uint8Array(200_000).fill(0x91))).code, 'ERR_OXBOW_CODEC_TOO_DEEP');
});

limits('24,000 nested array headers that each announce 65535 items cost nothing', () => {
  const headers = concat(Array.from({ length: 24_000 }, () => hex('dcffff')));
  const before = process.memoryUsage().heapUsed;
  assert.is(errorOf(() => codec.decode(headers)).code, 'ERR_OXBOW_CODEC_TOO_DEEP');
  assert.is(feed(codec, [headers]).error?.code, 'ERR_OXBOW_CODEC_TOO_DEEP');
  assert.ok(process.memoryUsage().heapUsed - before < 64 * 2 ** 20);
});

limits('more items than bytes are left are refused where they are announced', () => {
  for (const [bytes, offset] of [
    ['92 01 dd0000000b', 2],
    ['92 01 df00000006', 2],
  ] as const) {
    const error = feed(msgpack({ maxFrameBytes: 17 }), [hex(bytes)]).error;
    assert.is(error?.code, 'ERR_OXBOW_CODEC_FRAME_TOO_LARGE');
    assert.equal(errorOf(() => codec.decode(hex(bytes))).offset, offset);
    assert.is(feed(msgpack({ maxFrameBytes: 19 }), [hex(bytes)]).error?.code, 'ERR_OXBOW_CODEC_TRUNCATED');
  }
});

limits('a length of 4 GiB is refused at its header', () => {
  for (const header of ['ddffffffff', 'dfffffffff', 'dbffffffff', 'c6ffffffff']) {
    assert.is(errorOf(() => codec.decode(hex(`${header} 01`))).code, 'ERR_OXBOW_CODEC_TRUNCATED');
    assert.is(feed(codec, [hex(header)]).error?.code, 'ERR_OXBOW_CODEC_FRAME_TOO_LARGE');
  }
});

limits('a value that shares one part a million times over is stopped before memory is spent', () => {
  let value: unknown = ['0123456789'];
  for (let level = 0; level < 30; level++) value = [value, value];
  assert.is(errorOf(() => codec.encode(value)).code, 'ERR_OXBOW_CODEC_FRAME_TOO_LARGE');
});

limits('options out of range are refused', () => {
  for (const options of [
    { maxFrameBytes: 0 },
    { maxFrameBytes: 1.5 },
    { maxDepth: 501 },
    { maxDepth: 0 },
    { int64: 'x' },
    { extensions: ['date'] },
    { extensions: 'set' },
  ]) {
    assert.is(errorOf(() => msgpack(options as never)).code, 'ERR_OXBOW_CODEC_INVALID_OPTION');
  }
  assert.match(errorOf(() => msgpack({ maxFrameByte: 1 } as never)).message, /did you mean "maxFrameBytes"/);
});

limits.run();

const faults = suite('msgpack() names the byte where bytes go wrong');

faults('cut off, followed by more, or with the one unused token', () => {
  assert.is(errorOf(() => codec.decode(hex('93 01 02'))).code, 'ERR_OXBOW_CODEC_TRUNCATED');
  const trailing = errorOf(() => codec.decode(hex('01 02')));
  assert.equal([trailing.code, trailing.offset], ['ERR_OXBOW_CODEC_TRAILING_BYTES', 1]);
  const unused = errorOf(() => codec.decode(hex('92 01 c1')));
  assert.equal([unused.code, unused.offset], ['ERR_OXBOW_CODEC_INVALID_MSGPACK', 2]);
  assert.is(errorOf(() => codec.decode(new Uint8Array(0))).code, 'ERR_OXBOW_CODEC_TRUNCATED');
});

faults('in a stream the offset counts from its start', () => {
  const bytes = concat([codec.encode({ a: 1 }), codec.encode('x'), hex('91 c1')]);
  everySplit(bytes, (chunks) => {
    const { values, error } = feed(codec, chunks);
    assert.equal(values, [{ a: 1 }, 'x']);
    assert.is((error as unknown as { offset: number }).offset, 7);
  });
});

faults('a stream that ends within a message is an error at its end', () => {
  const bytes = codec.encode({ a: 'some text', b: [1, 2] });
  for (let cut = 1; cut < bytes.length; cut++) {
    const { error } = feed(codec, [bytes.slice(0, cut)]);
    assert.equal(
      [error?.code, (error as unknown as { offset: number }).offset],
      ['ERR_OXBOW_CODEC_TRUNCATED', cut],
    );
  }
});

faults('a large message in one-byte chunks is read in linear time', () => {
  const value = Array.from({ length: 40_000 }, (_, index) => index);
  const bytes = codec.encode(value);
  const decoder = codec.decoder();
  const values: unknown[] = [];
  for (let at = 0; at < bytes.length; at++) values.push(...decoder.decode(bytes.subarray(at, at + 1)));
  assert.equal(values, [value]);
});

faults.run();
