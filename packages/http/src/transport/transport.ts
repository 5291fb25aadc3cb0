/**
 * The seam between the session and the network, in the shape of undici's `dispatch()`: one request out, events back.
 * A transport knows connections and bytes; it knows nothing of redirects, retries, cookies, deadlines, queues or decoding,
 * which all sit above it. `UndiciTransport` speaks HTTP/1.1 and HTTP/2; `MockTransport` answers from a table, for tests.
 */
import type { AddressGuard } from '../guard/address-guard.ts';
import type { HeaderFields, RawHeaders } from '../header-fields.ts';

/** One request as it goes on the wire: headers are complete, the body is bytes. */
export interface TransportRequest {
  /** Scheme, host and port: `https://example.org`. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  readonly method: string;
  readonly headers: HeaderFields;
  /** An iterable is pulled as fast as the peer takes it, and closed by its maker. */
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array> | null;
  /** Asked with every address before it is connected to, and again when a connection is reused; `undefined` allows all. */
  readonly guard: AddressGuard | undefined;
}

/** A connection that was made for a request; the times are durations in milliseconds. */
export interface ConnectionInfo {
  readonly dnsMs: number;
  readonly tcpMs: number;
  /** 0 for http. */
  readonly tlsMs: number;
  /** The peer's address. */
  readonly address: string;
  /** What ALPN agreed on, such as `h2`; `undefined` when it was not asked. */
  readonly protocol?: string | undefined;
}

/**
 * What a transport reports, in this order: `onConnected` (only when a connection had to be made), `onRequestStart`,
 * `onBodySent` for each piece of body, `onRequestSent`, `onResponseStart`, `onResponseData`…, then exactly one of
 * `onResponseEnd` and `onResponseError`. A response may start before the request is sent whole. After
 * {@link TransportCall.abort} nothing more is called. Handlers do not throw.
 */
export interface TransportHandler {
  onConnected(connection: ConnectionInfo): void;
  onRequestStart(): void;
  onBodySent(): void;
  onRequestSent(): void;
  /** The final status; 1xx responses are not reported. The record belongs to the handler. */
  onResponseStart(status: number, headers: RawHeaders, statusText: string): void;
  /** One piece of body, still encoded. The handler owns it. */
  onResponseData(chunk: Buffer): void;
  /** The connection is free again: a request sent from inside this call may use it. */
  onResponseEnd(trailers: RawHeaders): void;
  /** The request failed; the error is one of this package's. */
  onResponseError(error: Error): void;
}

/** The hold on a request in flight. It is dead after the end or error was reported: do not call it then. */
export interface TransportCall {
  /** Gives the request up and closes its connection, at once and in any phase; a no-op on a dead call. */
  abort(): void;
  /** Stops `onResponseData` soon (what the parser holds may still come), which in the end stops the sender. */
  pause(): void;
  resume(): void;
}

/** Sends requests. Every request passed in is sent at once: how many are in flight is decided above. */
export interface Transport {
  /** May call the handler before it returns; never throws for what the network does. */
  dispatch(request: TransportRequest, handler: TransportHandler): TransportCall;
  /** Closes every connection; requests in flight fail. Idempotent. */
  close(): Promise<void>;
}
