/**
 * The body of a request: what the caller gave, as bytes to send, with its length and type when they are known.
 * Also knows whether it can be sent a second time (retries, 307 and 308). Streams are pulled as fast as the peer takes them.
 */
import { HttpError, InvalidRequestError, UPLOAD_FAILED, WriteError } from '../errors.ts';

/** A source of body bytes of unknown length; strings in it are sent as UTF-8. */
export type UploadSource = AsyncIterable<Uint8Array | string> | Iterable<Uint8Array>;

/** What a caller may give as `body`. A function is called for every attempt, which makes a stream repeatable. */
export type BodyInput =
  | string
  | Uint8Array
  | ArrayBuffer
  | Blob
  | URLSearchParams
  | FormData
  | UploadSource
  | (() => UploadSource);

/** Form fields for `form`: sent as application/x-www-form-urlencoded. */
export type FormInput = URLSearchParams | Readonly<Record<string, string | number | boolean>>;

/** What goes to the transport: whole, or in pieces. */
export type UploadPayload = string | Uint8Array | UploadStream;

/** A body ready to be sent once. */
export interface OpenUpload {
  readonly payload: UploadPayload;
  readonly contentType: string | undefined;
  /** Bytes, where a stream's length is known beforehand; whole bodies count themselves. */
  readonly length: number | undefined;
}

/** A request body, prepared once and opened for each attempt. */
export interface Upload {
  /** False when a second attempt would find the source used up. */
  readonly isReplayable: boolean;
  open(): OpenUpload;
}

/** One pass over a source: bytes only, remembers how the source failed, and can be closed from outside. */
export class UploadStream implements AsyncIterable<Uint8Array> {
  readonly #source: UploadSource;
  #iterator: AsyncIterator<Uint8Array | string> | Iterator<Uint8Array> | undefined;
  /** What the source failed with, if it did. */
  failure: unknown;
  failed = false;

  constructor(source: UploadSource) {
    this.#source = source;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    const source = this.#source;
    const iterator =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
    this.#iterator = iterator;
    try {
      for (;;) {
        const { value, done } = await iterator.next();
        if (done) return;
        yield toBytes(value);
      }
    } catch (error) {
      this.failed = true;
      this.failure = error;
      throw error;
    } finally {
      this.close();
    }
  }

  /** The failure of the source as an error of this package. */
  describeFailure(): Error {
    const { failure } = this;
    if (failure instanceof HttpError) return failure;
    const reason = failure instanceof Error ? failure.message : String(failure);
    const message = `the source of the request body failed: ${reason}`;
    return new WriteError(UPLOAD_FAILED, message, { cause: failure });
  }

  /** Tells the source that nothing more is wanted; it may be waiting for its next value. Idempotent. */
  close(): void {
    const iterator = this.#iterator;
    this.#iterator = undefined;
    // A source that is stuck or fails while it is closed has nobody left to tell.
    if (iterator?.return !== undefined) void Promise.resolve(iterator.return()).catch(() => {});
  }
}

function toBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  throw new InvalidRequestError(
    'ERR_OXBOW_HTTP_INVALID_BODY',
    `a body stream yields bytes or strings, not ${typeof value}`,
  );
}

function whole(payload: string | Uint8Array, contentType: string | undefined): Upload {
  const opened: OpenUpload = { payload, contentType, length: undefined };
  return { isReplayable: true, open: () => opened };
}

function streamed(source: UploadSource, contentType?: string, length?: number): OpenUpload {
  return { payload: new UploadStream(source), contentType, length };
}

function openForm(form: FormData): OpenUpload {
  // The platform serialises multipart (RFC 7578, with the Fetch standard's escapes) and chooses the boundary.
  const { body, headers } = new globalThis.Response(form);
  return streamed(body ?? [], headers.get('content-type') ?? undefined);
}

/** A value as JSON. @throws {InvalidRequestError} when it has no JSON form (a cycle, a function, `undefined`). */
export function jsonUpload(value: unknown): Upload {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_BODY', 'the option json has no JSON form', {
      cause,
    });
  }
  if (text === undefined) {
    throw new InvalidRequestError(
      'ERR_OXBOW_HTTP_INVALID_BODY',
      `the option json has no JSON form: ${typeof value}`,
    );
  }
  return whole(text, 'application/json');
}

/** Fields as application/x-www-form-urlencoded (WHATWG URL §5). */
export function formUpload(form: FormInput): Upload {
  const parameters =
    form instanceof URLSearchParams
      ? form
      : new URLSearchParams(
          Object.entries(form).map(([name, value]): [string, string] => [name, String(value)]),
        );
  return whole(parameters.toString(), 'application/x-www-form-urlencoded;charset=UTF-8');
}

/** Bytes that are a format of their own. */
export function bytesUpload(bytes: Uint8Array, contentType: string): Upload {
  return whole(bytes, contentType);
}

function isIterable(value: object): value is UploadSource {
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}

/** The option `body`, whatever it is. @throws {InvalidRequestError} `ERR_OXBOW_HTTP_INVALID_BODY` for anything else. */
export function bodyUpload(body: BodyInput): Upload {
  if (typeof body === 'string') return whole(body, 'text/plain;charset=UTF-8');
  if (body instanceof Uint8Array) return whole(body, undefined);
  if (body instanceof ArrayBuffer) return whole(new Uint8Array(body), undefined);
  if (body instanceof URLSearchParams) return formUpload(body);
  if (body instanceof FormData) return { isReplayable: true, open: () => openForm(body) };
  if (body instanceof Blob) {
    const type = body.type === '' ? undefined : body.type;
    return { isReplayable: true, open: () => streamed(body.stream(), type, body.size) };
  }
  if (typeof body === 'function') return { isReplayable: true, open: () => streamed(body()) };
  if (typeof body === 'object' && body !== null && isIterable(body)) {
    return { isReplayable: false, open: () => streamed(body) };
  }
  throw new InvalidRequestError(
    'ERR_OXBOW_HTTP_INVALID_BODY',
    `body must be a string, bytes, a Blob, URLSearchParams, FormData, an (async) iterable of bytes or a function giving one, not ${body === null ? 'null' : typeof body}`,
  );
}
