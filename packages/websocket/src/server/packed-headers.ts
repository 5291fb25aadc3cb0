/**
 * Header fields as one string, for the thousands of connections whose headers nobody asks for. An object of them takes
 * about a KiB, the string as many bytes as it has characters.
 */

/** Between names and values; HTTP allows it in neither (RFC 9110 §5.1, §5.5). */
const SEPARATOR = '\0';

/** Packs header fields. */
export function packHeaders(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers).flat().join(SEPARATOR);
}

/** The same fields again, frozen and without a prototype: a header may be called `__proto__`. */
export function unpackHeaders(packed: string): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null);
  if (packed === '') return Object.freeze(headers);
  const parts = packed.split(SEPARATOR);
  for (let i = 0; i < parts.length; i += 2) headers[parts[i]!] = parts[i + 1]!;
  return Object.freeze(headers);
}
