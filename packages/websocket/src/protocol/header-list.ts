/**
 * Comma-separated header values (RFC 9110 §5.6.1), read in one pass over the characters: no regular expression,
 * so no input can make it slow.
 */

/** RFC 9110 §5.6.2: the characters of a token, by code. */
const IS_TOKEN_CHARACTER: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".includes(
    String.fromCharCode(code),
  ),
);

/** Whether a string is a token: at least one character, none of them special. */
export function isToken(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    if (IS_TOKEN_CHARACTER[text.charCodeAt(i)] !== true) return false;
  }
  return text.length > 0;
}

/** The trimmed, non-empty elements of a list; an absent header is an empty list. */
export function splitList(value: string | undefined): readonly string[] {
  if (value === undefined) return [];
  const elements: string[] = [];
  let start = 0;
  while (start <= value.length) {
    const comma = value.indexOf(',', start);
    const end = comma === -1 ? value.length : comma;
    const element = trimmed(value, start, end);
    if (element !== '') elements.push(element);
    start = end + 1;
  }
  return elements;
}

/** Whether a list holds a token, upper and lower case alike. */
export function listHas(value: string | undefined, token: string): boolean {
  return splitList(value).some((element) => element.toLowerCase() === token);
}

/** Optional whitespace is spaces and tabs (RFC 9110 §5.6.3). */
function trimmed(value: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(value.charCodeAt(from))) from += 1;
  while (to > from && isBlank(value.charCodeAt(to - 1))) to -= 1;
  return value.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
