// Reads the plain messages of a stream in one pass, checking while it builds: no message is walked twice.
//
// It is an optimist. It knows scalars, strings, bytes, timestamps, arrays, maps with string keys, and records already defined; whatever
// else it meets (a definition, another extension, anything malformed, too deep or forbidden) it gives up on without a reason, and the
// message goes the long way: MessageScanner, which names the fault, then msgpackr. So what may be read and what is said about
// the rest is decided there alone; what has to hold here is that nothing passes which the scanner would refuse.
import { EXTENSION_TYPE } from './extensions.ts';
import type { FieldSource } from './record-builder.ts';
import { RecordReader } from './record-reader.ts';
import { StringReader } from './string-reader.ts';
import { FIRST_RECORD_ID, RECORD_IDS } from './tokens.ts';

/** What a reader lets through. */
export interface ReaderRules {
  /** The most containers around a value. */
  readonly maxDepth: number;
  /** Whether timestamps may occur. */
  readonly timestamps: boolean;
  readonly int64: 'bigint' | 'number-when-safe';
}

/** Returned in place of a value when the message has to go the long way. */
export const GIVEN_UP: unique symbol = Symbol('given up');

/** Longer arrays grow as their items are read, so that what a header announces costs no memory by itself. */
const MAX_PREPARED_ITEMS = 32;

const TIMESTAMP: number = EXTENSION_TYPE.timestamp;

/** Up to here, numbers hold integers exactly. */
const EXACT_INTEGERS = 2n ** 53n;

const NO_BYTES = new Uint8Array(0);
const NO_VIEW = new DataView(NO_BYTES.buffer);

/** Reads messages of one stream. It keeps a chunk from `begin` to `release`. */
export class ValueReader implements FieldSource {
  readonly #rules: ReaderRules;
  readonly #maxDepth: number;
  /** By record id less {@link FIRST_RECORD_ID}, with the definition each was made from. */
  readonly #records: (RecordReader | undefined)[] = new Array(RECORD_IDS).fill(undefined);
  readonly #definitions: unknown[] = new Array(RECORD_IDS).fill(undefined);
  // What a FieldSource shows is for the functions of records alone.
  bytes: Uint8Array = NO_BYTES;
  view: DataView = NO_VIEW;
  readonly strings: StringReader = new StringReader();
  at = 0;
  end = 0;

  constructor(rules: ReaderRules) {
    this.#rules = rules;
    this.#maxDepth = rules.maxDepth;
  }

  /** Takes over the definitions that a message brought; the names were checked by the scanner. */
  define(definitions: readonly (readonly string[] | undefined)[]): void {
    for (let id = 0; id < RECORD_IDS; id++) {
      const names = definitions[id];
      if (names === undefined || names === this.#definitions[id]) continue;
      this.#definitions[id] = names;
      this.#records[id] = new RecordReader(names);
    }
  }

  /** Starts on `chunk`, which is not a Buffer. */
  begin(chunk: Uint8Array): void {
    this.bytes = chunk;
    this.view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
    this.strings.begin(chunk, this.view);
  }

  /** Lets go of the chunk. */
  release(): void {
    this.bytes = NO_BYTES;
    this.view = NO_VIEW;
    this.strings.release();
  }

  /** The value of the message that fills `[start, end)` of the chunk, or {@link GIVEN_UP}. */
  message(start: number, end: number): unknown {
    this.at = start;
    this.end = end;
    const value = this.read(0);
    return this.at === end ? value : GIVEN_UP;
  }

  /** The next value, `depth` containers down. Worthless once `at` is beyond `end`. */
  read(depth: number): unknown {
    const at = this.at;
    if (at >= this.end) return this.#giveUp();
    const token = this.bytes[at]!;
    this.at = at + 1;
    if (token < 0x40) return token;
    if (token < 0x80) return this.record(token - FIRST_RECORD_ID, depth);
    if (token < 0x90) return this.#object(token & 0x0f, depth);
    if (token < 0xa0) return this.array(token & 0x0f, depth);
    if (token < 0xc0) return this.#string(token & 0x1f);
    if (token >= 0xe0) return token - 0x100;
    return this.#longer(token, at + 1, depth);
  }

  /** A value whose token is followed by something of a fixed size, from `at` on. */
  #longer(token: number, at: number, depth: number): unknown {
    const room = this.end - at;
    switch (token) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xcb:
        if (room < 8) break;
        this.at = at + 8;
        return this.view.getFloat64(at);
      case 0xcc:
      case 0xd0:
      case 0xd9:
      case 0xc4:
        if (room < 1) break;
        this.at = at + 1;
        if (token === 0xcc) return this.bytes[at];
        if (token === 0xd9) return this.#string(this.bytes[at]!);
        return token === 0xd0 ? this.view.getInt8(at) : this.#binary(this.bytes[at]!);
      case 0xcd:
      case 0xd1:
      case 0xda:
      case 0xc5:
      case 0xdc:
      case 0xde:
        if (room < 2) break;
        this.at = at + 2;
        if (token === 0xd1) return this.view.getInt16(at);
        return token === 0xcd ? this.view.getUint16(at) : this.#sized(token, this.view.getUint16(at), depth);
      case 0xce:
      case 0xd2:
      case 0xca:
      case 0xdb:
      case 0xc6:
      case 0xdd:
      case 0xdf:
        if (room < 4) break;
        this.at = at + 4;
        if (token === 0xd2) return this.view.getInt32(at);
        if (token === 0xca) return this.view.getFloat32(at);
        return token === 0xce ? this.view.getUint32(at) : this.#sized(token, this.view.getUint32(at), depth);
      case 0xcf:
      case 0xd3:
        if (room < 8) break;
        this.at = at + 8;
        return this.#integer64(token === 0xcf ? this.view.getBigUint64(at) : this.view.getBigInt64(at));
      case 0xd6:
        if (room < 5 || this.bytes[at] !== TIMESTAMP || !this.#rules.timestamps) break;
        this.at = at + 5;
        return new Date(this.view.getUint32(at + 1) * 1000);
      case 0xd7:
        if (room < 9 || this.bytes[at] !== TIMESTAMP || !this.#rules.timestamps) break;
        this.at = at + 9;
        return this.#timestamp64(this.view.getUint32(at + 1), this.view.getUint32(at + 5));
    }
    return this.#giveUp();
  }

  /** A value with a length of 16 or 32 bits, which was just read. */
  #sized(token: number, length: number, depth: number): unknown {
    if (token === 0xda || token === 0xdb) return this.#string(length);
    if (token === 0xc5 || token === 0xc6) return this.#binary(length);
    return token < 0xde ? this.array(length, depth) : this.#object(length, depth);
  }

