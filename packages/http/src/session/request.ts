/**
 * A request on its way: the future of its response, and the shortcuts to its body.
 * Sent once, on the next turn of the loop, whether or not it is awaited; cancelled with the task that awaits it.
 */
import { jsonl } from '@oxbow/codec/jsonl';
import { lines } from '@oxbow/codec/lines';
import { type ServerSentEvent, sse } from '@oxbow/codec/sse';
import { type CancelledError, createTask, Future, type Task } from '@oxbow/loop';
import { decode, type Stream } from '@oxbow/stream';
import { BodyUsedError } from '../errors.ts';
import type { RetryPolicy } from '../policy/retry.ts';
import { redactUrl } from '../redaction.ts';
import { callUser } from '../user-call.ts';

import { type DownloadOptions, saveBody, saveOptions } from './body-file.ts';
import {
  asBytes,
  asJson,
  asJsonOf,
  asMsgpack,
  asText,
  type BodyConversion,
  BodyRead,
  type ReadOwner,
  type StandardSchema,
} from './body-read.ts';
import { BodyStream } from './body-stream.ts';
import { Exchange, type ExchangeGround, type ExchangeResult } from './exchange.ts';
import type { ExchangeRequest } from './exchange-request.ts';
import { Response, StatusError } from './response.ts';
import type { SendAgain } from './resumable-download.ts';
import type { Sending } from './sending.ts';

/** What a request asks before it is there: refused input is told through the future, like every other failure. */
export type RequestStart =
  | { readonly ground: ExchangeGround; readonly request: ExchangeRequest }
  /** Middleware makes the response; it is run as a task. */
  | { readonly run: () => Promise<Response> }
  | { readonly error: unknown };

/** How a request is made anew. */
export interface Again {
  readonly send: SendAgain;
  readonly retry: RetryPolicy | undefined;
}

/**
 * A request in flight: `await` it (or `yield*`) for the {@link Response}, which comes with the headers and for any status.
 *
 * The shortcuts (`.text()`, `.json()`, `.stream()`, …) read the body of that response and fail with {@link StatusError} when
 * the status is not 2xx. Cancelling the future, a shortcut, or a task that awaits one of them closes the connection.
 */
export class Request extends Future<Response> implements ExchangeResult {
  readonly #exchange: Exchange | undefined;
  readonly #again: (() => Again) | undefined;
  /** What makes the response, when it is not an exchange. */
  #making: Task<Response> | undefined = undefined;
  #read: BodyRead<unknown> | undefined = undefined;
  #stream: BodyStream | undefined = undefined;

  /** @internal Made by a session. */
  constructor(start: RequestStart, again?: () => Again) {
    super();
    this.#again = again;
    if ('error' in start) {
      this.#exchange = undefined;
      this.setException(start.error);
      return;
    }
    if ('run' in start) {
      this.#exchange = undefined;
      this.#make(start.run);
      return;
    }
    this.#exchange = new Exchange(start.ground, start.request, this);
    this.#exchange.start();
  }

