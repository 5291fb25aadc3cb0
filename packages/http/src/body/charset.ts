/**
 * Turning body bytes into text: which encoding a Content-Type names, and the decoding itself.
 * Labels are those of the WHATWG Encoding standard; without a known one text is UTF-8 (RFC 9110 §8.3.2 names no default).
 */
import { TextDecoder } from 'node:util';

const CHARSET = /;\s*charset\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/i;

/** The charset parameter of a Content-Type value, as written; `undefined` when there is none. */
export function charsetOf(contentType: string | undefined): string | undefined {
  if (contentType === undefined) return undefined;
  const match = CHARSET.exec(contentType);
  return match === null ? undefined : (match[1]?.replace(/\\(.)/g, '$1') ?? match[2]);
}

/** The last Content-Type that meant UTF-8: servers repeat themselves, and reading it took a third of decoding 1 KiB. */
let knownUtf8: string | undefined;

/**
 * A decoder for the charset of a Content-Type value; `undefined` for UTF-8, which has a faster way.
 * A label nobody knows counts as UTF-8, as in browsers.
 */
export function textDecoderFor(contentType: string | undefined): TextDecoder | undefined {
  if (contentType === knownUtf8) return undefined;
  const decoder = makeTextDecoder(contentType);
  if (decoder === undefined) knownUtf8 = contentType;
  return decoder;
}

function makeTextDecoder(contentType: string | undefined): TextDecoder | undefined {
  const label = charsetOf(contentType);
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

/** Decodes a whole body. A byte order mark is dropped, malformed bytes become U+FFFD. */
export function decodeText(bytes: Buffer, contentType: string | undefined): string {
  const decoder = contentType === undefined ? undefined : textDecoderFor(contentType);
  if (decoder !== undefined) return decoder.decode(bytes);
  const hasMark = bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return bytes.toString('utf8', hasMark ? 3 : 0);
}
