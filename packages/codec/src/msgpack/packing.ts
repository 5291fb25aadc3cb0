/**
 * Beside class-extensions.ts the only importer of msgpackr: one packer and one unpacker for a codec's rules. It knows nothing of
 * frames, limits or paths; the guard has looked at what goes in and the scanner at what comes out.
 */

import { Packr, RESET_BUFFER_MODE, Unpackr } from 'msgpackr';
import { withPayloads, withReaders } from './class-extensions.ts';
import type { ExtensionWhitelist } from './extensions.ts';
import { isRecordShape } from './record-shape.ts';

/** What packer and unpacker have to agree on. */
export interface PackingRules {
  readonly extensions: ExtensionWhitelist;
  /** `none`: objects are maps. `own`: records defined within each message. `shared`: records defined once in a stream. */
  readonly records: 'none' | 'own' | 'shared';
  /** What 64-bit integers become. */
  readonly int64: 'bigint' | 'number-when-safe';
}

/** Writes values; with shared records it remembers what it has defined. */
export interface Packer {
  /**
   * The bytes of `value`, in memory that the next call overwrites.
   *
   * @param onlyRecords whether every object in it is known to be fit for a record, which saves looking at each
   */
  pack(value: unknown, onlyRecords: boolean): Uint8Array;
  /** Forgets the shared records, so that they are defined anew: for when the last message was not sent. */
  forgetRecords(): void;
}

/** Reads values that the scanner has passed; with shared records it remembers those defined so far. */
export interface Unpacker {
  /** The one value that fills `bytes[start, end)`. */
  one(bytes: Uint8Array, start: number, end: number): unknown;
  /**
   * The `count` values that fill `bytes[start, end)` one behind the other, which is faster than one by one. When it throws, nothing was
   * read. undefined where reading calls functions of the caller's, which then run once for each value.
   */
  readonly many: ((bytes: Uint8Array, start: number, end: number, count: number) => unknown[]) | undefined;
}

export function createPacker(rules: PackingRules): Packer {
  const { extensions, records } = rules;
  let isKnown = false;
  const packr = new Packr({
    useRecords: records === 'none' ? false : (value: object) => isKnown || isRecordShape(value),
    // Sequential: each record is defined where it first occurs, and the definition holds for the rest of the stream.
    sequential: records === 'shared',
    variableMapSize: true,
    moreTypes: extensions.usesMoreTypes,
    encodeUndefinedAsNil: true,
    // Classes are refused before they come here, and data called "toJSON" is data.
    useToJSON: false,
  });
  return {
    pack: (value, onlyRecords) => {
      const plain = extensions.classes.length === 0 ? value : withPayloads(value, extensions);
      isKnown = onlyRecords;
      return packr.pack(plain, RESET_BUFFER_MODE);
    },
    forgetRecords: () => packr.clearSharedData(),
  };
}

export function createUnpacker(rules: PackingRules): Unpacker {
  const { classes } = rules.extensions;
  const structures: object[] = [];
  const unpackr = new Unpackr({
    ...(rules.records === 'none' ? { useRecords: false } : {}),
    ...(rules.records === 'shared' ? { sequential: true, structures, maxSharedStructures: 0 } : {}),
    mapsAsObjects: !rules.extensions.has('map'),
    copyBuffers: true,
    structuredClone: false,
    ...(rules.int64 === 'number-when-safe' ? { int64AsType: 'auto' as 'number' } : {}),
  });
  const range = { start: 0, end: 0 };
  const one = (bytes: Uint8Array, start: number, end: number): unknown => {
    range.start = start;
    range.end = end;
    return unpackr.unpack(bytes, range);
  };
  if (classes.length > 0) {
    return {
      one: (bytes, start, end) => withReaders(classes, () => one(bytes, start, end)),
      many: undefined,
    };
  }
  return {
    one,
    many: (bytes, start, end, count) => {
      const before = structures.slice();
      const wrapped = wrapInArray(bytes, start, end, count);
      try {
        return one(wrapped, 0, ARRAY_HEADER_BYTES + end - start) as unknown[];
      } catch (error) {
        structures.splice(0, structures.length, ...before);
        throw error;
      }
    },
  };
}

const ARRAY_HEADER_BYTES = 5;
const ARRAY_32 = 0xdd;

/** The most bytes kept from one call of {@link wrapInArray} to the next, for the whole process. */
const MAX_SCRATCH_BYTES = 256 * 1024;
let scratch = new Uint8Array(0);

/**
 * The values in `bytes[start, end)` as the items of one array, in memory good until the next call. The call of msgpackr for a sequence
 * of values cannot be made while another message is being read, say by an extension of the program's own.
 */
function wrapInArray(bytes: Uint8Array, start: number, end: number, count: number): Uint8Array {
  const length = ARRAY_HEADER_BYTES + end - start;
  let wrapped = scratch;
  if (wrapped.length < length) {
    wrapped = new Uint8Array(length);
    if (length <= MAX_SCRATCH_BYTES) scratch = wrapped;
  }
  wrapped[0] = ARRAY_32;
  for (let index = 1; index < ARRAY_HEADER_BYTES; index++) {
    wrapped[index] = count >>> (8 * (ARRAY_HEADER_BYTES - 1 - index));
  }
  wrapped.set(bytes.subarray(start, end), ARRAY_HEADER_BYTES);
  return wrapped;
}
