/**
 * Header fields in the two forms the transports work with: flat for sending, as undici takes them, and by name for what was received.
 */

/** Name, value, name, value …: one array, no objects, the form undici takes without conversion. */
export type HeaderFields = readonly string[];

/** Fields as a transport hands them over: lower-case names, an array where a field came more than once. */
export type RawHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Whether the flat fields hold this name (lower case). */
export function hasField(fields: HeaderFields, lowerName: string): boolean {
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i];
    if (name?.length === lowerName.length && name.toLowerCase() === lowerName) return true;
  }
  return false;
}

/** One field of the raw form by its lower-case name, as it came: an array when it came more than once. */
export function rawValues(raw: RawHeaders, lowerName: string): string | readonly string[] | undefined {
  return Object.hasOwn(raw, lowerName) ? raw[lowerName] : undefined;
}

/** One field of the raw form by its lower-case name, repeated values joined: for lists (RFC 9110 §5.3), and for nothing else. */
export function rawField(raw: RawHeaders, lowerName: string): string | undefined {
  if (!Object.hasOwn(raw, lowerName)) return undefined;
  const value = raw[lowerName];
  return typeof value === 'object' ? value.join(', ') : value;
}
