/**
 * Where UTF-8 goes wrong. TextDecoder says that bytes are not UTF-8 but not where; this walks them once more, after the fact,
 * for the error message. Table 3-7 of the Unicode Standard, "Well-Formed UTF-8 Byte Sequences".
 */

/** Length of the sequence a lead byte announces; 0 for bytes that cannot lead. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/** Whether `byte` may follow `lead`: four leads narrow the range, to keep out overlong forms, surrogates and what lies past U+10FFFF. */
function maySecond(lead: number, byte: number): boolean {
  if (lead === 0xe0) return byte >= 0xa0 && byte <= 0xbf;
  if (lead === 0xed) return byte >= 0x80 && byte <= 0x9f;
  if (lead === 0xf0) return byte >= 0x90 && byte <= 0xbf;
  if (lead === 0xf4) return byte >= 0x80 && byte <= 0x8f;
  return byte >= 0x80 && byte <= 0xbf;
}

/** Offset of the first sequence in `bytes` that is not well-formed UTF-8 (a cut-off last one included), or their length if all is well. */
export function firstInvalidUtf8(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at]!;
    const length = sequenceLength(lead);
    if (length === 0 || at + length > bytes.length) return at;
    if (length > 1 && !maySecond(lead, bytes[at + 1]!)) return at;
    for (let next = at + 2; next < at + length; next++) {
      if ((bytes[next]! & 0xc0) !== 0x80) return at;
    }
    at += length;
  }
  return at;
}
