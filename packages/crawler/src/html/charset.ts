/**
 * Determines the encoding of a page's bytes as a browser does. A byte order mark decides, then Content-Type, then a `meta` or an XML
 * declaration in the first 1,024 bytes. When none of them says, it is UTF-8 or windows-1252, by a look at the bytes. It decodes
 * nothing itself.
 *
 * Source: WHATWG HTML §13.2.3.2 (determining the character encoding), "prescan a byte stream"; WHATWG Encoding §4.2 (labels).
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { headerValues, mimeEssence } from './mime-type.ts';

/** How many bytes are searched for a `meta` that names the encoding (WHATWG HTML §13.2.3.2, step 5). */
export const CHARSET_PRESCAN_BYTES = 1024;

/** WHATWG HTML §13.2.3.2, step 9: the default of most locales. */
const DEFAULT_ENCODING = 'windows-1252';

const SPACES = '\t\n\f\r ';

/** Labels whose bytes must not be decoded at all (WHATWG Encoding §4.2, "replacement"). */
const REPLACEMENT_LABELS: ReadonlySet<string> = new Set([
  'csiso2022kr',
  'hz-gb-2312',
  'iso-2022-cn',
  'iso-2022-cn-ext',
  'iso-2022-kr',
  'replacement',
]);

/**
 * The name of the encoding of `bytes`, in lower case as TextDecoder gives it, or `replacement` for those no reader may decode.
 * @param bytes the start of the page, at least 1,024 bytes or all there is
 * @param contentType the Content-Type header, if there was one
 * @param fallback what it is when nothing says; default `windows-1252`
 */
export function detectCharset(
  bytes: Uint8Array,
  contentType?: string,
  fallback: string = DEFAULT_ENCODING,
): string {
  return certainCharset(bytes, contentType) ?? prescanned(bytes) ?? fallback;
}

/**
 * What the first 1,024 bytes of a page say about its encoding, when neither a byte order mark nor the Content-Type does; undefined when
 * they say nothing. A `meta` goes before an XML declaration.
 */
export function prescanned(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(
    bytes.buffer,
    bytes.byteOffset,
    Math.min(bytes.byteLength, CHARSET_PRESCAN_BYTES),
  ).toString('latin1');
  // "Prescan for UTF-16 XML declarations": `<?x` in two bytes a character.
  if (head.startsWith('<\0?\0x\0')) return 'utf-16le';
  if (head.startsWith('\0<\0?\0x')) return 'utf-16be';
  return prescanForCharset(head) ?? xmlEncoding(head);
}

/** The encoding that a byte order mark or the Content-Type header names: nothing in the page can change it. */
export function certainCharset(bytes: Uint8Array, contentType?: string): string | undefined {
  return byteOrderMark(bytes) ?? charsetOfContentType(contentType);
}

/**
 * What a whole page is in when nothing says: UTF-8 if all of it is valid UTF-8 and some of it is not ASCII, else windows-1252. WHATWG
 * HTML §13.2.3.2 step 8 leaves room for such a guess; text in any older encoding is hardly ever valid UTF-8 by accident.
 */
export function guessCharset(page: Uint8Array): string {
  return isUtf8(page) && !isAscii(page) ? 'utf-8' : DEFAULT_ENCODING;
}

/**
 * The encoding a Content-Type header names, undefined when it names none that exists. Of several values, joined by commas, the last
 * good one counts. It has the charset of an earlier one of its type when it names none itself (Fetch §3.5, "extract a MIME type").
 */
export function charsetOfContentType(contentType: string | undefined): string | undefined {
  const label = contentType === undefined ? undefined : charsetLabel(contentType);
  return label === undefined ? undefined : encodingOfLabel(label);
}

function charsetLabel(contentType: string): string | undefined {
  if (!contentType.includes(',')) return charsetParameter(contentType);
  let essence: string | undefined;
  let label: string | undefined;
  for (const value of headerValues(contentType)) {
    const type = mimeEssence(value);
    if (type === undefined || type === '*/*') continue;
    const own = charsetParameter(value);
    if (own !== undefined || type !== essence) label = own;
    essence = type;
  }
  return essence === undefined ? charsetParameter(contentType) : label;
}

function byteOrderMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return undefined;
}

function encodingOfLabel(label: string): string | undefined {
  const trimmed = label.trim().toLowerCase();
  if (REPLACEMENT_LABELS.has(trimmed)) return 'replacement';
  try {
    return new TextDecoder(trimmed).encoding;
  } catch {
    return trimmed === 'x-user-defined' ? trimmed : undefined;
  }
}

