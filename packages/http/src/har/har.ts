/**
 * The HTTP Archive format (HAR 1.2): what an entry of it is, and the reading of one that comes from elsewhere. Knows no transport.
 */
import { InvalidRequestError } from '../errors.ts';

/** A name and a value: a header field, a parameter. */
export interface HarPair {
  readonly name: string;
  readonly value: string;
}

/** A body that was received, with its content codings undone. */
export interface HarContent {
  /** Bytes of the body. */
  readonly size: number;
  readonly mimeType: string;
  /** `undefined` for one that was not kept. */
  readonly text?: string | undefined;
  /** `base64`, for what is not text. */
  readonly encoding?: string | undefined;
  readonly comment?: string | undefined;
}

/** One sending and its answer. */
export interface HarEntry {
  /** ISO 8601. */
  readonly startedDateTime: string;
  /** Milliseconds in all. */
  readonly time: number;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly httpVersion: string;
    readonly cookies: readonly HarPair[];
    readonly headers: readonly HarPair[];
    readonly queryString: readonly HarPair[];
    readonly postData?: { readonly mimeType: string; readonly text: string } | undefined;
    readonly headersSize: number;
    readonly bodySize: number;
  };
  readonly response: {
    /** 0 when none came. */
    readonly status: number;
    readonly statusText: string;
    readonly httpVersion: string;
    readonly cookies: readonly HarPair[];
    readonly headers: readonly HarPair[];
    readonly content: HarContent;
    readonly redirectURL: string;
    readonly headersSize: number;
    readonly bodySize: number;
    /** Why no whole answer came. */
    readonly _error?: string | undefined;
  };
  readonly cache: Readonly<Record<string, never>>;
  /** Milliseconds; -1 for what does not apply. */
  readonly timings: {
    readonly dns: number;
    readonly connect: number;
    readonly ssl: number;
    readonly send: number;
    readonly wait: number;
    readonly receive: number;
  };
  readonly serverIPAddress?: string | undefined;
}

/** An archive. */
export interface Har {
  readonly log: {
    readonly version: string;
    readonly creator: { readonly name: string; readonly version: string };
    readonly entries: readonly HarEntry[];
    readonly comment?: string | undefined;
  };
}

/** What an answer is made of again. */
export interface HarAnswer {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Buffer;
  readonly error: string | undefined;
}

function fault(place: string, expected: string): never {
  throw new InvalidRequestError(
    'ERR_OXBOW_HTTP_INVALID_HAR',
    `not an HTTP archive: ${place} must be ${expected}`,
  );
}

type Fields = Readonly<Record<string, unknown>>;

function object(value: unknown, place: string): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : fault(place, 'an object');
}

function text(value: unknown, place: string): string {
  return typeof value === 'string' ? value : fault(place, 'a string');
}

// The codings are undone, and the length is that of what is left.
const OF_THE_WIRE: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-length',
  'transfer-encoding',
  'connection',
]);

function headersOf(value: unknown, place: string): Record<string, string[]> {
  if (!Array.isArray(value)) return fault(place, 'a list');
  const headers: Record<string, string[]> = Object.create(null);
  for (const [at, given] of value.entries()) {
    const pair = object(given, `${place}[${at}]`);
    const name = text(pair['name'], `${place}[${at}].name`).toLowerCase();
    if (OF_THE_WIRE.has(name) || name.startsWith(':')) continue;
    (headers[name] ??= []).push(text(pair['value'], `${place}[${at}].value`));
  }
  return headers;
}

/** Reads an archive, of this package or of a browser. @throws {InvalidRequestError} `ERR_OXBOW_HTTP_INVALID_HAR` with the place. */
export function answersOf(har: unknown): HarAnswer[] {
  const { entries } = object(object(har, 'the archive')['log'], 'log');
  if (!Array.isArray(entries)) return fault('log.entries', 'a list');
  return entries.map((given: unknown, at): HarAnswer => {
    const place = `log.entries[${at}]`;
    const request = object(object(given, place)['request'], `${place}.request`);
    const response = object((given as Fields)['response'], `${place}.response`);
    const content = object(response['content'] ?? {}, `${place}.response.content`);
    const status = response['status'];
    if (typeof status !== 'number' || !Number.isInteger(status))
      fault(`${place}.response.status`, 'a number');
    const url = text(request['url'], `${place}.request.url`);
    if (!URL.canParse(url)) fault(`${place}.request.url`, 'a URL');
    const body = content['text'] === undefined ? '' : text(content['text'], `${place}.response.content.text`);
    const error = response['_error'];
    return {
      method: text(request['method'], `${place}.request.method`).toUpperCase(),
      url,
      status,
      statusText: typeof response['statusText'] === 'string' ? response['statusText'] : '',
      headers: headersOf(response['headers'] ?? [], `${place}.response.headers`),
      body: Buffer.from(body, content['encoding'] === 'base64' ? 'base64' : 'utf8'),
      error: status > 0 && typeof error !== 'string' ? undefined : String(error ?? 'no answer was recorded'),
    };
  });
}
