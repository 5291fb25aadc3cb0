/**
 * Walks the tokens of one MessagePack message before anything is built from it, and so decides what may be built. It
 * checks nesting, extension types, key types and record ids, and that every announced length is really there. It allocates
 * nothing per value.
 *
 * Theory of operation. A message is one value; a container owes its items. `#owed[depth]` counts the items still owed by the
 * container at `depth`. A message is complete when nothing is owed. The walk can stop at any token whose bytes are not all here and
 * go on later, because its whole state is that stack and `#at`. So a message cut into a thousand chunks is still walked once.
 * A message is refused at the first token that would end behind its limit, or that announces more items than bytes are left to it.
 *
 * Token numbers: https://github.com/msgpack/msgpack/blob/master/spec.md. Records are msgpackr's extension: d4 72 <id> [names]
 * defines an id from 0x40 to 0x7f and its first record follows; the bare byte <id> is then a record.
 */

import { EXTENSION_TYPE } from './extensions.ts';
import { MAX_RECORD_FIELDS, MAX_RECORD_NAME_BYTES } from './record-shape.ts';
import { ScanFaults } from './scan-faults.ts';
import {
  FIRST_RECORD_ID,
  isErrorName,
  isProto,
  LENGTH_BYTES,
  RECORD_IDS,
  readLength,
  scalarSizesFor,
  TAG_BYTES,
  UINT8_ARRAY,
} from './tokens.ts';

/** What a scanner lets through. */
export interface ScanRules {
  /** Named in errors. */
  readonly where: string;
  /** The most containers around a value. */
  readonly maxDepth: number;
  /** The most bytes in a message. */
  readonly maxFrameBytes: number;
  /** Indexed by extension type. */
  readonly allowedTypes: Uint8Array;
  /** Whether typed arrays other than Uint8Array may occur. */
  readonly typedArrays: boolean;
  /** Whether records may occur. Without them 0x40 to 0x7f are integers. */
  readonly records: boolean;
  /** Whether MessagePack maps become Maps, whose keys may be anything, instead of objects. */
  readonly maps: boolean;
}

/** What the items of a container are: values, or keys and values in turn. */
const VALUES = 0;
const KEYS_AND_VALUES = 1;

/** Number of fields of a record id that was not defined. */
const UNDEFINED_RECORD = -1;

/** Scans one message after another; record definitions last until {@link MessageScanner.forgetRecords}. */
export class MessageScanner {
  readonly #rules: ScanRules;
  readonly #scalarSizes: Uint8Array;
  /** Number of fields by record id less {@link FIRST_RECORD_ID}. */
  readonly #recordFields: Int16Array = new Int16Array(RECORD_IDS).fill(UNDEFINED_RECORD);
  /** Items owed and kind of items, by depth; the entry at `#depth` is live only between calls. */
  readonly #owed: Int32Array;
  readonly #kinds: Uint8Array;
  #depth = 0;
  /** Position in the message, from its first byte. */
  #at = 0;
  readonly #faults: ScanFaults;
  /** The most bytes the message may have, and whether that many are here, so that needing more means it was cut off. */
  #limit = 0;
  #isWhole = false;
  /** What the token just read by one of the helpers is: the position behind it, and its number of items or -1. */
  #next = 0;
  #items = -1;

  constructor(rules: ScanRules) {
    this.#rules = rules;
    this.#faults = new ScanFaults(rules);
    this.#scalarSizes = scalarSizesFor(rules.records);
    this.#owed = new Int32Array(rules.maxDepth + 1);
    this.#kinds = new Uint8Array(rules.maxDepth + 1);
  }

  /** After a message was found complete: its length in bytes. */
  get messageBytes(): number {
    return this.#at;
  }

  /** Starts on a message of unknown length at `offset` of its stream. */
  begin(offset: number): void {
    this.#reset(offset, this.#rules.maxFrameBytes, false);
  }

  /** Walks on through the message that starts at `bytes[start]`; false when it does not end before `end`. */
  resume(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#walk(bytes, start, end);
  }

  /** Walks a message that fills `bytes[start, end)` exactly. */
  scan(bytes: Uint8Array, start: number, end: number, offset: number): void {
    this.#reset(offset, end - start, true);
    if (!this.#walk(bytes, start, end)) throw this.#faults.cutOff(end - start);
    if (this.#at !== end - start) {
      throw this.#faults.trailing(end - start - this.#at, this.#at);
    }
  }

  /** Forgets every record definition: the next message is to bring its own. */
  forgetRecords(): void {
    this.#recordFields.fill(UNDEFINED_RECORD);
  }

  #reset(offset: number, limit: number, isWhole: boolean): void {
    this.#faults.begin(offset, isWhole);
    this.#limit = limit;
    this.#isWhole = isWhole;
    this.#at = 0;
    this.#depth = 0;
    this.#owed[0] = 1;
    this.#kinds[0] = VALUES;
  }

