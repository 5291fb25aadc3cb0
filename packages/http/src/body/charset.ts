/**
 * Turning body bytes into text: which encoding a Content-Type names, and the decoding itself.
 * Labels are those of the WHATWG Encoding standard; without a known one text is UTF-8 (RFC 9110 §8.3.2 names no default).
 */
import { TextDecoder } from 'node:util';
import { extractMediaType } from '../protocol/media-type.ts';

/** A Content-Type as it was received: one field, or several. */
export type ContentType = string | readonly string[] | undefined;

/** The last Content-Type that meant UTF-8: servers repeat themselves, and reading it took a third of decoding 1 KiB. */
let knownUtf8: ContentType;

/**
 * A decoder for the charset of a Content-Type value; `undefined` for UTF-8, which has a faster way.
 * A label nobody knows counts as UTF-8, as in browsers.
 */
export function textDecoderFor(contentType: ContentType): TextDecoder | undefined {
  if (contentType === knownUtf8) return undefined;
  const decoder = makeTextDecoder(contentType);
  if (decoder === undefined) knownUtf8 = contentType;
  return decoder;
}

function makeTextDecoder(contentType: ContentType): TextDecoder | undefined {
  const label = extractMediaType(contentType)?.charset;
  if (label === undefined) return undefined;
  const lower = label.toLowerCase();
  if (lower === 'utf-8' || lower === 'utf8') return undefined;
  try {
    const decoder = new TextDecoder(lower);
    return decoder.encoding === 'utf-8' ? undefined : decoder;
  } catch {
    return undefined;
  }
}

/**
 * Decodes a whole body. A byte order mark says more than any label (WHATWG Encoding §6, "decode") and is dropped; malformed bytes
 * become U+FFFD.
 */
export function decodeText(bytes: Buffer, contentType: ContentType): string {
  const first = bytes[0];
  if (first === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.toString('utf8', 3);
  if (first === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const decoder = contentType === undefined ? undefined : textDecoderFor(contentType);
  return decoder === undefined ? bytes.toString('utf8') : decoder.decode(bytes);
}
