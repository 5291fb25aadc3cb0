import { assert, suite } from '@oxbow/testkit';
import {
  type FieldKind,
  type FieldSource,
  kindOf,
  RecordBuilders,
} from '../../src/msgpack/record-builder.ts';
import { StringReader } from '../../src/msgpack/string-reader.ts';
import { hex } from '../feed.ts';

const KINDS: readonly FieldKind[] = ['any', 'number', 'string', 'boolean', 'array', 'record'];

/** A source that reads nothing by itself: it notes what it is asked for and goes one byte on. */
function sourceOf(digits: string): FieldSource & { readonly asked: string[] } {
  const bytes = hex(digits);
  const view = new DataView(bytes.buffer);
  const strings = new StringReader();
  strings.begin(bytes, view);
  const asked: string[] = [];
  const ask = (what: string): string => {
    source.at++;
    asked.push(what);
    return what;
  };
  const source: FieldSource & { readonly asked: string[] } = {
    asked,
    bytes,
    view,
    strings,
    at: 0,
    end: bytes.length,
    read: (depth) => ask(`value at ${depth}`),
    record: (id, depth) => ask(`record ${id} at ${depth}`),
    array: (length, depth) => ask(`array of ${length} at ${depth}`),
  };
  return source;
}

/** What a function for one field of `kind` makes of a message. */
function read(kind: FieldKind, digits: string): { value: unknown; at: number; asked: readonly string[] } {
  const source = sourceOf(digits);
  const { x } = new RecordBuilders().builderOf(['x'], [kind])!(source, 3) as { x: unknown };
  return { value: x, at: source.at, asked: source.asked };
}

const test = suite('RecordBuilders');

test('a value of the expected kind is read on the spot', () => {
  for (const [kind, digits, value] of [
    ['number', '3f', 63],
    ['number', 'cc80', 128],
    ['number', 'cd0100', 256],
    ['number', 'cb3ff8000000000000', 1.5],
    ['string', 'a0', ''],
    ['string', 'a161', 'a'],
    ['string', 'd90161', 'a'],
    ['boolean', 'c2', false],
    ['boolean', 'c3', true],
  ] as const) {
    assert.equal(read(kind, digits), { value, at: digits.length / 2, asked: [] }, digits);
  }
});

test('containers of the expected kind are read by the source, which has passed their token', () => {
  assert.equal(read('record', '41').asked, ['record 1 at 3']);
  assert.equal(read('record', '7f').asked, ['record 63 at 3']);
  assert.equal(read('array', '92').asked, ['array of 2 at 3']);
  assert.is(read('array', '9200').at, 2);
});

test('any other value is read by the source, whatever was expected', () => {
  const others: Readonly<Record<FieldKind, readonly string[]>> = {
    any: ['00', 'c0', 'a161', '90', '40'],
    number: ['40', 'c0', 'a0', 'ff', 'ce00000001', 'ca3fc00000'],
    string: ['00', '9f', 'c0', 'da000161', 'ff'],
    boolean: ['00', 'c0', 'c1', 'c4', 'ff'],
    array: ['8f', 'a0', 'dc0000'],
    record: ['3f', '80', '81a16100'],
  };
  for (const kind of KINDS) {
    for (const digits of others[kind]) {
      assert.equal(
        read(kind, digits),
        { value: 'value at 3', at: 1, asked: ['value at 3'] },
        `${kind} ${digits}`,
      );
    }
  }
});

test('a value that is cut off is left to the source', () => {
  for (const [kind, digits] of [
    ['number', 'cc'],
    ['number', 'cd01'],
    ['number', 'cb3ff80000000000'],
    ['string', 'a2 61'],
    ['string', 'd9'],
    ['string', 'd902 61'],
    ['any', ''],
    ['number', ''],
    ['string', ''],
    ['boolean', ''],
    ['array', ''],
    ['record', ''],
  ] as const) {
    assert.equal(read(kind, digits).asked, ['value at 3'], `${kind} ${digits}`);
  }
});

test('fields follow one another, and each has the kind of its own', () => {
  const names = ['a', 'b', 'c', 'd'];
  const build = new RecordBuilders().builderOf(names, ['number', 'string', 'any', 'boolean'])!;
  const source = sourceOf('07 a178 c0 c3');
  assert.equal(build(source, 0), { a: 7, b: 'x', c: 'value at 0', d: true });
  assert.is(source.at, 5);
});

test('kinds are those of plain values', () => {
  for (const [value, kind] of [
    [1, 'number'],
    ['', 'string'],
    [false, 'boolean'],
    [[], 'array'],
    [{}, 'record'],
    [null, 'any'],
    [undefined, 'any'],
    [1n, 'any'],
    [new Date(0), 'any'],
    [new Uint8Array(1), 'any'],
  ] as const) {
    assert.is(kindOf(value), kind);
  }
});

test('a name is never code', () => {
  const names = [
    'a-b',
    '"',
    '\\',
    "'",
    '\u2028',
    '\ud800',
    '`',
    '',
    '1',
    'constructor',
    'get x',
    '}; throw 1; {',
    '*/',
    'VALUE',
    '$&',
  ];
  for (const kind of KINDS) {
    const build = new RecordBuilders().builderOf(
      names,
      names.map(() => kind),
    )!;
    const record = build(sourceOf('c0'.repeat(names.length)), 0);
    assert.equal({ ...record }, Object.fromEntries(names.map((name) => [name, 'value at 0'])));
    assert.is(Object.getPrototypeOf(record), Object.prototype);
  }
});

test('a function is made once for the same names and kinds', () => {
  const builders = new RecordBuilders();
  const first = builders.builderOf(['a', 'b'], ['any', 'number']);
  assert.is(builders.builderOf(['a', 'b'], ['any', 'number']), first);
  assert.is.not(builders.builderOf(['a', 'b'], ['number', 'any']), first);
  assert.is.not(builders.builderOf(['b', 'a'], ['any', 'number']), first);
  assert.is.not(builders.builderOf(['a,b'], ['any']), first);
});

test('keeps as much code as it may, and forgets the oldest beyond that', () => {
  const one = new RecordBuilders();
  one.builderOf(['a'], ['any']);
  const unit = one.codeUnits;
  for (const [limit, isKept] of [
    [2 * unit, true],
    [2 * unit - 1, false],
  ] as const) {
    const builders = new RecordBuilders(limit);
    const first = builders.builderOf(['a'], ['any']);
    const second = builders.builderOf(['b'], ['any']);
    assert.is(builders.codeUnits, isKept ? 2 * unit : unit);
    assert.is(builders.builderOf(['b'], ['any']), second);
    assert.is(builders.builderOf(['a'], ['any']) === first, isKept);
  }
  const none = new RecordBuilders(0);
  assert.type(none.builderOf(['a'], ['any']), 'function');
  assert.is(none.codeUnits, 0);
});

test.run();
