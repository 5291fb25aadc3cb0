/**
 * One request on a stream of an HTTP/2 connection (RFC 9113 §8), over node:http2. It sends the fields and the body and reports what
 * comes back as every transport does. Which connection it is on, and whether that takes more, is the connection's business.
 */
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from 'node:http2';
import { HeadersTooLargeError, InvalidRequestError, ProtocolError, WriteError } from '../errors.ts';
import type { HeaderFields, RawHeaders } from '../header-fields.ts';
import type { HeadLimits } from './connection.ts';
import { CANCEL, mapHttp2Error, NO_ERROR, notProcessed, type StreamPhase } from './map-http2-error.ts';
import type { TransportCall, TransportHandler, TransportRequest } from './transport.ts';

/** What a stream tells its connection. */
export interface Http2StreamOwner {
  /** Whether the server has said that it did not begin on this stream. */
  isUnprocessed(streamId: number | undefined): boolean;
  readonly receivedBytes: number;
  /** It takes no more of the connection. Called once. @param code of the reset @param silent nothing has come since it began */
  onStreamOver(stream: Http2Stream, code: number, silent: boolean): void;
}

/** The request fields, with the pseudo-fields of RFC 9113 §8.3.1. */
function requestFields(request: TransportRequest): OutgoingHttpHeaders {
  const origin = new URL(request.origin);
  const fields: OutgoingHttpHeaders = Object.create(null);
  fields[':method'] = request.method;
  fields[':scheme'] = origin.protocol.slice(0, -1);
  fields[':authority'] = origin.host;
  fields[':path'] = request.path;
  const { headers } = request;
  for (let i = 0; i < headers.length; i += 2) {
    const name = (headers[i] as string).toLowerCase();
    const value = headers[i + 1] as string;
    // RFC 9113 §8.3.1: the authority stands for Host.
    if (name === 'host') {
      fields[':authority'] = value;
      continue;
    }
    const known = fields[name];
    fields[name] = known === undefined ? value : [...(Array.isArray(known) ? known : [String(known)]), value];
  }
  return fields;
}

/** Received fields by name, repeated ones as an array, pseudo-fields left out. */
function receivedFields(raw: readonly string[]): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = Object.create(null);
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const value = raw[i + 1] as string;
    if (name.startsWith(':')) continue;
    const known = fields[name];
    if (known === undefined) fields[name] = value;
    else if (typeof known === 'string') fields[name] = [known, value];
    else known.push(value);
  }
  return fields;
}

/** What the fields would have as lines of HTTP/1.1. */
function blockBytes(raw: readonly string[]): number {
  let bytes = raw.length * 2;
  for (const text of raw) bytes += text.length;
  return bytes;
}

/** Bytes of a body handed to a stream at once. */
const PIECE_BYTES = 64 * 1024;

function isWhole(body: NonNullable<TransportRequest['body']>): body is string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array;
}

function bytesOf(body: string | Uint8Array): Buffer {
  return typeof body === 'string'
    ? Buffer.from(body)
    : Buffer.from(body.buffer, body.byteOffset, body.length);
}

function* piecesOf(body: Buffer): Iterable<Uint8Array> {
  for (let at = 0; at < body.length; at += PIECE_BYTES) yield body.subarray(at, at + PIECE_BYTES);
}

function announcedBytes(headers: HeaderFields): number | undefined {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]?.toLowerCase() === 'content-length') return Number(headers[i + 1]);
  }
  return undefined;
}

/** A request on its stream. */
export class Http2Stream implements TransportCall {
  readonly #owner: Http2StreamOwner;
  readonly #handler: TransportHandler;
  readonly #limits: HeadLimits;
  #stream: ClientHttp2Stream | undefined;
  #phase: StreamPhase = 'sending';
  #informational = 0;
  #receivedBefore = 0;
  #over = false;
  #error: Error | undefined;
  /** Of the body, as the request announces them. */
  #announced: number | undefined;

  constructor(owner: Http2StreamOwner, handler: TransportHandler, limits: HeadLimits) {
    this.#owner = owner;
    this.#handler = handler;
    this.#limits = limits;
  }

  /** Opens the stream. Whatever node:http2 refuses is told as the failure of the request. */
  start(session: ClientHttp2Session, request: TransportRequest): void {
    const { body } = request;
    let stream: ClientHttp2Stream;
    try {
      const fields = requestFields(request);
      if (body !== null && isWhole(body)) fields['content-length'] ??= Buffer.byteLength(body);
      stream = session.request(fields, { endStream: body === null });
    } catch (cause) {
      const { message, code } = cause as Error & { code?: string };
      const isGone = code === 'ERR_HTTP2_INVALID_SESSION' || code === 'ERR_HTTP2_GOAWAY_SESSION';
      this.#fail(
        isGone || code === 'ERR_HTTP2_OUT_OF_STREAMS'
          ? notProcessed(message, cause)
          : new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_REQUEST', message, { cause }),
        NO_ERROR,
      );
      return;
    }
    this.#stream = stream;
    this.#receivedBefore = this.#owner.receivedBytes;
    this.#listen(stream);
    this.#announced = announcedBytes(request.headers);
    this.#handler.onRequestStart();
    if (this.#over) return;
    if (body === null) this.#onRequestSent();
    else if (!isWhole(body)) void this.#sendPieces(stream, body);
    else if (body.length <= PIECE_BYTES) this.#sendWhole(stream, body);
    else void this.#sendPieces(stream, piecesOf(bytesOf(body)));
  }