  #walk(bytes: Uint8Array, start: number, end: number): boolean {
    const { maxDepth } = this.#rules;
    const mapKind = this.#rules.maps ? VALUES : KEYS_AND_VALUES;
    const scalarSizes = this.#scalarSizes;
    const recordFields = this.#recordFields;
    const owed = this.#owed;
    const kinds = this.#kinds;
    const limit = start + this.#limit;
    const bound = Math.min(end, limit);
    let at = start + this.#at;
    let depth = this.#depth;
    let left = owed[depth]!;
    let kind = kinds[depth]!;
    scanning: for (;;) {
      while (left > 0) {
        if (at >= bound) break scanning;
        const token = bytes[at]!;
        const size = scalarSizes[token]!;
        // Most tokens are scalars that nobody has to look at.
        if (size !== 0 && kind === VALUES) {
          at += size;
          left--;
          continue;
        }
        let next = at + size;
        let items = -1;
        let itemKind = VALUES;
        if (size === 0) {
          next = at + 1;
          if (token < 0x80) {
            items = recordFields[token - FIRST_RECORD_ID]!;
            if (items === UNDEFINED_RECORD) throw this.#faults.undefinedRecord(token, at - start);
          } else if (token < 0x90) {
            items = (token & 0x0f) * 2;
            itemKind = mapKind;
          } else if (token < 0xa0) {
            items = token & 0x0f;
          } else if (token === 0xd9) {
            if (next === end) break scanning;
            next += 1 + bytes[next]!;
          } else {
            if (!this.#variable(token, bytes, at, start, end)) break scanning;
            next = this.#next;
            items = this.#items;
            if (token >= 0xde) itemKind = mapKind;
          }
        }
        if (kind === KEYS_AND_VALUES && (left & 1) === 0) {
          if (!this.#isKeyHere(token, bytes, at, next, start, end)) break scanning;
        }
        left--;
        if (items >= 0) {
          // Every item takes a byte at least. So what passes also fits in the 31 bits that `owed` keeps.
          if (next + items > limit) throw this.#faults.past(next + items - start, at - start);
          if (depth === maxDepth) throw this.#faults.tooDeep(at - start);
          owed[depth] = left;
          kinds[depth] = kind;
          depth++;
          left = items;
          kind = itemKind;
        }
        at = next;
      }
      if (depth === 0) break;
      depth--;
      left = owed[depth]!;
      kind = kinds[depth]!;
    }
    if (at > limit || (at === limit && left > 0)) {
      throw this.#faults.past(Math.max(at, limit + 1) - start, limit - start);
    }
    owed[depth] = left;
    kinds[depth] = kind;
    this.#depth = depth;
    this.#at = at - start;
    return left === 0 && at <= end;
  }

  /** Reads a token with a length, or an extension; false when its header is not all here. */
  #variable(token: number, bytes: Uint8Array, at: number, start: number, end: number): boolean {
    this.#items = -1;
    if (token >= 0xd4 && token <= 0xd8)
      return this.#extension(1 << (token - 0xd4), bytes, at, at + 1, start, end);
    const width = LENGTH_BYTES[token]!;
    if (width === 0) throw this.#faults.invalid(`byte 0x${token.toString(16)} is no token`, at - start);
    const body = at + 1 + width;
    if (body > end) return false;
    const length = readLength(bytes, at + 1, width);
    if (token >= 0xc7 && token <= 0xc9) return this.#extension(length, bytes, at, body, start, end);
    this.#next = body;
    if (token < 0xdc) this.#next += length;
    else this.#items = token >= 0xde ? length * 2 : length;
    return true;
  }

