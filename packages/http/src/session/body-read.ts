/**
 * Reading a whole body as a value: the future behind `.text()`, `.json()`, `.bytes()` and `.msgpack()`.
 * Cancelling it, or the task that awaits it, closes the request.
 */
import { msgpack } from '@oxbow/codec/msgpack';
import { type CancelledError, currentLoop, Future } from '@oxbow/loop';
import { decodeText } from '../body/charset.ts';
import { DecodingError, SchemaError, type SchemaIssue } from '../errors.ts';
import { type RawHeaders, rawValues } from '../header-fields.ts';
import { callUserOn } from '../user-call.ts';
import type { IncomingBody, WholeBodyReader } from './incoming-body.ts';

/** A validator by the Standard Schema interface (standardschema.dev): Zod, Valibot, ArkType and others have it. */
export interface StandardSchema<Output> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | PromiseLike<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** What a Standard Schema gives back. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** What a body came with. */
export interface BodyHead {
  readonly status: number;
  readonly rawHeaders: RawHeaders;
}

/** Makes a value of a body. May take its time (a validator that does). */
export type BodyConversion<T> = (bytes: Buffer, head: BodyHead) => T | PromiseLike<T>;

export const asText: BodyConversion<string> = (bytes, head) =>
  decodeText(bytes, rawValues(head.rawHeaders, 'content-type'));

export const asBytes: BodyConversion<Uint8Array> = (bytes) =>
  new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);

export const asJson: BodyConversion<unknown> = (bytes, { status }) => {
  if (bytes.length === 0) {
    const message = `the answer (${status}) has no body, and nothing is not JSON; look at the status before .json()`;
    throw new DecodingError('ERR_OXBOW_HTTP_INVALID_JSON', message);
  }
  // RFC 8259 §8.1: JSON is UTF-8, whatever a charset says; a byte order mark is dropped.
  const text = decodeText(bytes, undefined);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const shown = JSON.stringify(text.slice(0, 40));
    throw new DecodingError('ERR_OXBOW_HTTP_INVALID_JSON', `the body is not JSON, it begins ${shown}`, {
      cause,
    });
  }
};

export const asMsgpack: BodyConversion<unknown> = (bytes) => {
  try {
    return msgpack().decode(bytes);
  } catch (cause) {
    const message = `the body is not a msgpack message: ${(cause as Error).message}`;
    throw new DecodingError('ERR_OXBOW_HTTP_INVALID_MSGPACK', message, { cause });
  }
};

/** JSON that must match a schema. */
export function asJsonOf<Output>(schema: StandardSchema<Output>): BodyConversion<Output> {
  const accept = (result: SchemaResult<Output>): Output => {
    if (result.issues !== undefined) throw new SchemaError(result.issues);
    return result.value;
  };
  // The last byte comes with an event of a socket; the schema's code runs where it was given.
  const loop = currentLoop();
  return (bytes, head) => {
    const value = asJson(bytes, head);
    return callUserOn(loop, () => schema['~standard'].validate(value), 'a schema').then(accept);
  };
}

/** What a body read belongs to. */
export interface ReadOwner {
  /** The read was cancelled: closes the request. */
  stop(reason: CancelledError): void;
  /** Puts the URL and the attempts on an error. */
  describe(error: unknown): void;
}

/** A read in progress. */
export class BodyRead<T> extends Future<T> implements WholeBodyReader {
  readonly #convert: BodyConversion<T>;
  #owner: ReadOwner;
  #head: BodyHead | undefined = undefined;

  constructor(convert: BodyConversion<T>, owner: ReadOwner) {
    super();
    this.#convert = convert;
    this.#owner = owner;
  }

  override get name(): string {
    return 'reading a response body';
  }

  /** @internal The response has come: its body goes here. */
  readFrom(body: IncomingBody, head: BodyHead, owner: ReadOwner = this.#owner): this {
    this.#owner = owner;
    this.#head = head;
    body.collect(this);
    return this;
  }

  /** @internal */
  onBody(bytes: Buffer): void {
    if (this.done) return;
    let value: T | PromiseLike<T>;
    try {
      value = this.#convert(bytes, this.#head!);
    } catch (error) {
      this.onBodyError(error);
      return;
    }
    if (!isThenable(value)) {
      this.setResult(value);
      return;
    }
    value.then(
      (result) => {
        if (!this.done) this.setResult(result);
      },
      (error: unknown) => this.onBodyError(error),
    );
  }

  /** @internal */
  onBodyError(error: unknown): void {
    if (this.done) return;
    this.#owner.describe(error);
    this.setException(error);
  }

  protected override undo(reason: CancelledError): void {
    this.#owner.stop(reason);
  }
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
