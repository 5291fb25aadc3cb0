/**
 * Content-Type: the parser of the MIME Sniffing standard (§4.4), and which of several values counts (Fetch, "extract a MIME type").
 */

/** A media type. */
export interface MediaType {
  /** `type/subtype` in lower case. */
  readonly essence: string;
  /** The parameter charset as written, without quotes. */
  readonly charset: string | undefined;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** HTTP quoted-string token code points. */
const QUOTED = /^[\t\x20-\x7e\x80-\xff]*$/;
const WHITESPACE = /^[\t\n\r ]+|[\t\n\r ]+$/g;

function trim(text: string): string {
  return text.replace(WHITESPACE, '');
}

/**
 * Reads one media type; `undefined` when it is none.
 *
 * @example
 * ```ts
 * import { parseMediaType } from '@oxbow/http';
 *
 * console.log(parseMediaType('text/html; charset=utf-8'));
 * ```
 */
export function parseMediaType(text: string): MediaType | undefined {
  const input = trim(text);
  const end = input.indexOf(';');
  const essence = (end === -1 ? input : input.slice(0, end)).replace(/[\t\n\r ]+$/, '');
  const [type = '', subtype = '', ...more] = essence.split('/');
  if (!TOKEN.test(type) || !TOKEN.test(subtype) || more.length > 0) return undefined;
  return { essence: essence.toLowerCase(), charset: end === -1 ? undefined : charsetIn(input, end + 1) };
}

/** The first charset among the parameters that begin at `from`. */
function charsetIn(input: string, from: number): string | undefined {
  let at = from;
  while (at < input.length) {
    const parameter = /[\t\n\r ]*([^;=]*)/y;
    parameter.lastIndex = at;
    const name = (parameter.exec(input)?.[1] ?? '').toLowerCase();
    at = parameter.lastIndex;
    if (input[at] === ';' || at >= input.length) {
      at++;
      continue;
    }
    at++;
    let value: string;
    if (input[at] === '"') {
      ({ value, end: at } = quotedString(input, at));
      // What stands behind the quotes is passed over.
      const next = input.indexOf(';', at);
      at = next === -1 ? input.length : next + 1;
    } else {
      const next = input.indexOf(';', at);
      value = (next === -1 ? input.slice(at) : input.slice(at, next)).replace(/[\t\n\r ]+$/, '');
      at = next === -1 ? input.length : next + 1;
      if (value === '') continue;
    }
    if (name === 'charset' && QUOTED.test(value)) return value;
  }
  return undefined;
}

/** Fetch, "collect an HTTP quoted string"; one that is not closed reaches to the end. */
function quotedString(input: string, from: number): { value: string; end: number } {
  let value = '';
  let at = from + 1;
  for (; at < input.length && input[at] !== '"'; at++) {
    if (input[at] === '\\') at++;
    value += input[at] ?? '\\';
  }
  return { value, end: at + 1 };
}

/** Splits a field value at its commas, those in quotes apart (Fetch, "get, decode, and split"). */
export function splitFieldValue(text: string): string[] {
  if (!text.includes(',')) return [text];
  const values: string[] = [];
  let begin = 0;
  for (let at = 0; at <= text.length; at++) {
    if (text[at] === '"') at = quotedString(text, at).end - 1;
    else if (at >= text.length || text[at] === ',') {
      values.push(text.slice(begin, at));
      begin = at + 1;
    }
  }
  return values.map((value) => value.replace(/^[\t ]+|[\t ]+$/g, ''));
}

/**
 * The media type of a response: the last valid one of its Content-Type fields. Without a charset of its own it has that of an earlier
 * one of the same type. `undefined` when there is none.
 */
export function extractMediaType(contentType: string | readonly string[] | undefined): MediaType | undefined {
  if (contentType === undefined) return undefined;
  if (typeof contentType === 'string' && !contentType.includes(',')) return parseMediaType(contentType);
  let found: MediaType | undefined;
  let charset: string | undefined;
  let essence: string | undefined;
  for (const value of splitFieldValue(
    typeof contentType === 'string' ? contentType : contentType.join(', '),
  )) {
    const type = parseMediaType(value);
    if (type === undefined || type.essence === '*/*') continue;
    if (type.essence !== essence || type.charset !== undefined) {
      charset = type.charset;
      essence = type.essence;
    }
    found = { essence: type.essence, charset };
  }
  return found;
}
