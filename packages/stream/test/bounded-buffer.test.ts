import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { BoundedBuffer } from '../src/bounded-buffer.ts';
import { type BufferOptions, bufferBounds, HARD_CAP_FACTOR } from '../src/overflow.ts';

const test = suite('BoundedBuffer');

function bufferOf<T>(options?: BufferOptions<T>): BoundedBuffer<T> {
  return new BoundedBuffer(bufferBounds(options, 'test'));
}

test('is full at the high-water mark and drained at half of it', () => {
  const buffer = bufferOf<number>({ highWaterMark: 4 });
  for (let i = 0; i < 3; i++) buffer.push(i, false);
  assert.not(buffer.full);
  buffer.push(3, false);
  assert.ok(buffer.full);
  buffer.shift();
  assert.not(buffer.drained);
  buffer.shift();
  assert.ok(buffer.drained);
});

test('by default 64 items or 64 KiB of byte views fill it, whichever comes first', () => {
  const items = bufferOf<number>();
  for (let i = 0; i < 63; i++) items.push(i, false);
  assert.not(items.full);
  items.push(63, false);
  assert.ok(items.full);

  const bytes = bufferOf<Uint8Array>();
  bytes.push(new Uint8Array(64 * 1024 - 1), false);
  assert.not(bytes.full);
  bytes.push(new Uint8Array(1), false);
  assert.ok(bytes.full);

  const small = bufferOf<Uint8Array>();
  for (let i = 0; i < 64; i++) small.push(new Uint8Array(1), false);
  assert.ok(small.full);
});

test('a highWaterMark without size counts bytes of byte views and items of all else', () => {
  const bytes = bufferOf<Uint8Array>({ highWaterMark: 1000 });
  bytes.push(new Uint8Array(999), false);
  assert.not(bytes.full);
  bytes.push(new Uint8Array(1), false);
  assert.ok(bytes.full);
  assert.is(bytes.weight, 1000);
});

test('size() gives the unit', () => {
  const buffer = bufferOf<string>({ highWaterMark: 10, size: (s) => s.length });
  buffer.push('12345', false);
  buffer.push('1234', false);
  assert.not(buffer.full);
  buffer.push('1', false);
  assert.ok(buffer.full);
});

test("under 'pause' takes the hard cap and refuses one more, and only where the source was told to pause", () => {
  const buffer = bufferOf<number>({ highWaterMark: 2 });
  for (let i = 0; i < 2 * HARD_CAP_FACTOR; i++) assert.is(buffer.push(i, true), undefined);
  const error = buffer.push(0, true);
  assert.is(error?.code, 'ERR_OXBOW_STREAM_OVERFLOW');
  assert.is(error?.limit, 32);
  assert.is(error?.actual, 33);
  assert.is(buffer.push(0, false), undefined);
});

test('pushIfRoomy() takes what fills nothing, and leaves the last place, weighty values and other policies to push()', () => {
  const buffer = bufferOf<unknown>({ highWaterMark: 2.5 });
  assert.ok(buffer.pushIfRoomy({}, false));
  assert.ok(buffer.pushIfRoomy(null, false));
  assert.not(buffer.pushIfRoomy(2, false), 'the third fills it');
  for (let i = 2; i < 2.5 * HARD_CAP_FACTOR; i++) assert.ok(buffer.pushIfRoomy(i, true));
  assert.not(buffer.pushIfRoomy(0, true), 'one past the hard cap');
  assert.is(buffer.push(0, true)?.limit, 40);
  buffer.clear();
  assert.not(buffer.pushIfRoomy(new Uint8Array(1), false));
  for (const overflow of ['error', 'drop-oldest', 'drop-newest', 'latest'] as const) {
    assert.not(bufferOf<number>({ overflow }).pushIfRoomy(0, false), overflow);
  }
  assert.not(bufferOf<number>({ size: () => 1 }).pushIfRoomy(0, false));
});

test("under 'error' takes the high-water mark and refuses one more", () => {
  const buffer = bufferOf<number>({ highWaterMark: 2, overflow: 'error' });
  buffer.push(0, false);
  assert.is(buffer.push(1, false), undefined);
  assert.is(buffer.push(2, false)?.limit, 2);
  assert.not(buffer.full);
});

