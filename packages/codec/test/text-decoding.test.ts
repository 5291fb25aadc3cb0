import { assert, suite } from '@oxbow/testkit';
import { byteDecoder, encodingName, iso8859part16, tableDecoder, userDefined } from '../src/text-decoding.ts';

const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, byte) => byte);

const test = suite('text decoding');

test('a label becomes the name of its encoding', () => {
  for (const [label, name] of [
    ['Latin1', 'windows-1252'],
    [' utf8 ', 'utf-8'],
    ['ISO-8859-16', 'iso-8859-16'],
    ['x-user-defined', 'x-user-defined'],
    ['utf8x', undefined],
    ['', undefined],
    [null, undefined],
  ] as const) {
    assert.is(encodingName(label as string), name);
  }
});

test('a decoder takes the options of TextDecoder, and no name that is none', () => {
  assert.throws(() => byteDecoder('utf-8', { fatal: true }).decode(Uint8Array.of(0xff)));
  assert.is(byteDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.of(0xef, 0xbb, 0xbf)), '\ufeff');
  assert.throws(() => byteDecoder('utf8x'));
});

test('a table gives a character for each byte', () => {
  const decoder = tableDecoder(userDefined());
  assert.is(decoder.decode(Uint8Array.of(0, 0x7f, 0x80, 0xff)), '\0\x7f\uf780\uf7ff');
  assert.is(decoder.decode(), '');
});

test("the tables are the engine's own, where it has them", () => {
  for (const [name, table] of [
    ['iso-8859-16', iso8859part16()],
    ['x-user-defined', userDefined()],
  ] as const) {
    assert.is(table.length, 256);
    assert.is(new Set(table).size, 256);
    assert.is(byteDecoder(name).decode(ALL_BYTES), table.join(''));
  }
});

test.run();
