/**
 * What kind of thing a body is: the type its header names, and when it names none, what the first bytes look like.
 * It decodes nothing and knows no charset.
 *
 * Source: WHATWG MIME Sniffing §4.4 (parsing), §7 and §7.1 (unknown types); Fetch §3.5 (several Content-Type values).
 */

const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
/** MIME Sniffing §7: types that say nothing. */
const UNKNOWN_TYPES: ReadonlySet<string> = new Set(['unknown/unknown', 'application/unknown', '*/*']);
const HTML_TYPES: ReadonlySet<string> = new Set(['text/html', 'application/xhtml+xml']);
/** MIME Sniffing §7.1: how a body begins that is HTML; a space or `>` ends the tag. */
const LOOKS_LIKE_HTML =
  /^[\t\n\f\r ]*<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--)[ >]/i;
/** MIME Sniffing §5.2: how much of a body is looked at. */
const SNIFFED_BYTES = 1445;

/** The values of a header that may have come more than once; a comma in quotes does not part them. */
export function headerValues(header: string): string[] {
  return (header.match(/(?:[^",]|"(?:[^"\\]|\\.)*"?)+/g) ?? []).map((value) => value.trim());
}

/** `type/subtype` in lower case; undefined when the value is no MIME type. */
export function mimeEssence(value: string): string | undefined {
  const [essence = ''] = value.split(';', 1);
  const [type = '', subtype = '', ...more] = essence.trim().split('/');
  return more.length === 0 && TOKEN.test(type) && TOKEN.test(subtype)
    ? `${type}/${subtype}`.toLowerCase()
    : undefined;
}

/** The type a Content-Type header names: the last good one of several. Undefined when there is none, or it says nothing. */
export function declaredType(contentType: string | null | undefined): string | undefined {
  const types = headerValues(contentType ?? '').map(mimeEssence);
  const last = types.findLast((type) => type !== undefined && type !== '*/*');
  return last === undefined || UNKNOWN_TYPES.has(last) ? undefined : last;
}

/** True when a body is to be read as HTML: its type says so, or it has no type and begins like it. */
export function isHtml(contentType: string | null | undefined, body: Uint8Array): boolean {
  const type = declaredType(contentType);
  return type === undefined ? looksLikeHtml(body) : HTML_TYPES.has(type);
}

/** True when a page is served as XML: a self-closing element is closed then. */
export function isXhtml(contentType: string | null | undefined): boolean {
  return declaredType(contentType) === 'application/xhtml+xml';
}

function looksLikeHtml(body: Uint8Array): boolean {
  const head = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, SNIFFED_BYTES));
  return LOOKS_LIKE_HTML.test(head.toString('latin1'));
}
