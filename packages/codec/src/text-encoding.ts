// Strings to bytes in the encodings for which that is a table or a formula. The Encoding Standard gives the web only UTF-8
// encoders; UTF-16 is written by hand and a single-byte table is the decoder's own table turned round.
import { EncodeError } from './errors.ts';

const utf8 = new TextEncoder();

/** A function from text to bytes in the encoding of that canonical (lower-case) name; it throws EncodeError for what the encoding lacks. */
export function textEncoding(name: string): (value: string) => Uint8Array {
  if (name === 'utf-8') return (value) => utf8.encode(value);
  if (name === 'utf-16le' || name === 'utf-16be') return (value) => encodeUtf16(value, name === 'utf-16le');
  let table: ReadonlyMap<string, number> | undefined;
  return (value) => {
    table ??= singleByteTable(name);
    return encodeSingleByte(name, table, value);
  };
}

function encodeUtf16(value: string, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(value.length * 2);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < value.length; index++)
    view.setUint16(index * 2, value.charCodeAt(index), littleEndian);
  return bytes;
}

/** Character to byte; empty when the encoding is not a single-byte one. */
function singleByteTable(name: string): ReadonlyMap<string, number> {
  const table = new Map<string, number>();
  const decoder = new TextDecoder(name);
  let isSingleByte = true;
  for (let byte = 0; byte < 256; byte++) {
    const character = decoder.decode(Uint8Array.of(byte));
    // Two bytes of a single-byte encoding are always two characters.
    if (decoder.decode(Uint8Array.of(byte, byte)) !== character + character) isSingleByte = false;
    if (character !== '\ufffd') table.set(character, byte);
  }
  return isSingleByte ? table : new Map();
}

function encodeSingleByte(name: string, table: ReadonlyMap<string, number>, value: string): Uint8Array {
  if (table.size === 0) {
    throw new EncodeError(
      'ERR_OXBOW_CODEC_UNENCODABLE',
      `text() decodes ${name} but does not encode it: encode UTF-8 instead`,
    );
  }
  const bytes = new Uint8Array(value.length);
  for (let index = 0; index < value.length; index++) {
    const byte = table.get(value[index]!);
    if (byte === undefined) {
      const point = value.codePointAt(index)!.toString(16).toUpperCase().padStart(4, '0');
      throw new EncodeError(
        'ERR_OXBOW_CODEC_UNENCODABLE',
        `text(): ${name} has no character U+${point} (index ${index})`,
        {
          path: `$[${index}]`,
        },
      );
    }
    bytes[index] = byte;
  }
  return bytes;
}
