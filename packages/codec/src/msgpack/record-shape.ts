// Which objects are written as records, that is, with their field names defined once. Both ends must agree on the limits:
// what the encoder defines, the decoder has to keep.

/** The most fields in a record; wider objects are dictionaries rather than records, and are written as maps. */
export const MAX_RECORD_FIELDS = 128;

/** The most bytes of field names in one definition; a peer can make a decoder keep 64 definitions, so 1 MiB. */
export const MAX_RECORD_NAME_BYTES: number = 16 * 1024;

const MAX_UTF8_BYTES_PER_UNIT = 3;
const MAX_NAME_HEADER_BYTES = 5;

/** Whether `value` may be a record: not too wide, not too long-named, and without the one key that msgpackr uses for itself. */
export function isRecordShape(value: object): boolean {
  let fields = 0;
  let nameUnits = 0;
  for (const key in value) {
    nameUnits += key.length;
    if (++fields > MAX_RECORD_FIELDS || key === '__keys__') return false;
  }
  return nameUnits * MAX_UTF8_BYTES_PER_UNIT + fields * MAX_NAME_HEADER_BYTES <= MAX_RECORD_NAME_BYTES;
}
