// Writes plain values in one pass, checking as it goes. Like ValueReader it is an optimist: it knows null, booleans, numbers, bigints,
// strings, bytes, dates, arrays and plain objects, and gives up on anything else, too deep, too large or forbidden. The value then goes
// the long way: ValueGuard, which names the path of what is wrong, and msgpackr. Both ways write the same format.
import { EXTENSION_TYPE } from './extensions.ts';
import { RecordIds } from './record-ids.ts';
import { isRecordSize } from './record-shape.ts';

/** What a writer lets through. */
export interface WriterRules {
  /** The most containers around a value. */
  readonly maxDepth: number;
  /** The most bytes in a message. */
  readonly maxFrameBytes: number;
  /** Whether dates may occur. */
  readonly timestamps: boolean;
  /** Whether objects are records, defined once in a stream, or else maps. */
  readonly records: boolean;
}

/** First allocation, and the most that is kept between messages. */
const FIRST_CAPACITY_BYTES = 4096;
const KEPT_CAPACITY_BYTES = 64 * 1024;

/** No token with its fixed part is longer; strings, bytes and definitions ask for room of their own. */
const LONGEST_TOKEN_BYTES = 16;

/** Longer strings are faster through TextEncoder than unit by unit. */
const LONGEST_SPELLED_UNITS = 64;
const MAX_UTF8_BYTES_PER_UNIT = 3;

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;

const utf8 = new TextEncoder();

/** Thrown to leave a value half written; it never leaves this file. */
const GIVE_UP: unique symbol = Symbol('give up');

/** Writes one message after another; with records it remembers what it has defined. */
export class ValueWriter {
  readonly #rules: WriterRules;
  readonly #records: RecordIds | undefined;
  readonly #smallIntegers: number;
  #bytes: Uint8Array = new Uint8Array(FIRST_CAPACITY_BYTES);
  #view: DataView = new DataView(this.#bytes.buffer);
  #at = 0;
  /** The last position a message may reach. */
  #limit = 0;
  #isBusy = false;

  constructor(rules: WriterRules) {
    this.#rules = rules;
    this.#records = rules.records ? new RecordIds() : undefined;
    // With records the bytes from 0x40 on are record ids.
    this.#smallIntegers = rules.records ? 0x40 : 0x80;
  }

  /**
   * The message of `value` behind `headroom` unset bytes, in memory of its own; undefined when the value has to go the long way.
   * A getter that encodes with the same writer sends its own value the long way.
   */
  message(value: unknown, headroom: number): Uint8Array | undefined {
    if (this.#isBusy) return undefined;
    this.#isBusy = true;
    this.#at = headroom;
    this.#limit = headroom + this.#rules.maxFrameBytes;
    try {
      this.#write(value, 0);
      return this.#at <= this.#limit ? this.#bytes.slice(0, this.#at) : undefined;
    } catch {
      // What a getter throws is thrown again, and named, on the long way.
      return undefined;
    } finally {
      this.#isBusy = false;
      if (this.#bytes.length > KEPT_CAPACITY_BYTES) this.#allocate(FIRST_CAPACITY_BYTES);
    }
  }

  /** Forgets the records it has defined: for when the last message was not sent, or another packer wrote one. */
  forgetRecords(): void {
    this.#records?.forget();
  }

  #write(value: unknown, depth: number): void {
    if (this.#at + LONGEST_TOKEN_BYTES > this.#bytes.length) this.#makeRoom(LONGEST_TOKEN_BYTES);
    switch (typeof value) {
      case 'string':
        this.#string(value);
        break;
      case 'number':
        this.#number(value);
        break;
      case 'boolean':
        this.#bytes[this.#at++] = value ? 0xc3 : 0xc2;
        break;
      case 'object':
        if (value === null) this.#bytes[this.#at++] = 0xc0;
        else this.#object(value, depth);
        break;
      case 'undefined':
        this.#bytes[this.#at++] = 0xc0;
        break;
      case 'bigint':
        this.#bigint(value);
        break;
      default:
        throw GIVE_UP;
    }
  }

  #number(value: number): void {
    const at = this.#at;
    if ((value | 0) === value) {
      if (value >= 0 && value < this.#smallIntegers) {
        // The assignment makes -0 a 0.
        this.#bytes[at] = value;
        this.#at = at + 1;
      } else if (value >= 0) this.#unsigned(value);
      else this.#negative(value);
    } else if (value >>> 0 === value) {
      this.#unsigned(value);
    } else {
      this.#bytes[at] = 0xcb;
      this.#view.setFloat64(at + 1, value);
      this.#at = at + 9;
    }
  }

  #unsigned(value: number): void {
    if (value < 0x100) this.#head8(0xcc, value);
    else if (value < 0x1_0000) this.#head16(0xcd, value);
    else this.#head32(0xce, value);
  }

