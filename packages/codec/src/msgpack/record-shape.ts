/**
 * Which objects are written as records, that is, with their field names defined once. Both ends must agree on the limits:
 * what the encoder defines, the decoder has to keep.
 */

/** The most fields in a record; wider objects are dictionaries rather than records, and are written as maps. */
export const MAX_RECORD_FIELDS = 128;

/** The most bytes of field names in one definition; a peer can make a decoder keep 64 definitions, so 1 MiB. */
export const MAX_RECORD_NAME_BYTES: number = 16 * 1024;

const MAX_UTF8_BYTES_PER_UNIT = 3;
const MAX_NAME_HEADER_BYTES = 5;

/** The one key that msgpackr uses for itself where it remembers records. */
export const RESERVED_KEY = '__keys__';

/** Whether so many fields with so many UTF-16 units in their names are within the limits, however the names are encoded. */
export function isRecordSize(fields: number, nameUnits: number): boolean {
  if (fields > MAX_RECORD_FIELDS) return false;
  return nameUnits * MAX_UTF8_BYTES_PER_UNIT + fields * MAX_NAME_HEADER_BYTES <= MAX_RECORD_NAME_BYTES;
}

/** Whether `value` may be written as a record. */
export function isRecordShape(value: object): boolean {
  const keys = Object.keys(value);
  return isRecordSize(keys.length, keys.join('').length) && !keys.includes(RESERVED_KEY);
}
