/**
 * Looks at a value before it is packed and refuses what MessagePack cannot carry or the codec does not allow, naming the path.
 * Without it, msgpackr would write a function as nothing, a Map as an object and a Float64Array as rounded bytes.
 */

import { EncodeError } from '../errors.ts';
import type { ExtensionWhitelist } from './extensions.ts';
import { isRecordSize, MAX_RECORD_FIELDS, RESERVED_KEY } from './record-shape.ts';

/** What a guard lets through. */
export interface GuardRules {
  /** Named in errors. */
  readonly where: string;
  /** The most containers around a value. */
  readonly maxDepth: number;
  /** The most bytes in a message; the guard refuses a value that cannot fit, before any memory is spent on it. */
  readonly maxFrameBytes: number;
  readonly extensions: ExtensionWhitelist;
}

const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

/** Checks values for one codec. It is used for one value at a time and keeps nothing of it. */
export class ValueGuard {
  readonly #rules: GuardRules;
  /** The keys on the way to the value at hand; entries beyond the current depth are stale. */
  #path: (string | number)[] = [];
  #leastBytes = 0;
  #onlyRecords = true;

  constructor(rules: GuardRules) {
    this.#rules = rules;
  }

  /**
   * Whether every object in `value` may be written as a record.
   *
   * @throws EncodeError naming the path of the first thing that cannot be written.
   */
  check(value: unknown): boolean {
    this.#leastBytes = 0;
    this.#onlyRecords = true;
    try {
      this.#visit(value, 0, value);
      return this.#onlyRecords;
    } finally {
      this.#path = [];
    }
  }

