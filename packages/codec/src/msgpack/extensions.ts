/**
 * Which MessagePack extensions a codec lets through, in both directions. Names are ours, type numbers are msgpackr's and, for
 * the timestamp, the specification's.
 */

import { OptionError } from '../errors.ts';

/** The extensions a codec can be told to allow, beside {@link ExtensionClass}. */
export type ExtensionName = 'timestamp' | 'map' | 'set' | 'error' | 'regexp' | 'typed-array';

/** A class of the caller's own as an extension type. */
export interface ExtensionClass<T = unknown> {
  /** The extension type, 1 to 63: above lie msgpackr's own, below zero those of the specification. */
  readonly type: number;
  /** Values of this class are written with `encode`. */
  readonly class: abstract new (
    ...parameters: never[]
  ) => T;
  /** The payload of a value. */
  encode(value: T): Uint8Array;
  /** The value of a payload; the bytes are a view good only during the call. What it throws becomes the cause of a DecodeError. */
  decode(bytes: Uint8Array): T;
}

/** What may stand in the `extensions` option. */
export type Extension = ExtensionName | ExtensionClass;

/** Extension type numbers on the wire. */
export const EXTENSION_TYPE: {
  readonly timestamp: number;
  readonly set: number;
  readonly error: number;
  readonly regexp: number;
  readonly typedArray: number;
  readonly record: number;
} = Object.freeze({
  /** The specification's timestamp, type -1. */
  timestamp: 0xff,
  set: 0x73,
  error: 0x65,
  regexp: 0x78,
  typedArray: 0x74,
  /** Definition of a record: an id and its field names, then its first values. */
  record: 0x72,
});

const NAMES: readonly ExtensionName[] = ['timestamp', 'map', 'set', 'error', 'regexp', 'typed-array'];

/** The `extensions` option, checked and looked up. */
export class ExtensionWhitelist {
  readonly #names: ReadonlySet<ExtensionName>;
  readonly #classes: readonly ExtensionClass[];
  /** Indexed by wire type: 1 where the type may occur. */
  readonly allowedTypes: Uint8Array;

  /** @throws OptionError for an unknown name, a type out of range, or two entries with one type. */
  constructor(where: string, entries: readonly Extension[]) {
    if (!Array.isArray(entries)) throw invalid(where, `must be an array, got ${String(entries)}`);
    const names = new Set<ExtensionName>();
    const classes: ExtensionClass[] = [];
    for (const entry of entries) {
      if (typeof entry === 'object' && entry !== null)
        classes.push(checkClass(where, entry as ExtensionClass, classes));
      else if (NAMES.includes(entry)) names.add(entry);
      else
        throw invalid(
          where,
          `takes ${NAMES.join(', ')} or { type, class, encode, decode }, not ${String(entry)}`,
        );
    }
    this.#names = names;
    this.#classes = classes;
    this.allowedTypes = new Uint8Array(256);
    for (const { type } of classes) this.allowedTypes[type] = 1;
    if (names.has('timestamp')) this.allowedTypes[EXTENSION_TYPE.timestamp] = 1;
    if (names.has('set')) this.allowedTypes[EXTENSION_TYPE.set] = 1;
    if (names.has('error')) this.allowedTypes[EXTENSION_TYPE.error] = 1;
    if (names.has('regexp')) this.allowedTypes[EXTENSION_TYPE.regexp] = 1;
    // msgpackr writes even plain bytes as a typed array once any of its own types is on.
    if (this.usesMoreTypes) this.allowedTypes[EXTENSION_TYPE.typedArray] = 1;
  }

  has(name: ExtensionName): boolean {
    return this.#names.has(name);
  }

  get classes(): readonly ExtensionClass[] {
    return this.#classes;
  }

  /** Whether msgpackr has to be told to write its own extension types. */
  get usesMoreTypes(): boolean {
    return this.has('set') || this.has('error') || this.has('regexp') || this.has('typed-array');
  }

  /** The entry that writes `value`, if it is an instance of an allowed class. */
  classOf(value: object): ExtensionClass | undefined {
    return this.#classes.find((entry) => value instanceof entry.class);
  }
}

/** What to write for a refused extension type on the wire: its name as far as it is known, and how to allow it. */
export function describeType(type: number): string {
  if (type === EXTENSION_TYPE.timestamp) return "timestamp (allow it with extensions: ['timestamp'])";
  if (type === EXTENSION_TYPE.set) return "set (allow it with extensions: ['set'])";
  if (type === EXTENSION_TYPE.error) return "error (allow it with extensions: ['error'])";
  if (type === EXTENSION_TYPE.regexp)
    return "regexp (allow it with extensions: ['regexp'], for trusted peers only)";
  if (type === EXTENSION_TYPE.typedArray) return "typed-array (allow it with extensions: ['typed-array'])";
  if (type === EXTENSION_TYPE.record)
    return "record (msgpackStream(), or msgpack() with extensions: ['map'])";
  if (type >= 1 && type <= LAST_CLASS_TYPE)
    return `${type} (allow it with extensions: [{ type: ${type}, class, encode, decode }])`;
  return `${type > 0x7f ? type - 0x100 : type}`;
}

/** Below msgpackr's own types, which are letters. */
const LAST_CLASS_TYPE = 63;

function checkClass(where: string, entry: ExtensionClass, others: readonly ExtensionClass[]): ExtensionClass {
  const { type } = entry;
  if (!Number.isInteger(type) || type < 1 || type > LAST_CLASS_TYPE) {
    throw invalid(where, `class types are whole numbers from 1 to ${LAST_CLASS_TYPE}, got ${String(type)}`);
  }
  for (const member of ['class', 'encode', 'decode'] as const) {
    if (typeof entry[member] !== 'function')
      throw invalid(where, `type ${type} needs a ${member} that is a function`);
  }
  if (others.some((other) => other.type === type)) throw invalid(where, `type ${type} is given twice`);
  return entry;
}

function invalid(where: string, what: string): OptionError {
  return new OptionError('ERR_OXBOW_CODEC_INVALID_OPTION', `${where}: extensions ${what}`, 'extensions');
}
