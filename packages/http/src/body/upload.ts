/**
 * The body of a request: what the caller gave, as bytes to send, with its length and type when they are known.
 * Also knows whether it can be sent a second time (retries, 307 and 308). Streams are pulled as fast as the peer takes them.
 */
// As a namespace: Node 18 lacks openAsBlob, and would say so before the loop can say which Node is needed.
import * as fs from 'node:fs';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { InvalidRequestError } from '../errors.ts';
import { encodeForm } from './multipart.ts';
import {
  closeSource,
  isUploadSource,
  ownSource,
  type UploadSource,
  UploadStream,
  uploadFailure,
} from './upload-stream.ts';

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

/** One value of a form field; `undefined` and `null` are left out. */
export type FormValue = string | number | boolean | bigint | null | undefined;

/** Form fields for `form`: sent as application/x-www-form-urlencoded. An array sends its field once for each value. */
export type FormInput = URLSearchParams | Readonly<Record<string, FormValue | readonly FormValue[]>>;

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
  /** Waits for what must be known before it can be opened; `undefined` when nothing must. */
  readonly ready?: (() => Promise<void>) | undefined;
  /** @throws {HttpError} when the source is unusable or has failed. */
  open(): OpenUpload;
  /** The request is over: a source that was never opened is closed. Idempotent. */
  close(): void;
}

function nothingToClose(): void {}

function invalidBody(message: string, cause?: unknown): never {
  throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_BODY', message, { cause });
}

function whole(payload: string | Uint8Array, contentType: string | undefined): Upload {
  const opened: OpenUpload = { payload, contentType, length: undefined };
  return { isReplayable: true, open: () => opened, close: nothingToClose };
}

function streamed(source: UploadSource, contentType?: string, length?: number): OpenUpload {
  ownSource(source);
  return { payload: new UploadStream(source), contentType, length };
}

/** A value as JSON. @throws {InvalidRequestError} when it has no JSON form (a cycle, a function, `undefined`). */
export function jsonUpload(value: unknown): Upload {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    invalidBody('the option json has no JSON form', cause);
  }
  if (text === undefined) invalidBody(`the option json has no JSON form: ${typeof value}`);
  return whole(text, 'application/json');
}

/** Fields as application/x-www-form-urlencoded (WHATWG URL §5). */
export function formUpload(form: FormInput): Upload {
  const parameters = form instanceof URLSearchParams ? form : new URLSearchParams();
  if (!(form instanceof URLSearchParams)) {
    for (const [name, value] of Object.entries(form)) {
      const values: readonly FormValue[] = Array.isArray(value) ? value : [value as FormValue];
      for (const one of values) {
        if (one === undefined || one === null) continue;
        if (typeof one === 'object')
          invalidBody(`the form field ${name} holds an object; give text or numbers`);
        parameters.append(name, String(one));
      }
    }
  }
  return whole(parameters.toString(), 'application/x-www-form-urlencoded;charset=UTF-8');
}

/** Bytes that are a format of their own. */
export function bytesUpload(bytes: Uint8Array, contentType: string): Upload {
  return whole(bytes, contentType);
}

/** A file by its path, with its size as Content-Length. It is opened for each attempt, and must not change meanwhile. */
export function fileUpload(path: string | URL): Upload {
  if (typeof path !== 'string' && !(path instanceof URL)) {
    invalidBody(`the option file is a path or a file: URL, not ${typeof path}`);
  }
  let blob: Blob | undefined;
  return {
    isReplayable: true,
    async ready(): Promise<void> {
      try {
        // openAsBlob has one message for every reason.
        if (!(await stat(path)).isFile()) throw new Error(`${String(path)} is not a file`);
        blob ??= await fs.openAsBlob(path instanceof URL ? fileURLToPath(path) : path);
      } catch (cause) {
        throw uploadFailure(cause);
      }
    },
    open: () => streamed((blob as Blob).stream(), undefined, (blob as Blob).size),
    close: nothingToClose,
  };
}

function functionUpload(make: () => UploadSource, length: number | undefined): Upload {
  return {
    isReplayable: true,
    open(): OpenUpload {
      let source: UploadSource;
      try {
        source = make();
      } catch (cause) {
        throw uploadFailure(cause);
      }
      if (!isUploadSource(source)) {
        invalidBody(
          `the function given as body must give an (async) iterable of bytes, not ${typeof source}`,
        );
      }
      return streamed(source, undefined, length);
    },
    close: nothingToClose,
  };
}

/** A source with one pass: owned from here on, and closed with the request even if it is never opened. */
function sourceUpload(source: UploadSource, length: number | undefined): Upload {
  ownSource(source);
  const stream = new UploadStream(source);
  return {
    isReplayable: false,
    open: () => ({ payload: stream, contentType: undefined, length }),
    close: () => stream.close(),
  };
}

/** Closes what was given as `body` to a request that was refused for another reason. */
export function abandonBody(body: unknown): void {
  if (!isUploadSource(body)) return;
  try {
    ownSource(body);
  } catch {
    // It is somebody else's, or over.
    return;
  }
  closeSource(body);
}

/**
 * The option `body`, whatever it is.
 *
 * @param length the bytes of a stream, where the caller knows them
 * @throws {InvalidRequestError} `ERR_OXBOW_HTTP_INVALID_BODY` for anything that is no body, and for a used stream.
 */
export function bodyUpload(body: BodyInput, length?: number): Upload {
  if (typeof body === 'function') return functionUpload(body, length);
  if (typeof body === 'string') return whole(body, 'text/plain;charset=UTF-8');
  if (body instanceof Uint8Array) return whole(body, undefined);
  if (body instanceof ArrayBuffer) return whole(new Uint8Array(body), undefined);
  if (body instanceof URLSearchParams) return formUpload(body);
  if (body instanceof FormData) {
    const open = (): OpenUpload => {
      const { parts, contentType, length: bytes } = encodeForm(body);
      return streamed(parts, contentType, bytes);
    };
    return { isReplayable: true, open, close: nothingToClose };
  }
  if (body instanceof Blob) {
    const type = body.type === '' ? undefined : body.type;
    return {
      isReplayable: true,
      open: () => streamed(body.stream(), type, body.size),
      close: nothingToClose,
    };
  }
  if (isUploadSource(body)) return sourceUpload(body, length);
  return invalidBody(
    `body must be a string, bytes, a Blob, URLSearchParams, FormData, an (async) iterable of bytes or a function giving one, not ${body === null ? 'null' : typeof body}; a file goes by the option file`,
  );
}