  #visit(value: unknown, depth: number, root: unknown): void {
    switch (typeof value) {
      case 'string':
        this.#count(value.length + 1, depth);
        return;
      case 'object':
        this.#count(1, depth);
        if (value !== null) this.#visitObject(value, depth, root);
        return;
      case 'bigint':
        if (value < INT64_MIN || value > UINT64_MAX) {
          throw this.#refused(
            depth,
            `the bigint ${brief(value)} does not fit in 64 bits: encode it as a string`,
          );
        }
        this.#count(9, depth);
        return;
      case 'function':
        throw this.#refused(
          depth,
          `a function (${value.name || 'anonymous'}) cannot be encoded: leave it out`,
        );
      case 'symbol':
        throw this.#refused(depth, `${String(value)} cannot be encoded: encode its description`);
      default:
        this.#count(1, depth);
    }
  }

  #visitObject(value: object, depth: number, root: unknown): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) this.#visitFields(value, depth, root);
    else if (Array.isArray(value)) this.#visitArray(value, depth, root);
    else this.#visitInstance(value, prototype as object, depth, root);
  }

  #visitFields(value: object, depth: number, root: unknown): void {
    if (depth === this.#rules.maxDepth) throw this.#tooDeep(depth, root);
    let fields = 0;
    let nameUnits = 0;
    for (const key in value) {
      if (!Object.hasOwn(value, key)) continue;
      fields++;
      nameUnits += key.length;
      this.#path[depth] = key;
      if (key === '__proto__') {
        throw this.#refused(depth + 1, 'the key "__proto__" is refused, as decoders refuse it: rename it');
      }
      if (key === RESERVED_KEY) this.#onlyRecords = false;
      this.#visit((value as Record<string, unknown>)[key], depth + 1, root);
    }
    if (this.#onlyRecords && !isRecordSize(fields, nameUnits)) this.#onlyRecords = false;
    // Where MessagePack maps are Maps, an object has no other form than a record.
    if (this.#onlyRecords || !this.#rules.extensions.has('map')) return;
    const reason = `with over ${MAX_RECORD_FIELDS} or very long keys, or "${RESERVED_KEY}", an object cannot be a record`;
    throw this.#refused(depth, `${reason}: use a Map`);
  }

  #visitArray(items: readonly unknown[], depth: number, root: unknown): void {
    if (depth === this.#rules.maxDepth) throw this.#tooDeep(depth, root);
    for (let index = 0; index < items.length; index++) {
      this.#path[depth] = index;
      this.#visit(items[index], depth + 1, root);
    }
  }

  #visitItems(items: Iterable<unknown>, depth: number, root: unknown): void {
    if (depth === this.#rules.maxDepth) throw this.#tooDeep(depth, root);
    let index = 0;
    for (const item of items) {
      this.#path[depth] = index++;
      this.#visit(item, depth + 1, root);
    }
  }

  /** Anything that is neither a plain object nor an array. */
  #visitInstance(value: object, prototype: object, depth: number, root: unknown): void {
    if (this.#rules.extensions.classOf(value) !== undefined) return;
    if (value instanceof Uint8Array) {
      this.#count(value.byteLength, depth);
    } else if (value instanceof Date) {
      this.#visitDate(value, depth);
    } else if (value instanceof Map) {
      this.#allow('map', 'a Map', depth);
      this.#visitItems(value.keys(), depth, root);
      this.#visitItems(value.values(), depth, root);
    } else if (value instanceof Set) {
      this.#allow('set', 'a Set', depth);
      this.#visitTagged(value, depth, root);
    } else if (value instanceof RegExp) {
      this.#allow('regexp', 'a RegExp', depth);
      this.#visitTagged([value.source, value.flags], depth, root);
    } else if (value instanceof Error) {
      this.#allow('error', 'an Error', depth);
      this.#visitTagged([value.name, value.message, value.cause], depth, root);
    } else if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      this.#allow('typed-array', `a ${value.constructor.name}`, depth);
      this.#count(value.byteLength, depth);
    } else if (Object.getPrototypeOf(prototype) === null) {
      // The plain object of another realm: its prototype is at the end of the chain.
      this.#visitFields(value, depth, root);
    } else {
      const name = value.constructor?.name || 'a nameless class';
      const advice = 'make it a plain object, or give its class to the extensions option';
      throw this.#refused(depth, `an instance of ${name} cannot be encoded: ${advice}`);
    }
  }

  #visitDate(value: Date, depth: number): void {
    this.#allow('timestamp', 'a Date', depth);
    if (Number.isNaN(value.getTime()))
      throw this.#refused(depth, 'an invalid Date cannot be encoded: use null');
  }

  /** Sets, errors and patterns travel as an array inside an extension, which is two levels. */
  #visitTagged(items: Iterable<unknown>, depth: number, root: unknown): void {
    if (depth === this.#rules.maxDepth) throw this.#tooDeep(depth, root);
    this.#path[depth] = '<content>';
    this.#visitItems(items, depth + 1, root);
  }

  #allow(
    extension: 'timestamp' | 'map' | 'set' | 'regexp' | 'error' | 'typed-array',
    what: string,
    depth: number,
  ): void {
    if (this.#rules.extensions.has(extension)) return;
    throw this.#refused(
      depth,
      `${what} is not allowed: convert it, or allow it with extensions: ['${extension}']`,
    );
  }

  /** Adds what the value takes at the very least; a value that shares parts many times over is stopped here. */
  #count(bytes: number, depth: number): void {
    this.#leastBytes += bytes;
    const { where, maxFrameBytes } = this.#rules;
    if (this.#leastBytes <= maxFrameBytes) return;
    throw new EncodeError(
      'ERR_OXBOW_CODEC_FRAME_TOO_LARGE',
      `${where}: the value takes at least ${this.#leastBytes} bytes, maxFrameBytes is ${maxFrameBytes}`,
      { path: this.#pathTo(depth), limitBytes: maxFrameBytes, actualBytes: this.#leastBytes },
    );
  }

  #refused(depth: number, reason: string): EncodeError {
    const path = this.#pathTo(depth);
    return new EncodeError('ERR_OXBOW_CODEC_UNENCODABLE', `${this.#rules.where}: ${path}: ${reason}`, {
      path,
    });
  }

  #tooDeep(depth: number, root: unknown): EncodeError {
    const cycle = this.#cycleOnPath(depth, root);
    if (cycle !== undefined) {
      return new EncodeError(
        'ERR_OXBOW_CODEC_UNENCODABLE',
        `${this.#rules.where}: ${cycle}: the value contains itself (cyclic)`,
        {
          path: cycle,
        },
      );
    }
    const path = this.#pathTo(depth);
    const reason = `the value is nested deeper than maxDepth = ${this.#rules.maxDepth}`;
    return new EncodeError('ERR_OXBOW_CODEC_TOO_DEEP', `${this.#rules.where}: ${path}: ${reason}`, { path });
  }

  /** Walks the path again from the root: an object met twice is a cycle, closed where it is met the second time. */
  #cycleOnPath(depth: number, root: unknown): string | undefined {
    const met = new Set<unknown>([root]);
    let value = root;
    for (let level = 0; level < depth; level++) {
      value = childAt(value, this.#path[level]!);
      if (value === undefined) return undefined;
      if (met.has(value)) return this.#pathTo(level + 1);
      met.add(value);
    }
    return undefined;
  }

  #pathTo(depth: number): string {
    let path = '$';
    for (const key of this.#path.slice(0, depth)) {
      if (typeof key === 'number') path += `[${key}]`;
      else path += /^[\p{L}_$][\p{L}\d_$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(brief(key))}]`;
    }
    return path;
  }
}

/** One step down the path: a field, an item, or the entry of a collection in its order. */
function childAt(value: unknown, key: string | number): unknown {
  if (value instanceof Map && typeof key === 'number') return [...value.values()][key];
  if (typeof value !== 'object' || value === null) return undefined;
  if (key === '<content>')
    return value instanceof Set
      ? [...value]
      : value instanceof Error
        ? [value.name, value.message, value.cause]
        : undefined;
  return (value as Record<string | number, unknown>)[key];
}

/** A name or number short enough for a message. */
function brief(value: string | bigint): string {
  const text = String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