  #make(run: () => Promise<Response>): void {
    const making = callUser(run, 'an HTTP request with middleware');
    this.#making = making;
    making.addDoneCallback(() => {
      this.#making = undefined;
      try {
        this.#settle(making.result());
      } catch (error) {
        if (making.cancelled) this.cancel(error);
        else this.onFailed(error as Error);
      }
    });
  }

  override get name(): string {
    return 'an HTTP request';
  }

  /** The body as text, in the charset of Content-Type (WHATWG labels), UTF-8 without one. @throws {StatusError} */
  text(): Future<string> {
    return this.#readAs(asText);
  }

  /** The body as JSON, checked by a Standard Schema if one is given. @throws {StatusError} {DecodingError} {SchemaError} */
  json<T = unknown>(): Future<T>;
  json<Output>(schema: StandardSchema<Output>): Future<Output>;
  json(schema?: StandardSchema<unknown>): Future<unknown> {
    return this.#readAs(schema === undefined ? asJson : asJsonOf(schema));
  }

  /** The body as it is, decoded. @throws {StatusError} */
  bytes(): Future<Uint8Array> {
    return this.#readAs(asBytes);
  }

  /** The body as one msgpack message. @throws {StatusError} {DecodingError} */
  msgpack<T = unknown>(): Future<T> {
    return this.#readAs(asMsgpack as BodyConversion<T>);
  }

  /** The decoded body as a hot stream for one consumer; leaving it early closes the request. Fails with {@link StatusError}. */
  stream(): Stream<Uint8Array> {
    return this.#bodyStream();
  }

  #bodyStream(): BodyStream {
    if (this.#stream !== undefined && !this.done) return this.#stream;
    const stream = new BodyStream(() => this.cancel('its stream was left early'));
    this.#stream = stream;
    // Its failure is told to the stream's consumer.
    this.observe();
    if (this.done) this.#feed(stream);
    return stream;
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

  /**
   * Writes the body to a file, which appears whole or not at all; gives its size in bytes. With `resume` it is asked for anew, with a
   * range where something is there already, and this request itself is not sent.
   *
   * @throws {StatusError}
   */
  save(path: string, options?: DownloadOptions): Future<number> {
    let checked: DownloadOptions;
    try {
      checked = saveOptions(options, ['onProgress', 'resume']);
    } catch (error) {
      this.observe();
      this.cancel('its save() was refused');
      throw error;
    }
    if (checked.resume === true && this.#again !== undefined)
      return this.#download(this.#again(), path, checked);
    const head = () => ({ totalBytes: this.cancelled ? undefined : this.result().decodedBytes });
    return saveBody(this.#bodyStream(), path, checked, head);
  }

  #download({ send, retry }: Again, path: string, options: DownloadOptions): Future<number> {
    this.observe();
    this.cancel('its download is resumable, and asks for itself');
    const load = async () =>
      (await import('./resumable-download.ts')).downloadResumably(send, path, options, retry);
    return createTask(load, { name: 'a resumable download' });
  }

  #readAs<T>(conversion: BodyConversion<T>): Future<T> {
    const read = new BodyRead(conversion, this.#exchange ?? this.#inner());
    // Its failure is told to the reader.
    this.observe();
    if (this.done) {
      this.#give(read as BodyRead<unknown>);
    } else if (this.#read !== undefined || this.#stream !== undefined) {
      read.onBodyError(
        new BodyUsedError(
          'ERR_OXBOW_HTTP_BODY_USED',
          'the body is being read already; keep the first result',
        ),
      );
    } else {
      this.#read = read as BodyRead<unknown>;
    }
    return read;
  }

  /** @internal */
  onDelivered(exchange: Exchange, sending: Sending): void {
    this.#settle(new Response(exchange, sending));
  }

  #settle(response: Response): void {
    if (this.done) return;
    const read = this.#read;
    const stream = this.#stream;
    if (read !== undefined) {
      this.#read = undefined;
      this.setResult(response);
      this.#give(read);
    } else {
      this.setResult(response);
      if (stream !== undefined) this.#feed(stream);
      else response.guardUnread();
    }
  }

  /** @internal */
  onFailed(error: Error): void {
    if (this.done) return;
    this.setException(error);
    this.#read?.onBodyError(error);
    this.#stream?.end(error);
  }

  protected override undo(reason: CancelledError): void {
    this.#exchange?.stop(reason);
    this.#making?.cancel(reason);
    this.#read?.onBodyError(reason);
    this.#stream?.end(reason);
  }

  /** What a read stops before its response, and so its exchange, is known. */
  #inner(): ReadOwner {
    return {
      stop: (reason) => void this.cancel(reason),
      describe() {},
    };
  }

  #give(read: BodyRead<unknown>): void {
    const response = this.#settledResponse();
    if (response instanceof Error) read.onBodyError(response);
    else response.giveTo(read);
  }

  #feed(stream: BodyStream): void {
    const response = this.#settledResponse();
    if (response instanceof Error) stream.end(response);
    else response.openStream(stream);
  }

  /** The response if its body may be read; else why not. */
  #settledResponse(): Response | Error {
    let response: Response;
    try {
      response = this.result();
    } catch (error) {
      return error as Error;
    }
    if (response.ok) return response;
    response.abandonUnread();
    return new StatusError(response, {
      url: redactUrl(response.url),
      method: response.method,
    });
  }
}
