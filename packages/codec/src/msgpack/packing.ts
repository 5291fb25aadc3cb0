// The only importer of msgpackr: one packer and one unpacker for a codec's rules. It knows nothing of frames, limits or paths;
// the guard has looked at what goes in and the scanner at what comes out.
import { addExtension, Packr, RESET_BUFFER_MODE, Unpackr } from 'msgpackr';
import { OptionError } from '../errors.ts';
import type { ExtensionClass, ExtensionWhitelist } from './extensions.ts';
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

/** Reads values; `bytes` may be a part of a larger buffer and is not kept. */
export type Unpack = (bytes: Uint8Array, start: number, end: number) => unknown;

/** @throws OptionError when another codec has one of the extension types with another definition. */
export function createPacker(rules: PackingRules): Packer {
  for (const entry of rules.extensions.classes) register(entry);
  const { records } = rules;
  let isKnown = false;
  const packr = new Packr({
    useRecords: records === 'none' ? false : (value: object) => isKnown || isRecordShape(value),
    // Sequential: each record is defined where it first occurs, and the definition holds for the rest of the stream.
    sequential: records === 'shared',
    variableMapSize: true,
    moreTypes: rules.extensions.usesMoreTypes,
    encodeUndefinedAsNil: true,
    // Classes are refused before they come here, and data called "toJSON" is data.
    useToJSON: false,
  });
  return {
    pack: (value, onlyRecords) => {
      // A class extension may pack something of its own with this packer, in the middle of a value.
      const before = isKnown;
      isKnown = onlyRecords;
      try {
        return packr.pack(value, RESET_BUFFER_MODE);
      } finally {
        isKnown = before;
      }
    },
    forgetRecords: () => packr.clearSharedData(),
  };
}

/** An unpacker of one stream, and what it has learned: field names by record id less 0x40, a new array for each definition. */
export interface SharedUnpack {
  readonly unpack: Unpack;
  readonly definitions: readonly (readonly string[] | undefined)[];
}

/** @throws OptionError as {@link createPacker}. */
export function createUnpack(rules: PackingRules): Unpack {
  return createSharedUnpack(rules).unpack;
}

/** @throws OptionError as {@link createPacker}. */
export function createSharedUnpack(rules: PackingRules): SharedUnpack {
  for (const entry of rules.extensions.classes) register(entry);
  const definitions: string[][] = [];
  const unpackr = new Unpackr({
    ...(rules.records === 'none' ? { useRecords: false } : {}),
    ...(rules.records === 'shared'
      ? { sequential: true, structures: definitions, maxSharedStructures: 0 }
      : {}),
    mapsAsObjects: !rules.extensions.has('map'),
    copyBuffers: true,
    structuredClone: false,
    ...(rules.int64 === 'number-when-safe' ? { int64AsType: 'auto' as 'number' } : {}),
  });
  const range = { start: 0, end: 0 };
  const unpack: Unpack = (bytes, start, end) => {
    range.start = start;
    range.end = end;
    return unpackr.unpack(bytes, range);
  };
  return { unpack, definitions };
}

/** msgpackr keeps extension types for the whole process, so a type can mean only one thing in it. */
const registered = new Map<number, ExtensionClass>();

function register(entry: ExtensionClass): void {
  const before = registered.get(entry.type);
  if (before === undefined) {
    registered.set(entry.type, entry);
    addExtension({
      Class: entry.class,
      type: entry.type,
      pack: (value) => entry.encode(value),
      unpack: (bytes) => entry.decode(bytes),
    });
    return;
  }
  if (before.class === entry.class && before.encode === entry.encode && before.decode === entry.decode)
    return;
  throw new OptionError(
    'ERR_OXBOW_CODEC_INVALID_OPTION',
    `extensions: type ${entry.type} already belongs to ${before.class.name} in this process: take another number or pass the same functions`,
    'extensions',
  );
}
