/**
 * Strings to bytes in the encodings for which that is a table or a formula. The Encoding Standard gives the web only UTF-8
 * encoders; UTF-16 is written by hand and a single-byte table is the decoder's own table turned round.
 */

import { EncodeError } from './errors.ts';
import { byteDecoder } from './text-decoding.ts';

const utf8 = new TextEncoder();

/** A function from text to bytes in the encoding of that canonical (lower-case) name; it throws EncodeError for what the encoding lacks. */
export function textEncoding(name: string): (value: string) => Uint8Array {
  if (name === 'utf-8') return (value) => utf8.encode(value);
  if (name === 'utf-16le' || name === 'utf-16be') return (value) => encodeUtf16(value, name === 'utf-16le');
  if (!isSingleByte(name)) {
    return () => {
      throw new EncodeError(
        'ERR_OXBOW_CODEC_UNENCODABLE',
        `text() decodes ${name} but does not encode it: encode UTF-8 instead`,
      );
    };
  }
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

/** The encodings of the Encoding Standard in which a character may be several bytes; in all others one byte is one character. */
const MULTI_BYTE: ReadonlySet<string> = new Set([
  'utf-8',
  'utf-16le',
  'utf-16be',
  'gbk',
  'gb18030',
  'big5',
  'euc-jp',
  'iso-2022-jp',
  'shift_jis',
  'euc-kr',
  'replacement',
]);

/** Whether one byte is one character in the encoding of that canonical (lower-case) name. */
export function isSingleByte(name: string): boolean {
  return !MULTI_BYTE.has(name);
}

/** Character to byte in a single-byte encoding. */
function singleByteTable(name: string): ReadonlyMap<string, number> {
  const decoder = byteDecoder(name);
  const table = new Map<string, number>();
  for (let byte = 0; byte < 256; byte++) {
    // Streaming, because Node 22 decodes windows-1252 wrongly (as ISO-8859-1) in one go.
    const character = decoder.decode(Uint8Array.of(byte), { stream: true });
    if (character !== '\ufffd') table.set(character, byte);
  }
  return table;
}

function encodeSingleByte(name: string, table: ReadonlyMap<string, number>, value: string): Uint8Array {
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