  #string(length: number): string | undefined {
    const start = this.at;
    if (start + length > this.end) return this.#giveUp();
    this.at = start + length;
    return this.strings.read(start, start + length);
  }

  #binary(length: number): Uint8Array | undefined {
    const start = this.at;
    if (start + length > this.end) return this.#giveUp();
    this.at = start + length;
    return this.bytes.slice(start, start + length);
  }

  #integer64(value: bigint): bigint | number {
    if (this.#rules.int64 === 'bigint') return value;
    return value >= -EXACT_INTEGERS && value <= EXACT_INTEGERS ? Number(value) : value;
  }

  /** 30 bits of nanoseconds, then 34 bits of seconds. */
  #timestamp64(high: number, low: number): Date {
    return new Date((high >>> 2) / 1e6 + ((high & 3) * 2 ** 32 + low) * 1000);
  }

  /** The record with this id less {@link FIRST_RECORD_ID}, whose token was read. */
  record(id: number, depth: number): object | undefined {
    const reader = this.#records[id];
    if (reader === undefined || depth === this.#maxDepth) return this.#giveUp();
    if (reader.fields > this.end - this.at) return this.#giveUp();
    return reader.read(this, depth + 1);
  }

  /** An array of so many items, whose token was read. */
  array(length: number, depth: number): unknown[] | undefined {
    if (depth === this.#maxDepth || length > this.end - this.at) return this.#giveUp();
    const items: unknown[] = new Array(Math.min(length, MAX_PREPARED_ITEMS));
    const { bytes, end } = this;
    for (let index = 0; index < length; index++) {
      const { at } = this;
      const token = bytes[at]!;
      // What arrays mostly hold is read here, as records do it.
      if (token < 0x40) {
        this.at = at + 1;
        items[index] = token;
      } else if (token === 0xcb && at + 9 <= end) {
        this.at = at + 9;
        items[index] = this.view.getFloat64(at + 1);
      } else if (token === 0xcd && at + 3 <= end) {
        this.at = at + 3;
        items[index] = this.view.getUint16(at + 1);
      } else if (token >= 0xa0 && token < 0xc0 && at + token - 0x9f <= end) {
        this.at = at + token - 0x9f;
        items[index] = this.strings.read(at + 1, this.at);
      } else items[index] = this.read(depth + 1);
      if (this.at > end) return undefined;
    }
    return items;
  }

  #object(length: number, depth: number): object | undefined {
    if (depth === this.#maxDepth || length * 2 > this.end - this.at) return this.#giveUp();
    const object: Record<string, unknown> = {};
    for (let index = 0; index < length; index++) {
      const key = this.read(depth + 1);
      if (typeof key !== 'string' || key === '__proto__') return this.#giveUp();
      object[key] = this.read(depth + 1);
      if (this.at > this.end) return undefined;
    }
    return object;
  }

  #giveUp(): undefined {
    this.at = this.end + 1;
    return undefined;
  }
}
