/**
 * Bytes to strings in every encoding of the Encoding Standard: the engine's decoder, and tables for the two encodings that Node 22 lacks.
 */

/** The part of TextDecoder that is used here. */
export interface ByteDecoder {
  decode(bytes?: Uint8Array, options?: { readonly stream?: boolean }): string;
}

/** What to do with bad bytes and a byte order mark. */
export interface DecodingOptions {
  readonly fatal?: boolean;
  readonly ignoreBOM?: boolean;
}

/** The lower-case name of the encoding that `label` stands for; undefined when it stands for none. */
export function encodingName(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    // These two have one label each: their names.
    const name = String(label).trim().toLowerCase();
    return TABLES.has(name) ? name : undefined;
  }
}

/** A decoder for the encoding of that name, as {@link encodingName} gives it. */
export function byteDecoder(name: string, options: DecodingOptions = {}): ByteDecoder {
  try {
    return new TextDecoder(name, options);
  } catch (error) {
    const table = TABLES.get(name);
    if (table === undefined) throw error;
    return tableDecoder(table());
  }
}

/** A decoder for an encoding in which each byte is a character, so that it has no state, no fault and no byte order mark. */
export function tableDecoder(characters: readonly string[]): ByteDecoder {
  return {
    decode: (bytes = new Uint8Array(0)) => {
      let text = '';
      for (const byte of bytes) text += characters[byte];
      return text;
    },
  };
}

/** Where ISO-8859-16 is not ISO-8859-1: bytes, and the characters they stand for (index-iso-8859-16.txt of the Encoding Standard). */
const LATIN_10_BYTES =
  'a1 a2 a3 a4 a5 a6 a8 aa ac ae af b2 b3 b4 b5 b8 b9 ba bc bd be bf c3 c5 d0 d1 d5 d7 d8 dd de e3 e5 f0 f1 f5 f7 f8 fd fe';
const LATIN_10_CHARACTERS = 'ĄąŁ€„ŠšȘŹźŻČłŽ”žčșŒœŸżĂĆĐŃŐŚŰĘȚăćđńőśűęț';

/** The characters of ISO-8859-16, by byte. */
export function iso8859part16(): readonly string[] {
  const characters = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
  for (const [index, digits] of LATIN_10_BYTES.split(' ').entries()) {
    characters[Number.parseInt(digits, 16)] = LATIN_10_CHARACTERS[index]!;
  }
  return characters;
}

/** The characters of x-user-defined, by byte: the upper half is private use (Encoding Standard §14.5). */
export function userDefined(): readonly string[] {
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte < 0x80 ? byte : 0xf700 + byte));
}

const TABLES: ReadonlyMap<string, () => readonly string[]> = new Map([
  ['iso-8859-16', iso8859part16],
  ['x-user-defined', userDefined],
]);
