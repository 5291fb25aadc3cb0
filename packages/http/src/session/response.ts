/**
 * A response: status and headers at once, the body when it is asked for.
 * A view on the attempt that brought it; everything else about it is made only when somebody looks.
 */
import { jsonl } from '@oxbow/codec/jsonl';
import { lines } from '@oxbow/codec/lines';
import { type ServerSentEvent, sse } from '@oxbow/codec/sse';
import type { Future } from '@oxbow/loop';
import { decode, type Stream } from '@oxbow/stream';
import type { Attempt } from '../attempt.ts';
import { HttpError, type HttpErrorDetails } from '../errors.ts';
import { type RawHeaders, rawField } from '../header-fields.ts';
import { redactUrl } from '../redaction.ts';
import type { Timings } from '../timings.ts';
import { type SaveOptions, saveBody, saveOptions } from './body-file.ts';
import {
  asBytes,
  asJson,
  asJsonOf,
  asMsgpack,
  asText,
  type BodyConversion,
  BodyRead,
  type StandardSchema,
} from './body-read.ts';
import { BodyStream } from './body-stream.ts';
import type { Exchange } from './exchange.ts';
import { HELD_BYTES, type IncomingBody } from './incoming-body.ts';
import { ResponseHeaders } from './response-headers.ts';
import type { Sending } from './sending.ts';

/**
 * The answer to a request, of whatever status.
 *
 * The body can be read once, by one of the readers or as a stream. An unread body of up to 64 KiB costs nothing; a larger one
 * holds its connection until it is read, discarded, dropped (garbage collected), or unread for `timeouts.bodyMs`.
 */
export class Response {
  readonly status: number;
  /** The reason phrase; often empty. */
  readonly statusText: string;
  readonly #sending: Sending;
  readonly #exchange: Exchange;
  #headers: ResponseHeaders | undefined = undefined;
  #stream: BodyStream | undefined = undefined;

  /** @internal */
  constructor(exchange: Exchange, sending: Sending) {
    this.status = sending.status;
    this.statusText = sending.statusText;
    this.#exchange = exchange;
    this.#sending = sending;
  }

  /** Whether the status is 2xx. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** Gives this response back when its status is 2xx. @throws {StatusError} for any other, as the body shortcuts of a request do. */
  raiseForStatus(): this {
    if (this.ok) return this;
    this.abandonUnread();
    throw new StatusError(this, { url: redactUrl(this.url), method: this.method });
  }

  /** The URL that answered, after redirects; without userinfo. */
  get url(): string {
    return this.#sending.target.href;
  }

  /** The method of the request that was answered; a redirect may have changed it. */
  get method(): string {
    return this.#sending.method;
  }

  /** Whether a redirect was followed to get here. */
  get redirected(): boolean {
    return this.#exchange.redirects > 0;
  }

  get headers(): ResponseHeaders {
    this.#headers ??= new ResponseHeaders(this.#sending.rawHeaders);
    return this.#headers;
  }

  /** Where the time went, of the attempt that brought the answer; `totalMs` is the whole request's. */
  get timings(): Timings {
    return this.#sending.timings(this.#exchange.startedMs);
  }

  /** Everything that was sent for this answer: retries, redirects and this. */
  get attempts(): readonly Attempt[] {
    return this.#exchange.attempts();
  }

  /** Decoded bytes of body received so far. */
  get receivedBytes(): number {
    return this.#incoming.receivedBytes;
  }

  /** Whether the body was read, is being read, or was discarded. */
  get bodyUsed(): boolean {
    return this.#incoming.isUsed;
  }

  /** The decoded body: a hot stream for one consumer. Looking at it takes nothing; its first consumer does. */
  get body(): Stream<Uint8Array> {
    return this.stream();
  }

  /** The same as {@link body}. */
  stream(): Stream<Uint8Array> {
    return this.#bodyStream();
  }

