/**
 * A transport around another that keeps what goes over it, as an HTTP archive: each attempt and its answer, retries and redirects apart.
 * Credentials are left out unless they are asked for. Passes everything on as it comes.
 */
import { isUtf8 } from 'node:buffer';
// As a namespace: Node 20 lacks zstd, and would say so before the loop can say which Node is needed.
import * as zlib from 'node:zlib';
import { currentLoop } from '@oxbow/loop';
import { checkOptions } from '@oxbow/loop/lowlevel';
import { epochMsOf } from '../epoch.ts';
import { InvalidRequestError } from '../errors.ts';
import { type HeaderFields, type RawHeaders, rawField } from '../header-fields.ts';
import { withoutSecrets } from '../redaction.ts';
import type {
  ConnectionInfo,
  Transport,
  TransportCall,
  TransportHandler,
  TransportRequest,
} from '../transport/transport.ts';
import type { Har, HarContent, HarEntry, HarPair } from './har.ts';

/** Settings of a {@link HarRecorder}. */
export interface HarRecorderOptions {
  /** Entries kept; the oldest make room. Default 1,000. */
  readonly maxEntries?: number | undefined;
  /** Bytes of a body, as it comes, beyond which it is left out. Default 1 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /** Keeps Authorization, cookies and secret-looking values of URLs. Default false. */
  readonly secrets?: boolean | undefined;
}

/** The defaults of {@link HarRecorderOptions}. */
export const HAR_RECORDER_DEFAULTS: Required<Readonly<Record<'maxEntries' | 'maxBodyBytes', number>>> & {
  readonly secrets: boolean;
} = Object.freeze({ maxEntries: 1_000, maxBodyBytes: 1024 * 1024, secrets: false });

/** Decoded bytes of a kept body; what expands beyond stays encoded. */
const MAX_DECODED_BYTES = 64 * 1024 * 1024;
const SECRET_FIELDS: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
]);
const REDACTED = 'redacted';

function count(value: number, name: string): number {
  if (value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && value >= 0)) return value;
  const message = `HarRecorder: ${name} must be a whole number of 0 or more, got ${String(value)}`;
  throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_OPTION', message);
}

/** Records what goes over a transport. Give it to a session in the transport's place; closing it closes that. */
export class HarRecorder implements Transport {
  readonly #inner: Transport;
  readonly #maxEntries: number;
  readonly #maxBodyBytes: number;
  readonly #secrets: boolean;
  #entries: HarEntry[] = [];
  #dropped = 0;

  /** @throws {UsageError} for an unknown option. @throws {InvalidRequestError} for a bound that is none. */
  constructor(inner: Transport, options: HarRecorderOptions = {}) {
    checkOptions(options, Object.keys(HAR_RECORDER_DEFAULTS), 'HarRecorder');
    this.#inner = inner;
    this.#maxEntries = count(options.maxEntries ?? HAR_RECORDER_DEFAULTS.maxEntries, 'maxEntries');
    this.#maxBodyBytes = count(options.maxBodyBytes ?? HAR_RECORDER_DEFAULTS.maxBodyBytes, 'maxBodyBytes');
    this.#secrets = options.secrets ?? HAR_RECORDER_DEFAULTS.secrets;
  }

