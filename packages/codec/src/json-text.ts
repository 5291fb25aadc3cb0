/**
 * A value to and from JSON text, with errors that name the place. Shared by json (one message) and jsonl (one a line).
 */

import { DecodeError, EncodeError } from './errors.ts';

/** Turns a parsed value into the type the caller wants, or throws. */
export type Validate<T> = (value: unknown) => T;

const utf8 = new TextEncoder();

/**
 * The UTF-8 bytes of `value` as JSON on one line, followed by `suffix`.
 *
 * @throws EncodeError for what JSON cannot carry: undefined, functions and symbols as the value itself, bigints, cycles, a throwing `toJSON`.
 */
export function encodeJson(where: string, value: unknown, suffix: string): Uint8Array {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new EncodeError(
      'ERR_OXBOW_CODEC_UNENCODABLE',
      `${where} cannot encode the value: ${(cause as Error).message}`,
      { cause },
    );
  }
  if (text === undefined) {
    throw new EncodeError(
      'ERR_OXBOW_CODEC_UNENCODABLE',
      `${where} cannot encode ${typeof value}: JSON has no such value; use null`,
    );
  }
  return utf8.encode(text + suffix);
}

/** Where a piece of JSON text lies in its stream. */
export interface JsonPlace {
  readonly where: string;
  /** Offset of the text's first byte. */
  readonly offset: number;
  /** Its line, where lines are counted. */
  readonly line?: number;
}

/**
 * The value of `text`. A `__proto__` key becomes an own property, as `JSON.parse` has it: no prototype is touched.
 *
 * @throws DecodeError `ERR_OXBOW_CODEC_INVALID_JSON`, at the place of the fault as far as the engine tells it, or `ERR_OXBOW_CODEC_REJECTED` when `validate` throws.
 */
export function decodeJson<T>(text: string, place: JsonPlace, validate: Validate<T> | undefined): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalidJson(text, place, cause as Error);
  }
  return validate === undefined ? (value as T) : validated(value, place, validate);
}

function validated<T>(value: unknown, place: JsonPlace, validate: Validate<T>): T {
  try {
    return validate(value);
  } catch (cause) {
    const { where, offset, line } = place;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DecodeError(
      'ERR_OXBOW_CODEC_REJECTED',
      `${where}: ${lineName(line)}byte ${offset}: validate refused the value: ${reason}`,
      { offset, line, cause },
    );
  }
}

function invalidJson(text: string, { where, offset, line }: JsonPlace, cause: Error): DecodeError {
  const at = offset + faultOffset(text, cause.message);
  return new DecodeError(
    'ERR_OXBOW_CODEC_INVALID_JSON',
    `${where}: ${lineName(line)}byte ${at}: ${cause.message}`,
    { offset: at, line, cause },
  );
}

function lineName(line: number | undefined): string {
  return line === undefined ? '' : `line ${line}, `;
}

/** V8 names the position of most faults ("at position 12"), counted in UTF-16 units; an early end is at the end. */
function faultOffset(text: string, message: string): number {
  const named = /at position (\d+)/.exec(message)?.[1];
  if (named !== undefined) return utf8.encode(text.slice(0, Number(named))).length;
  return message.includes('end of JSON input') ? utf8.encode(text).length : 0;
}