  #bodyStream(): BodyStream {
    if (this.#stream === undefined) {
      this.#stream = new BodyStream();
      this.#stream.open(this.#incoming, this, this.#exchange);
    }
    return this.#stream;
  }

  /** The body as text, in the charset of Content-Type (WHATWG labels), UTF-8 without one. */
  text(): Future<string> {
    return this.#read(asText);
  }

  /** The body as JSON, checked by a Standard Schema if one is given. @throws {DecodingError} {SchemaError} */
  json<T = unknown>(): Future<T>;
  json<Output>(schema: StandardSchema<Output>): Future<Output>;
  json(schema?: StandardSchema<unknown>): Future<unknown> {
    return this.#read(schema === undefined ? asJson : asJsonOf(schema));
  }

  /** The body as it is, decoded. The array is the caller's. */
  bytes(): Future<Uint8Array> {
    return this.#read(asBytes);
  }

  /** The body as one msgpack message. @throws {DecodingError} */
  msgpack<T = unknown>(): Future<T> {
    return this.#read(asMsgpack as BodyConversion<T>);
  }

  /** The body line by line (UTF-8). */
  lines(): Stream<string> {
    return this.stream().pipe(decode(lines()));
  }

  /** One JSON value for each line. */
  jsonl<T = unknown>(): Stream<T> {
    return this.stream().pipe(decode(jsonl<T>()));
  }

  /** Server-sent events. */
  events(): Stream<ServerSentEvent> {
    return this.stream().pipe(decode(sse()));
  }

  /** Writes the body to a file, which appears whole or not at all; gives its size in bytes. */
  save(path: string, options?: SaveOptions): Future<number> {
    const checked = saveOptions(options, ['onProgress']);
    return saveBody(this.#bodyStream(), path, checked, () => ({ totalBytes: this.decodedBytes }));
  }

  /** @internal The bytes of the body after decoding, where the server tells. */
  get decodedBytes(): number | undefined {
    const { rawHeaders } = this.#sending;
    const length = rawField(rawHeaders, 'content-length');
    return length === undefined || rawField(rawHeaders, 'content-encoding') !== undefined
      ? undefined
      : Number(length);
  }

  /** Gives the body up. A small rest is swallowed to keep the connection, a larger one closes it. Idempotent. */
  discard(): void {
    this.#incoming.discard();
  }

  [Symbol.dispose](): void {
    this.discard();
  }

  get #incoming(): IncomingBody {
    return this.#sending.incoming as IncomingBody;
  }

  #read<T>(conversion: BodyConversion<T>): Future<T> {
    return new BodyRead(conversion, this.#exchange).readFrom(this.#incoming, this.#sending);
  }

  /** @internal For a read that was asked for before the response came. */
  giveTo(read: BodyRead<unknown>): void {
    read.readFrom(this.#incoming, this.#sending, this.#exchange);
  }

  /** @internal For a stream that was asked for before the response came. */
  openStream(stream: BodyStream): void {
    this.#stream = stream;
    stream.open(this.#incoming, this, this.#exchange);
  }

  /**
   * @internal Its reader failed without the body, for the status. The error holds this response, so a body of up to 64 KiB may
   * still be read from there. A larger one, or one that does not come soon, must not hold its connection for it.
   */
  abandonUnread(): void {
    const { loop } = this.#exchange.deadlines;
    const abandon = (): void => this.#incoming.abandon();
    if (loop.closed) abandon();
    // Two turns: a waiting task is woken in the first, and has begun to read by the second if it does so at once.
    else loop.callSoon(() => loop.callSoon(abandon));
  }

  /** @internal Nobody has asked for the body yet: closes it when this object is dropped. */
  guardUnread(): void {
    const { rawHeaders } = this.#sending;
    if (this.#incoming.isComplete || isSmall(rawHeaders)) return;
    dropped.register(this, this.#incoming);
  }
}

/**
 * Raised by the body shortcuts (`session.get(url).text()`, …) and `raiseForStatus()` when the status is not 2xx.
 *
 * @example
 * ```ts
 * import { get, StatusError } from '@oxbow/http';
 *
 * try {
 *   await get('https://example.org/maybe').json();
 * } catch (error) {
 *   if (error instanceof StatusError) console.log(error.status);
 * }
 * ```
 */
export class StatusError extends HttpError {
  static {
    StatusError.prototype.name = 'StatusError';
  }
  readonly status: number;
  /** The response itself: its headers, and its body if it can still be read. */
  declare readonly response: Response;

  constructor(response: Response, details: HttpErrorDetails) {
    const reason = response.statusText === '' ? '' : ` ${response.statusText}`;
    super(
      'ERR_OXBOW_HTTP_STATUS',
      `${details.method} ${details.url} answered ${response.status}${reason}; await the request itself to take any status`,
      details,
    );
    this.status = response.status;
    Object.defineProperty(this, 'response', { value: response, enumerable: false });
  }
}

/** Whether the body fits into what is held anyway. */
function isSmall(headers: RawHeaders): boolean {
  const length = rawField(headers, 'content-length');
  return (
    length !== undefined &&
    rawField(headers, 'content-encoding') === undefined &&
    Number(length) <= HELD_BYTES
  );
}

// Nothing between the socket and the body refers to the response, so it can be collected while the body waits.
const dropped = new FinalizationRegistry<IncomingBody>((body) => {
  if (!body.isUsed) body.abort('its response was dropped');
});