test("under 'drop-oldest' the oldest make room", () => {
  const buffer = bufferOf<number>({ highWaterMark: 2, overflow: 'drop-oldest' });
  for (let i = 0; i < 5; i++) buffer.push(i, false);
  assert.is(buffer.dropped, 3);
  assert.equal(buffer.take(9), [3, 4]);
});

test("under 'drop-newest' what arrives is dropped", () => {
  const buffer = bufferOf<number>({ highWaterMark: 2, overflow: 'drop-newest' });
  for (let i = 0; i < 5; i++) buffer.push(i, false);
  assert.is(buffer.dropped, 3);
  assert.equal(buffer.take(9), [0, 1]);
});

test("under 'latest' one value is kept", () => {
  const buffer = bufferOf<number>({ overflow: 'latest' });
  for (let i = 0; i < 5; i++) buffer.push(i, false);
  assert.equal(buffer.take(9), [4]);
});

test('one value heavier than the limit is taken into an empty buffer under every policy', () => {
  for (const overflow of ['pause', 'error', 'drop-oldest', 'drop-newest', 'latest'] as const) {
    const buffer = bufferOf<Uint8Array>({ highWaterMark: 10, overflow });
    assert.is(buffer.push(new Uint8Array(1000), true), undefined, overflow);
    assert.is(buffer.length, 1, overflow);
  }
});

test('an empty buffer weighs nothing, whatever size() says by then', () => {
  const buffer = bufferOf<{ weight: number }>({ highWaterMark: 4, size: ({ weight }) => weight });
  const value = { weight: 4 };
  buffer.push(value, false);
  value.weight = 0;
  buffer.shift();
  assert.is(buffer.weight, 0);
});

test('what is put back stands in front, in its order', () => {
  const buffer = bufferOf<number>();
  buffer.push(3, false);
  buffer.putBack([1, 2]);
  assert.equal(buffer.take(9), [1, 2, 3]);
});

test('the weight is the sum of the sizes, whatever comes, goes and is put back', () => {
  const sizeOf = (value: number | Uint8Array): number => (typeof value === 'number' ? 1 : value.byteLength);
  const value = fc.oneof(
    fc.constant(7),
    fc.integer({ min: 1, max: 3 }).map((length) => new Uint8Array(length)),
  );
  const step = fc.oneof(
    fc.record({ push: value, paused: fc.boolean() }),
    fc.record({ take: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ putBack: fc.array(value, { maxLength: 3 }) }),
    fc.constant({ shift: true }),
    fc.constant({ clear: true }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const buffer = bufferOf<number | Uint8Array>({ highWaterMark: 8 });
      let model: (number | Uint8Array)[] = [];
      for (const one of steps) {
        if ('push' in one && buffer.push(one.push, one.paused) === undefined) model.push(one.push);
        else if ('take' in one) assert.equal(buffer.take(one.take), model.splice(0, one.take));
        else if ('shift' in one && model.length > 0) assert.is(buffer.shift(), model.shift());
        else if ('putBack' in one) {
          buffer.putBack(one.putBack);
          model.unshift(...one.putBack);
        } else if ('clear' in one) {
          buffer.clear();
          model = [];
        }
        assert.is(buffer.length, model.length);
        assert.is(
          buffer.weight,
          model.reduce<number>((sum, each) => sum + sizeOf(each), 0),
        );
      }
    }),
  );
});

for (const overflow of ['drop-oldest', 'latest'] as const) {
  test(`under '${overflow}' what replaces all that waited has its own weight`, () => {
    const buffer = bufferOf<number>({ highWaterMark: 8, overflow, size: (value) => value });
    buffer.push(2, false);
    buffer.push(8, false);
    assert.is(buffer.length, 1);
    assert.is(buffer.weight, 8);
  });
}

test('a paused source of plain items reaches exactly the hard cap', () => {
  const buffer = bufferOf<number>();
  const cap = 64 * HARD_CAP_FACTOR;
  for (let i = 0; i < cap; i++) assert.is(buffer.push(i, true), undefined);
  assert.is(buffer.push(cap, true)?.code, 'ERR_OXBOW_STREAM_OVERFLOW');
  assert.is(buffer.length, cap);
});

test.run();