  /** Reads an extension whose type byte is at `typeAt`. */
  #extension(
    length: number,
    bytes: Uint8Array,
    at: number,
    typeAt: number,
    start: number,
    end: number,
  ): boolean {
    if (typeAt >= end) return false;
    const type = bytes[typeAt]!;
    if (type === EXTENSION_TYPE.record && this.#rules.records) return this.#definition(bytes, at, start, end);
    const isTag =
      type === EXTENSION_TYPE.set || type === EXTENSION_TYPE.error || type === EXTENSION_TYPE.regexp;
    if (isTag && this.#rules.allowedTypes[type] === 1) return this.#taggedArray(type, bytes, at, start, end);
    return this.#plainExtension(length, bytes, at, typeAt, start, end);
  }

  /** An extension that is a type and so many bytes. */
  #plainExtension(
    length: number,
    bytes: Uint8Array,
    at: number,
    typeAt: number,
    start: number,
    end: number,
  ): boolean {
    const type = bytes[typeAt]!;
    if (this.#rules.allowedTypes[type] !== 1) throw this.#faults.refused(type, at - start);
    if (type === EXTENSION_TYPE.timestamp && length !== 4 && length !== 8 && length !== 12) {
      throw this.#faults.invalid(`a timestamp has 4, 8 or 12 bytes, not ${length}`, at - start);
    }
    if (type === EXTENSION_TYPE.typedArray && !this.#rules.typedArrays) {
      if (length > 0 && typeAt + 1 >= end) return false;
      if (length === 0 || bytes[typeAt + 1] !== UINT8_ARRAY) throw this.#faults.refused(type, at - start);
    }
    this.#next = typeAt + 1 + length;
    return true;
  }

  /** d4 <type> 00 and then the array that is the extension's content: it is walked like any array. */
  #taggedArray(type: number, bytes: Uint8Array, at: number, start: number, end: number): boolean {
    if (at + TAG_BYTES >= end) return false;
    const token = bytes[at + TAG_BYTES]!;
    const isArray = (token & 0xf0) === 0x90 || token === 0xdc || token === 0xdd;
    if (bytes[at] !== 0xd4 || !isArray) throw this.#faults.refused(type, at - start);
    if (type === EXTENSION_TYPE.error) {
      const name = at + TAG_BYTES + 1;
      if (name >= end || name + 1 + (bytes[name]! & 0x1f) > end) return false;
      if (!isErrorName(bytes, token, name)) throw this.#faults.invalid('an error needs a name', at - start);
    }
    this.#next = at + TAG_BYTES;
    this.#items = 1;
    return true;
  }

  /** d4 72 <id>, the array of field names, and then one value for each name. */
  #definition(bytes: Uint8Array, at: number, start: number, end: number): boolean {
    if (bytes[at] !== 0xd4) throw this.#faults.refused(EXTENSION_TYPE.record, at - start);
    if (at + TAG_BYTES >= end) return false;
    const id = bytes[at + 2]! - FIRST_RECORD_ID;
    const token = bytes[at + TAG_BYTES]!;
    const width = (token & 0xf0) === 0x90 ? 0 : token === 0xdc ? 2 : -1;
    if (id < 0 || id >= RECORD_IDS || width < 0) {
      throw this.#faults.invalid('a record definition needs an id from 0x40 to 0x7f and names', at - start);
    }
    let next = at + TAG_BYTES + 1 + width;
    if (next > end) return false;
    const fields = width === 0 ? token & 0x0f : readLength(bytes, at + TAG_BYTES + 1, 2);
    const namesAt = next;
    for (let field = 0; field < fields; field++) {
      next = this.#nameEnd(bytes, next, start, end);
      if (fields > MAX_RECORD_FIELDS || next - namesAt > MAX_RECORD_NAME_BYTES) {
        const limits = `${MAX_RECORD_FIELDS} fields or ${MAX_RECORD_NAME_BYTES} bytes of names`;
        throw this.#faults.invalid(`a record definition has more than ${limits}`, at - start);
      }
      if (next > end) return false;
    }
    this.#recordFields[id] = fields;
    this.#next = next;
    this.#items = fields;
    return true;
  }

  /** Position behind the field name at `at`; beyond `end` when it is not all here. */
  #nameEnd(bytes: Uint8Array, at: number, start: number, end: number): number {
    const token = bytes[at]!;
    if (at >= end) return end + 1;
    const width = (token & 0xe0) === 0xa0 ? 0 : token >= 0xd9 && token <= 0xdb ? LENGTH_BYTES[token]! : -1;
    if (width < 0) throw this.#faults.invalid('a field name is no string', at - start);
    const body = at + 1 + width;
    if (body > end) return end + 1;
    const next = body + (width === 0 ? token & 0x1f : readLength(bytes, at + 1, width));
    if (next <= end && isProto(bytes, body, next)) throw this.#faults.forbiddenKey(at - start);
    return next;
  }

  /** Checks an object key; false when it is not all here. */
  #isKeyHere(
    token: number,
    bytes: Uint8Array,
    at: number,
    next: number,
    start: number,
    end: number,
  ): boolean {
    const isString = (token & 0xe0) === 0xa0 || (token >= 0xd9 && token <= 0xdb);
    if (!isString) {
      const isSmall = token < (this.#rules.records ? 0x40 : 0x80) || token >= 0xe0;
      if (isSmall || (token >= 0xcc && token <= 0xd3)) return true;
      throw this.#faults.invalid(
        "an object key is neither a string nor an integer (for Map keys allow 'map')",
        at - start,
      );
    }
    if (next > end) {
      if (this.#isWhole || next - start > this.#limit) throw this.#faults.past(next - start, at - start);
      return false;
    }
    if (isProto(bytes, at + 1 + LENGTH_BYTES[token]!, next)) throw this.#faults.forbiddenKey(at - start);
    return true;
  }
}