  #negative(value: number): void {
    if (value >= -0x20) this.#bytes[this.#at++] = value;
    else if (value >= -0x80) this.#head8(0xd0, value);
    else if (value >= -0x8000) this.#head16(0xd1, value);
    else this.#head32(0xd2, value);
  }

  #bigint(value: bigint): void {
    if (value < INT64_MIN || value > UINT64_MAX) throw GIVE_UP;
    const isSigned = value <= INT64_MAX;
    this.#bytes[this.#at] = isSigned ? 0xd3 : 0xcf;
    if (isSigned) this.#view.setBigInt64(this.#at + 1, value);
    else this.#view.setBigUint64(this.#at + 1, value);
    this.#at += 9;
  }

  #string(value: string): void {
    if (value.length > LONGEST_SPELLED_UNITS || !this.#spelled(value)) this.#encoded(value);
  }

  /** Writes a short string that is ASCII, and tells whether it is. */
  #spelled(value: string): boolean {
    const { length } = value;
    if (this.#at + 2 + length > this.#bytes.length) this.#makeRoom(2 + length);
    const bytes = this.#bytes;
    let at = this.#at;
    if (length < 0x20) bytes[at++] = 0xa0 | length;
    else {
      bytes[at++] = 0xd9;
      bytes[at++] = length;
    }
    for (let index = 0; index < length; index++) {
      const unit = value.charCodeAt(index);
      if (unit > 0x7f) return false;
      bytes[at++] = unit;
    }
    this.#at = at;
    return true;
  }

  /** A string whose length in bytes is known only when they are there: they are moved up to its header then. */
  #encoded(value: string): void {
    if (value.length > this.#limit - this.#at) throw GIVE_UP;
    this.#makeRoom(LONGEST_TOKEN_BYTES + value.length * MAX_UTF8_BYTES_PER_UNIT);
    const start = this.#at + LONGEST_TOKEN_BYTES;
    const { written } = utf8.encodeInto(value, this.#bytes.subarray(start));
    if (written < 0x20) this.#bytes[this.#at++] = 0xa0 | written;
    else if (written < 0x100) this.#head8(0xd9, written);
    else if (written < 0x1_0000) this.#head16(0xda, written);
    else this.#head32(0xdb, written);
    this.#bytes.copyWithin(this.#at, start, start + written);
    this.#at += written;
  }

  #object(value: object, depth: number): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      if (depth === this.#rules.maxDepth) throw GIVE_UP;
      this.#fields(value as Record<string, unknown>, depth);
    } else if (Array.isArray(value)) {
      if (depth === this.#rules.maxDepth) throw GIVE_UP;
      this.#items(value, depth);
    } else if (value instanceof Uint8Array) this.#binary(value);
    else if (value instanceof Date) this.#date(value);
    else throw GIVE_UP;
  }

  #items(items: readonly unknown[], depth: number): void {
    const { length } = items;
    if (length > this.#limit - this.#at) throw GIVE_UP;
    if (length < 0x10) this.#bytes[this.#at++] = 0x90 | length;
    else if (length < 0x1_0000) this.#head16(0xdc, length);
    else this.#head32(0xdd, length);
    for (let index = 0; index < length; index++) this.#write(items[index], depth + 1);
  }

  #fields(object: Record<string, unknown>, depth: number): void {
    const names = Object.keys(object);
    const id = this.#records === undefined ? 0 : this.#records.find(names);
    if (id !== 0) this.#bytes[this.#at++] = id;
    else {
      if (names.includes('__proto__')) throw GIVE_UP;
      if (this.#records === undefined || !isRecordSize(names.length, names.join('').length)) {
        this.#map(object, names, depth);
        return;
      }
      this.#definition(this.#records.define(names), names);
    }
    for (let index = 0; index < names.length; index++) this.#write(object[names[index]!], depth + 1);
  }

  #definition(id: number, names: readonly string[]): void {
    const bytes = this.#bytes;
    bytes[this.#at++] = 0xd4;
    bytes[this.#at++] = EXTENSION_TYPE.record;
    bytes[this.#at++] = id;
    if (names.length < 0x10) bytes[this.#at++] = 0x90 | names.length;
    else this.#head16(0xdc, names.length);
    for (const name of names) this.#string(name);
  }

  #map(object: Record<string, unknown>, names: readonly string[], depth: number): void {
    const { length } = names;
    if (length < 0x10) this.#bytes[this.#at++] = 0x80 | length;
    else if (length < 0x1_0000) this.#head16(0xde, length);
    else this.#head32(0xdf, length);
    for (let index = 0; index < length; index++) {
      const name = names[index]!;
      this.#string(name);
      this.#write(object[name], depth + 1);
    }
  }

  #binary(value: Uint8Array): void {
    const { length } = value;
    if (length > this.#limit - this.#at) throw GIVE_UP;
    this.#makeRoom(LONGEST_TOKEN_BYTES + length);
    if (length < 0x100) this.#head8(0xc4, length);
    else if (length < 0x1_0000) this.#head16(0xc5, length);
    else this.#head32(0xc6, length);
    this.#bytes.set(value, this.#at);
    this.#at += length;
  }

  /** The specification's timestamp in its shortest form: 32 bits of seconds, 30 + 34 bits with nanoseconds, or 32 + 64. */
  #date(value: Date): void {
    const timeMs = value.getTime();
    if (!this.#rules.timestamps || Number.isNaN(timeMs)) throw GIVE_UP;
    const seconds = Math.floor(timeMs / 1000);
    const nanoseconds = (timeMs - seconds * 1000) * 1e6;
    const view = this.#view;
    if (seconds < 0 || seconds >= 2 ** 34) {
      this.#head16(0xc7, (12 << 8) | EXTENSION_TYPE.timestamp);
      view.setUint32(this.#at, nanoseconds);
      view.setBigInt64(this.#at + 4, BigInt(seconds));
      this.#at += 12;
    } else if (nanoseconds === 0 && seconds < 2 ** 32) {
      this.#head8(0xd6, EXTENSION_TYPE.timestamp);
      view.setUint32(this.#at, seconds);
      this.#at += 4;
    } else {
      this.#head8(0xd7, EXTENSION_TYPE.timestamp);
      view.setUint32(this.#at, nanoseconds * 4 + Math.floor(seconds / 2 ** 32));
      view.setUint32(this.#at + 4, seconds);
      this.#at += 8;
    }
  }

  #head8(token: number, value: number): void {
    this.#bytes[this.#at++] = token;
    this.#bytes[this.#at++] = value;
  }

  #head16(token: number, value: number): void {
    this.#bytes[this.#at] = token;
    this.#view.setUint16(this.#at + 1, value);
    this.#at += 3;
  }

  #head32(token: number, value: number): void {
    this.#bytes[this.#at] = token;
    this.#view.setUint32(this.#at + 1, value);
    this.#at += 5;
  }

  /** Makes room for `size` bytes more, unless the message is over its limit already. */
  #makeRoom(size: number): void {
    if (this.#at > this.#limit) throw GIVE_UP;
    const needed = this.#at + size;
    if (needed <= this.#bytes.length) return;
    const written = this.#bytes.subarray(0, this.#at);
    this.#allocate(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.set(written);
  }

  #allocate(capacity: number): void {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }
}
