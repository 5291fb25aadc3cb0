/**
 * Sec-WebSocket-Extensions (RFC 6455 §9.1): a list of extensions with parameters, read in one pass over the characters.
 */
import { isToken } from './header-list.ts';

/** One extension, offered or agreed on. */
export interface Extension {
  readonly name: string;
  /** In order, a name may come twice; true where there is no value. */
  readonly parameters: readonly (readonly [name: string, value: string | true])[];
}

/** @returns undefined for what breaks the grammar; an absent header is an empty list */
export function parseExtensions(header: string | undefined): readonly Extension[] | undefined {
  if (header === undefined) return [];
  const extensions: Extension[] = [];
  for (const element of splitOutside(header, ',')) {
    const [name = '', ...parts] = splitOutside(element, ';').map(trim);
    // RFC 9110 §5.6.1.2: empty elements of a list do not count.
    if (name === '' && parts.length === 0) continue;
    const parameters = parts.map(parameterOf);
    if (!isToken(name) || parameters.includes(undefined)) return undefined;
    extensions.push({ name, parameters: parameters as Extension['parameters'] });
  }
  return extensions;
}

function parameterOf(text: string): readonly [string, string | true] | undefined {
  const equals = text.indexOf('=');
  if (equals === -1) return isToken(text) ? [text, true] : undefined;
  const name = trim(text.slice(0, equals));
  const value = unquoted(trim(text.slice(equals + 1)));
  // §9.1: a quoted value must be a token once it is unquoted.
  return isToken(name) && isToken(value) ? [name, value] : undefined;
}

function unquoted(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text;
  let value = '';
  for (let i = 1; i < text.length - 1; i += 1) {
    if (text[i] === '\\') i += 1;
    value += text[i];
  }
  return value;
}

/** Splits at a separator that stands outside of quotes. */
function splitOutside(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i];
    if (isQuoted && character === '\\') i += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === separator && !isQuoted) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function trim(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && (text[from] === ' ' || text[from] === '\t')) from += 1;
  while (to > from && (text[to - 1] === ' ' || text[to - 1] === '\t')) to -= 1;
  return text.slice(from, to);
}
