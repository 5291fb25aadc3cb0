/**
 * The header fields a request is sent with: validation at the door, merging, and the flat form the transport takes.
 * Field names and values follow RFC 9110 §5.1 and §5.5; nothing is ever cleaned up, only refused.
 */
import type { OpenUpload } from '../body/upload.ts';
import { InvalidRequestError } from '../errors.ts';
import { type HeaderFields, hasField } from '../header-fields.ts';

/** What a caller may give as headers: a record (an array repeats the field, `undefined` leaves it out), pairs, or a `Headers`. */
export type HeadersInput =
  | Readonly<Record<string, string | number | readonly string[] | undefined>>
  | Iterable<readonly [string, string]>;

/** Fields of a request beyond this are a mistake or an attack; servers refuse earlier. */
export const MAX_REQUEST_FIELDS = 100;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// RFC 9110 §5.5: visible ASCII, obs-text, and spaces and tabs inside. CR, LF and NUL are what header injection is made of.
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Fields the connection owns: framing and hop-by-hop (RFC 9110 §7.6.1). A caller who sets them can only desynchronise it. */
const RESERVED: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

function refuse(code: string, message: string): never {
  throw new InvalidRequestError(code, message);
}

function push(fields: string[], name: string, value: unknown): void {
  if (!TOKEN.test(name)) {
    refuse('ERR_OXBOW_HTTP_INVALID_HEADER', `${JSON.stringify(name)} is not a header name (RFC 9110 §5.1)`);
  }
  if (RESERVED.has(name.toLowerCase())) {
    refuse(
      'ERR_OXBOW_HTTP_RESERVED_HEADER',
      `the header ${name} is set by the connection, not by the caller`,
    );
  }
  if (typeof value !== 'string' && typeof value !== 'number') {
    refuse('ERR_OXBOW_HTTP_INVALID_HEADER', `the value of the header ${name} must be a string or a number`);
  }
  const text = String(value);
  // The value stays out of the message: it may be a secret.
  if (!FIELD_VALUE.test(text)) {
    refuse(
      'ERR_OXBOW_HTTP_INVALID_HEADER',
      `the value of the header ${name} holds characters a header cannot carry (CR, LF, NUL or beyond Latin-1)`,
    );
  }
  fields.push(name, text);
  if (fields.length > MAX_REQUEST_FIELDS * 2) {
    refuse('ERR_OXBOW_HTTP_TOO_MANY_HEADERS', `a request has at most ${MAX_REQUEST_FIELDS} header fields`);
  }
}

/**
 * Validates headers into flat form, in the order given.
 * @throws {InvalidRequestError} `ERR_OXBOW_HTTP_INVALID_HEADER`, `…_RESERVED_HEADER`, `…_TOO_MANY_HEADERS`.
 */
export function headerFields(input: HeadersInput | undefined): string[] {
  const fields: string[] = [];
  if (input === undefined) return fields;
  if (typeof input !== 'object' || input === null) {
    refuse('ERR_OXBOW_HTTP_INVALID_HEADER', 'headers must be an object, pairs, or a Headers');
  }
  if (Symbol.iterator in input) {
    for (const pair of input as Iterable<readonly [string, string]>) push(fields, pair[0], pair[1]);
    return fields;
  }
  // Own keys only: a polluted Object.prototype must not add headers.
  for (const name of Object.keys(input)) {
    const value = (input as Record<string, unknown>)[name];
    if (value === undefined) continue;
    if (Array.isArray(value)) for (const one of value) push(fields, name, one);
    else push(fields, name, value);
  }
  return fields;
}

/** The defaults that `fields` does not name, followed by `fields`: a field given by the request replaces the session's. */
export function mergeFields(defaults: HeaderFields, fields: HeaderFields): HeaderFields {
  if (fields.length === 0) return defaults;
  const merged: string[] = [];
  for (let i = 0; i < defaults.length; i += 2) {
    const name = defaults[i] ?? '';
    if (!hasField(fields, name.toLowerCase())) merged.push(name, defaults[i + 1] ?? '');
  }
  merged.push(...fields);
  return merged;
}

/** Adds what belongs to this hop alone; a field the caller gave stands. */
export function completeFields(
  given: HeaderFields,
  cookie: string,
  authorization: string | undefined,
  body: OpenUpload | undefined,
): HeaderFields {
  const fields = [...given];
  if (cookie !== '' && !hasField(fields, 'cookie')) fields.push('cookie', cookie);
  if (authorization !== undefined && !hasField(fields, 'authorization'))
    fields.push('authorization', authorization);
  if (body?.contentType !== undefined && !hasField(fields, 'content-type')) {
    fields.push('content-type', body.contentType);
  }
  if (body?.length !== undefined) fields.push('content-length', String(body.length));
  return fields;
}