  dispatch(request: TransportRequest, handler: TransportHandler): TransportCall {
    const recording = new Recording(request, handler, this.#maxBodyBytes, (done) => this.#keep(done));
    const call = this.#inner.dispatch(request, recording);
    return {
      abort: () => {
        call.abort();
        recording.end('it was given up');
      },
      pause: () => call.pause(),
      resume: () => call.resume(),
    };
  }

  /** What was recorded so far, in the order of the ends. Requests in flight are not in it. */
  har(): Har {
    const creator = { name: '@oxbow/http', version: '1' };
    const comment =
      this.#dropped === 0 ? undefined : `${this.#dropped} older entries were dropped (maxEntries)`;
    return { log: { version: '1.2', creator, entries: [...this.#entries], comment } };
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #keep(recording: Recording): void {
    this.#entries.push(recording.entry(this.#secrets));
    if (this.#entries.length <= this.#maxEntries) return;
    this.#entries.shift();
    this.#dropped++;
  }
}

/** One sending as it passes. */
class Recording implements TransportHandler {
  readonly #request: TransportRequest;
  readonly #handler: TransportHandler;
  readonly #maxBodyBytes: number;
  readonly #onEnd: (recording: Recording) => void;
  readonly #loop = currentLoop();
  readonly #startedMs = this.#loop.time();
  readonly #startedEpochMs = epochMsOf(this.#loop);
  #connection: ConnectionInfo | undefined;
  #sendingMs = this.#startedMs;
  #sentMs = this.#startedMs;
  #headMs = 0;
  #endedMs = 0;
  #status = 0;
  #statusText = '';
  #headers: RawHeaders = {};
  #chunks: Buffer[] | undefined = [];
  #bytes = 0;
  #error: string | undefined;
  #over = false;

  constructor(
    request: TransportRequest,
    handler: TransportHandler,
    maxBodyBytes: number,
    onEnd: (recording: Recording) => void,
  ) {
    this.#request = request;
    this.#handler = handler;
    this.#maxBodyBytes = maxBodyBytes;
    this.#onEnd = onEnd;
  }

  onConnected(connection: ConnectionInfo): void {
    this.#connection = connection;
    this.#handler.onConnected(connection);
  }

  onRequestStart(): void {
    this.#sendingMs = this.#loop.time();
    this.#handler.onRequestStart();
  }

  onBodySent(): void {
    this.#handler.onBodySent();
  }

  onRequestSent(): void {
    this.#sentMs = this.#loop.time();
    this.#handler.onRequestSent();
  }

  onResponseStart(status: number, headers: RawHeaders, statusText: string): void {
    this.#headMs = this.#loop.time();
    this.#status = status;
    this.#statusText = statusText;
    this.#headers = headers;
    this.#handler.onResponseStart(status, headers, statusText);
  }

  onResponseData(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBodyBytes) this.#chunks = undefined;
    // A copy: the handler owns the chunk.
    else this.#chunks?.push(Buffer.from(chunk));
    this.#handler.onResponseData(chunk);
  }

  onResponseEnd(trailers: RawHeaders): void {
    this.end(undefined);
    this.#handler.onResponseEnd(trailers);
  }

  onResponseError(error: Error): void {
    this.end(error.message);
    this.#handler.onResponseError(error);
  }

  end(error: string | undefined): void {
    if (this.#over) return;
    this.#over = true;
    this.#error = error;
    this.#endedMs = this.#loop.time();
    this.#onEnd(this);
  }

  entry(secrets: boolean): HarEntry {
    const { method, origin, path, headers, body } = this.#request;
    const shown = secrets ? (text: string) => text : withoutSecrets;
    const url = shown(origin + path);
    const text =
      typeof body === 'string' || body instanceof Uint8Array ? Buffer.from(body as string) : undefined;
    const isKept = text !== undefined && text.length > 0 && text.length <= this.#maxBodyBytes && isUtf8(text);
    const headMs = this.#headMs || this.#endedMs;
    const connection = this.#connection;
    const httpVersion = connection?.protocol === 'h2' ? 'HTTP/2' : 'HTTP/1.1';
    return {
      startedDateTime: new Date(this.#startedEpochMs).toISOString(),
      time: this.#endedMs - this.#startedMs,
      request: {
        method,
        url,
        httpVersion,
        cookies: [],
        headers: pairsOf(headers, secrets),
        queryString: [...new URL(url).searchParams].map(([name, value]) => ({ name, value })),
        ...(isKept
          ? {
              postData: {
                mimeType: fieldOf(headers, 'content-type'),
                text: formText(text.toString(), shown),
              },
            }
          : {}),
        headersSize: -1,
        bodySize: body === null ? 0 : (text?.length ?? -1),
      },
      response: {
        status: this.#status,
        statusText: this.#statusText,
        httpVersion,
        cookies: [],
        headers: pairsOf(flat(this.#headers), secrets),
        content: this.#content(),
        redirectURL: shown(rawField(this.#headers, 'location') ?? ''),
        headersSize: -1,
        bodySize: this.#bytes,
        ...(this.#error === undefined ? {} : { _error: this.#error }),
      },
      cache: {},
      timings: {
        dns: connection?.dnsMs ?? -1,
        connect: connection === undefined ? -1 : connection.tcpMs + connection.tlsMs,
        ssl: connection === undefined || connection.tlsMs === 0 ? -1 : connection.tlsMs,
        send: this.#sentMs - this.#sendingMs,
        wait: Math.max(0, headMs - this.#sentMs),
        receive: this.#endedMs - headMs,
      },
      ...(connection === undefined ? {} : { serverIPAddress: connection.address }),
    };
  }

  #content(): HarContent {
    const mimeType = rawField(this.#headers, 'content-type') ?? '';
    if (this.#chunks === undefined) {
      const comment = `left out: it has more than ${this.#maxBodyBytes} bytes (maxBodyBytes)`;
      return { size: this.#bytes, mimeType, comment };
    }
    const bytes = decoded(Buffer.concat(this.#chunks), rawField(this.#headers, 'content-encoding'));
    return isUtf8(bytes)
      ? { size: bytes.length, mimeType, text: bytes.toString('utf8') }
      : { size: bytes.length, mimeType, text: bytes.toString('base64'), encoding: 'base64' };
  }
}

/** The fields of a form are named as parameters of a URL are. */
function formText(text: string, shown: (text: string) => string): string {
  return shown(`?${text}`).slice(1);
}

const DECODERS: Readonly<Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Buffer>> = {
  gzip: zlib.gunzipSync,
  'x-gzip': zlib.gunzipSync,
  br: zlib.brotliDecompressSync,
  deflate: zlib.inflateSync,
  zstd: zlib.zstdDecompressSync,
};

/** With the codings undone; as it came where that fails. */
function decoded(bytes: Buffer, encoding: string | undefined): Buffer {
  let rest = bytes;
  try {
    for (const coding of (encoding ?? '').toLowerCase().split(',').reverse()) {
      const decode = DECODERS[coding.trim()];
      if (decode !== undefined) rest = decode(rest, { maxOutputLength: MAX_DECODED_BYTES });
    }
    return rest;
  } catch {
    return bytes;
  }
}

function flat(headers: RawHeaders): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().flatMap((one) => [name, one]),
  );
}

function pairsOf(fields: HeaderFields, secrets: boolean): HarPair[] {
  const pairs: HarPair[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] ?? '';
    const value = fields[i + 1] ?? '';
    if (secrets) pairs.push({ name, value });
    else
      pairs.push({ name, value: SECRET_FIELDS.has(name.toLowerCase()) ? REDACTED : withoutSecrets(value) });
  }
  return pairs;
}

function fieldOf(fields: HeaderFields, lowerName: string): string {
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i]?.toLowerCase() === lowerName) return fields[i + 1] ?? '';
  }
  return '';
}