/** WHATWG HTML §2.5.4, "extracting a character encoding from a meta element"; it serves Content-Type headers as well. */
function charsetParameter(text: string): string | undefined {
  const lower = text.toLowerCase();
  let index = 0;
  for (;;) {
    index = lower.indexOf('charset', index);
    if (index === -1) return undefined;
    index = skip(lower, index + 'charset'.length, SPACES);
    if (lower[index] !== '=') continue;
    index = skip(lower, index + 1, SPACES);
    const quote = lower[index];
    if (quote === '"' || quote === "'") {
      const end = lower.indexOf(quote, index + 1);
      return end === -1 ? undefined : lower.slice(index + 1, end);
    }
    return lower.slice(index).split(/[\t\n\f\r ;]/, 1)[0];
  }
}

/** WHATWG HTML §13.2.3.2, "prescan a byte stream to determine its encoding". */
function prescanForCharset(head: string): string | undefined {
  let index = 0;
  while (index < head.length) {
    const start = head.indexOf('<', index);
    if (start === -1) return undefined;
    if (head.startsWith('<!--', start)) {
      // The two dashes that open the comment may also be those that close it.
      const end = head.indexOf('-->', start + 2);
      if (end === -1) return undefined;
      index = end + 3;
    } else if (/^<meta[\t\n\f\r /]/i.test(head.slice(start, start + 6))) {
      const attributes = new Map<string, string>();
      index = readAttributes(head, start + 5, attributes);
      const encoding = charsetOfMeta(attributes);
      if (encoding !== undefined) return encoding;
    } else if (/^<\/?[a-z]/i.test(head.slice(start, start + 3))) {
      index = head.slice(start).search(/[\t\n\f\r >]/);
      if (index === -1) return undefined;
      index = readAttributes(head, start + index, new Map());
    } else if (/^<[!/?]/.test(head.slice(start, start + 2))) {
      const end = head.indexOf('>', start);
      if (end === -1) return undefined;
      index = end + 1;
    } else {
      index = start + 1;
    }
  }
  return undefined;
}

/** WHATWG HTML §13.2.3.2, "get an XML encoding": what an XML declaration at the very start names. */
function xmlEncoding(head: string): string | undefined {
  if (!head.startsWith('<?xml')) return undefined;
  const end = head.indexOf('>');
  const name = head.indexOf('encoding');
  if (end === -1 || name === -1 || name > end) return undefined;
  const label = /^[\0- ]*=[\0- ]*(?:"([^"]*)"|'([^']*)')/.exec(head.slice(name + 'encoding'.length));
  const text = label?.[1] ?? label?.[2];
  if (text === undefined || /[\0- ]/.test(text)) return undefined;
  const encoding = encodingOfLabel(text);
  return encoding === 'utf-16le' || encoding === 'utf-16be' ? 'utf-8' : encoding;
}

/** The encoding that a `meta` element names: its `charset`, or the `content` of `http-equiv=content-type`. */
export function charsetOfMeta(attributes: ReadonlyMap<string, string>): string | undefined {
  const direct = attributes.get('charset');
  let label = direct;
  if (direct === undefined && attributes.get('http-equiv')?.toLowerCase() === 'content-type') {
    label = charsetParameter(attributes.get('content') ?? '');
  }
  const encoding = label === undefined ? undefined : encodingOfLabel(label);
  // Steps 13–14: who could read this far was not reading UTF-16.
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return 'utf-8';
  return encoding === 'x-user-defined' ? DEFAULT_ENCODING : encoding;
}

/** "Get an attribute", repeated to the end of the tag; answers the position after it. */
function readAttributes(head: string, from: number, into: Map<string, string>): number {
  let index = from;
  for (;;) {
    index = skip(head, index, `${SPACES}/`);
    if (index >= head.length) return index;
    if (head[index] === '>') return index + 1;
    const nameEnd = until(head, index + 1, `${SPACES}/>=`);
    const name = head.slice(index, nameEnd).toLowerCase();
    index = skip(head, nameEnd, SPACES);
    let value = '';
    if (head[index] === '=') {
      index = skip(head, index + 1, SPACES);
      const quote = head[index];
      if (quote === '"' || quote === "'") {
        const end = head.indexOf(quote, index + 1);
        if (end === -1) return head.length;
        value = head.slice(index + 1, end);
        index = end + 1;
      } else {
        const end = until(head, index, `${SPACES}>`);
        value = head.slice(index, end);
        index = end;
      }
    }
    // An attribute that the prescan's end cuts off is not an attribute.
    if (index < head.length && !into.has(name)) into.set(name, value);
  }
}

function skip(text: string, from: number, characters: string): number {
  let index = from;
  while (index < text.length && characters.includes(text[index]!)) index++;
  return index;
}

function until(text: string, from: number, characters: string): number {
  let index = from;
  while (index < text.length && !characters.includes(text[index]!)) index++;
  return index;
}