  #listen(stream: ClientHttp2Stream): void {
    stream.on('headers', (_headers, _flags, _raw: unknown) => this.#onInformational());
    // The types lack the third argument, which keeps repeated fields apart.
    stream.on('response', ((headers: { ':status'?: number }, _flags: number, raw: string[]) =>
      this.#onResponse(headers[':status'] ?? 0, raw)) as never);
    stream.on('data', (chunk: Buffer) => {
      if (!this.#over) this.#handler.onResponseData(chunk);
    });
    let trailers: RawHeaders = {};
    stream.on('trailers', ((_headers: unknown, _flags: number, raw: string[]) => {
      trailers = receivedFields(raw);
    }) as never);
    stream.on('end', () => this.#onEnd(trailers));
    stream.on('error', (error: Error) => {
      this.#error ??= error;
    });
    stream.on('close', () => this.#onClose(stream));
  }

  #sendWhole(stream: ClientHttp2Stream, body: string | Uint8Array): void {
    stream.end(body, () => {
      if (this.#over) return;
      this.#handler.onBodySent();
      this.#onRequestSent();
    });
  }

  // Its failure has a handler of its own: nothing here rejects.
  async #sendPieces(
    stream: ClientHttp2Stream,
    body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<void> {
    let sent = 0;
    try {
      for await (const piece of body) {
        if (this.#over || stream.closed) return;
        sent += piece.length;
        if (this.#announced !== undefined && sent > this.#announced) break;
        const hasRoom = stream.write(piece);
        this.#handler.onBodySent();
        if (!hasRoom) await drained(stream);
      }
    } catch (cause) {
      // The owner of the stream knows what it failed with.
      this.#give(new WriteError('ERR_OXBOW_HTTP_SEND_FAILED', String(cause), { cause }));
      return;
    }
    if (this.#over || stream.closed) return;
    if (this.#announced !== undefined && sent !== this.#announced) {
      const message = 'the request body is not as long as announced';
      this.#give(new WriteError('ERR_OXBOW_HTTP_LENGTH_MISMATCH', message));
      return;
    }
    stream.end(() => this.#onRequestSent());
  }

  #onRequestSent(): void {
    if (this.#over) return;
    if (this.#phase === 'sending') this.#phase = 'waiting';
    this.#handler.onRequestSent();
  }

  #onInformational(): void {
    const { maxInformational } = this.#limits;
    if (++this.#informational <= maxInformational) return;
    const message = `more than ${maxInformational} informational responses (1xx, maxInformational) before the final one`;
    this.#give(new ProtocolError('ERR_OXBOW_HTTP_TOO_MANY_INFORMATIONAL', message));
  }

  #onResponse(status: number, raw: readonly string[]): void {
    if (this.#over) return;
    this.#phase = 'receiving';
    const fields = raw.length / 2 - 1;
    const { maxHeaderFields, maxHeaderBytes } = this.#limits;
    if (blockBytes(raw) > maxHeaderBytes) {
      const message = `the response has more bytes of headers than the limit (maxHeaderBytes) of ${maxHeaderBytes}`;
      this.#give(new HeadersTooLargeError('ERR_OXBOW_HTTP_HEADERS_TOO_LARGE', message));
      return;
    }
    if (fields > maxHeaderFields) {
      const message = `the response has ${fields} header fields, the limit (maxHeaderFields) is ${maxHeaderFields}`;
      this.#give(new HeadersTooLargeError('ERR_OXBOW_HTTP_TOO_MANY_HEADERS', message));
      return;
    }
    // RFC 9113 §8.3.2: there is no reason phrase.
    this.#handler.onResponseStart(status, receivedFields(raw), '');
  }

  #onEnd(trailers: RawHeaders): void {
    const stream = this.#stream as ClientHttp2Stream;
    // node:http2 ends what was reset, too: `close` tells of that.
    if (
      this.#over ||
      this.#phase !== 'receiving' ||
      stream.aborted ||
      (stream.rstCode ?? NO_ERROR) !== NO_ERROR
    )
      return;
    // An answer before the whole request is one: what is left of the request is not wanted (RFC 9113 §8.1).
    if (!stream.writableFinished) stream.close(NO_ERROR);
    this.#finish(NO_ERROR);
    this.#handler.onResponseEnd(trailers);
  }

  #onClose(stream: ClientHttp2Stream): void {
    if (this.#over) return;
    const code = stream.rstCode ?? NO_ERROR;
    const error =
      this.#phase !== 'receiving' && this.#owner.isUnprocessed(stream.id)
        ? notProcessed('GOAWAY', this.#error)
        : mapHttp2Error(code, this.#phase, this.#error);
    this.#fail(error, code);
  }

  /** Fails it for a reason of its own, and tells the server. */
  #give(error: Error): void {
    if (this.#over) return;
    this.#stream?.close(CANCEL);
    this.#fail(error, CANCEL);
  }

  #fail(error: Error, code: number): void {
    this.#finish(code);
    this.#handler.onResponseError(error);
  }

  #finish(code: number): void {
    this.#over = true;
    this.#owner.onStreamOver(this, code, this.#owner.receivedBytes === this.#receivedBefore);
  }

  /** Fails it with its connection. */
  destroy(error: Error): void {
    if (this.#over) return;
    this.#fail(error, NO_ERROR);
    this.#stream?.close(CANCEL);
  }

  abort(): void {
    if (this.#over) return;
    this.#stream?.close(CANCEL);
    // What is buffered is for nobody, and would keep the stream from closing.
    this.#stream?.resume();
    this.#finish(CANCEL);
  }

  pause(): void {
    this.#stream?.pause();
  }

  resume(): void {
    this.#stream?.resume();
  }
}

/** Until it takes more, or never will. */
function drained(stream: ClientHttp2Stream): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.on('drain', done);
    stream.on('close', done);
  });
}
