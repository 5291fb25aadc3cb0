/**
 * The header fields of a response, read like a `Headers` object but made only when somebody looks.
 * A view on what the transport parsed; it never changes.
 */

import { type RawHeaders, rawField } from '../header-fields.ts';

/** A read-only, case-insensitive view of header fields. Values are Latin-1 strings as received, without outer blanks. */
export class ResponseHeaders implements Iterable<[string, string]> {
  readonly #raw: RawHeaders;

  constructor(raw: RawHeaders) {
    this.#raw = raw;
  }

  /** The value of a field, several joined by `, ` (RFC 9110 §5.3); `null` when it is absent. For Set-Cookie use {@link getSetCookie}. */
  get(name: string): string | null {
    const value = rawField(this.#raw, name.toLowerCase());
    return value ?? null;
  }

  /** Every value of a field in the order received. */
  getAll(name: string): string[] {
    const lower = name.toLowerCase();
    const value = Object.hasOwn(this.#raw, lower) ? this.#raw[lower] : undefined;
    if (value === undefined) return [];
    return typeof value === 'string' ? [value] : [...value];
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#raw, name.toLowerCase());
  }

  /** The Set-Cookie values, which cannot be joined (RFC 6265 §3). */
  getSetCookie(): string[] {
    return this.getAll('set-cookie');
  }

  *keys(): IterableIterator<string> {
    yield* Object.keys(this.#raw);
  }

  *values(): IterableIterator<string> {
    for (const [, value] of this) yield value;
  }

  /** Name and value of each field, repeated ones joined, Set-Cookie one by one. */
  *entries(): IterableIterator<[string, string]> {
    for (const name of Object.keys(this.#raw)) {
      if (name === 'set-cookie') for (const value of this.getAll(name)) yield [name, value];
      else yield [name, this.get(name) ?? ''];
    }
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }

  forEach(visit: (value: string, name: string) => void): void {
    for (const [name, value] of this) visit(value, name);
  }

  /** Plain data, for logs and JSON. */
  toJSON(): Record<string, string | string[]> {
    return { ...this.#raw } as Record<string, string | string[]>;
  }
}
