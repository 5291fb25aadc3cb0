/**
 * One HTTP/2 connection and the requests on its streams, over node:http2. It says how many requests it takes, gives up a connection
 * that the server is leaving (GOAWAY) or that has gone silent, and closes an idle one. Loaded when a session with `http2` first
 * connects to a secure origin.
 */
import { type ClientHttp2Session, connect } from 'node:http2';
import type { Socket } from 'node:net';
import { type AddressGuard, isAllowed } from '../guard/address-guard.ts';
import { type HeadLimits, IDLE_CONNECTION_MS } from './connection.ts';
import { Http2Stream, type Http2StreamOwner } from './http2-stream.ts';
import { CANCEL, HTTP_1_1_REQUIRED } from './map-http2-error.ts';
import type { ConnectionInfo, TransportCall, TransportHandler, TransportRequest } from './transport.ts';

/** What node:http2 assumes of a server that has not said how many streams it takes (RFC 9113 §6.5.2 recommends no less). */
const FIRST_MAX_STREAMS = 100;
/** What a server may send on one stream before it is read: a body that is not read waits with so much in memory. */
const STREAM_WINDOW_BYTES = 256 * 1024;
/** What it may send on all streams together before this side has looked at it. */
const CONNECTION_WINDOW_BYTES = 4 * 1024 * 1024;

/**
 * node:http2's own bound on what a connection holds. Its default of 10 resets streams of honest traffic, such as 40 bodies that wait to
 * be read. What is held is bounded by the windows and by one piece of upload for each stream.
 */
const MAX_SESSION_MEGABYTES = 512;
/** What is over the limits by less than this factor is counted and told; past it node:http2 resets the stream without a reason. */
const HARD_LIMIT = 4;

/** Whom a connection belongs to. */
export interface Http2Owner {
  /** It has no request any more, or has one again. */
  onIdle(connection: Http2Connection, isIdle: boolean): void;
  /** The server wants HTTP/1.1 for what was asked (RFC 9113 §7). */
  onHttp1Required(): void;
  /** It takes no more requests, and has none. Called once. */
  onClosed(connection: Http2Connection): void;
}

/** Where a connection leads. */
export interface Http2Place {
  readonly origin: string;
  readonly hostname: string;
  readonly port: number;
}

/** A connection with many requests on it. */
export class Http2Connection implements Http2StreamOwner {
  readonly #owner: Http2Owner;
  readonly #place: Http2Place;
  readonly #limits: HeadLimits;
  readonly #session: ClientHttp2Session;
  readonly #guard: AddressGuard | undefined;
  readonly #address: string;
  readonly #streams = new Set<Http2Stream>();
  /** One, until the server has said how many it takes. */
  #maxStreams = 1;
  #onSettled: (() => void) | undefined;
  /** The server takes no new requests. */
  #isLeaving = false;
  /** The last stream the server says it may act on; those after it it has not begun on. */
  #lastStreamId = Number.POSITIVE_INFINITY;
  readonly #socket: Socket;
  /** A request was given up and nothing at all had come since it went out: no other goes out before a ping is answered. */
  #isSilent = false;
  #closed = false;

  /** @param socket connected, with `h2` agreed on by ALPN */
  constructor(
    place: Http2Place,
    socket: Socket,
    info: ConnectionInfo,
    guard: AddressGuard | undefined,
    limits: HeadLimits,
    owner: Http2Owner,
  ) {
    this.#owner = owner;
    this.#place = place;
    this.#guard = guard;
    this.#limits = limits;
    this.#address = info.address;
    this.#socket = socket;
    const session = connect(place.origin, {
      createConnection: () => socket,
      settings: {
        enablePush: false,
        initialWindowSize: STREAM_WINDOW_BYTES,
        maxHeaderListSize: Math.min(limits.maxHeaderBytes * HARD_LIMIT, 2 ** 32 - 1),
      },
      maxHeaderListPairs: Math.min(limits.maxHeaderFields * HARD_LIMIT, 2 ** 31 - 1),
      maxSessionMemory: MAX_SESSION_MEGABYTES,
      peerMaxConcurrentStreams: FIRST_MAX_STREAMS,
      maxReservedRemoteStreams: 0,
    });
    this.#session = session;
    session.once('connect', () => session.setLocalWindowSize(CONNECTION_WINDOW_BYTES));
    session.on('remoteSettings', ({ maxConcurrentStreams }) => {
      this.#maxStreams = maxConcurrentStreams ?? Number.POSITIVE_INFINITY;
      this.#settle();
    });
    session.on('goaway', (_code, lastStreamId) => {
      this.#isLeaving = true;
      this.#lastStreamId = Math.min(this.#lastStreamId, lastStreamId);
    });
    session.on('timeout', () => session.close());
    // Its streams tell their requests.
    session.on('error', () => {});
    session.on('close', () => this.#onClosed());
  }

  /** Bytes that came from the server so far. */
  get receivedBytes(): number {
    return this.#socket.bytesRead;
  }

  /** Whether one request more can go out now. */
  get hasRoom(): boolean {
    return (
      !this.#isLeaving &&
      !this.#isSilent &&
      !this.#session.closed &&
      !this.#session.destroyed &&
      this.#streams.size < this.#maxStreams
    );
  }

  /** Whether a request under this guard may use the connection as it stands: its peer's address must pass. */
  passes(guard: AddressGuard | undefined): boolean {
    if (guard === undefined || guard === this.#guard) return true;
    const address = this.#address;
    if (address === '') return false;
    const { hostname, port } = this.#place;
    return isAllowed(guard, { address, family: address.includes(':') ? 6 : 4, hostname, port });
  }

  /** Calls it when the server has said how many streams it takes, or has closed instead. */
  onSettled(settled: () => void): void {
    this.#onSettled = settled;
  }

  #settle(): void {
    const settled = this.#onSettled;
    this.#onSettled = undefined;
    settled?.();
  }

  /** Sends a request on a stream of its own; there must be room. */
  send(request: TransportRequest, handler: TransportHandler): TransportCall {
    const stream = new Http2Stream(this, handler, this.#limits);
    if (this.#streams.size === 0) {
      this.#session.ref();
      this.#session.setTimeout(0);
      this.#owner.onIdle(this, false);
    }
    this.#streams.add(stream);
    stream.start(this.#session, request);
    return stream;
  }

  isUnprocessed(streamId: number | undefined): boolean {
    return streamId === undefined ? this.#isLeaving : streamId > this.#lastStreamId;
  }

  onStreamOver(stream: Http2Stream, code: number, silent: boolean): void {
    if (!this.#streams.delete(stream)) return;
    if (code === HTTP_1_1_REQUIRED) this.#owner.onHttp1Required();
    if (code === CANCEL && silent) this.#ask();
    if (this.#streams.size === 0) this.#rest();
  }

  /** Idle connections keep no process alive, and close by themselves. */
  #rest(): void {
    if (this.#closed) return;
    const session = this.#session;
    if (this.#isLeaving || this.#isSilent || session.closed) {
      // What it was silent about nobody waits for any more.
      if (this.#isSilent) session.destroy();
      else session.close();
      return;
    }
    session.unref();
    session.setTimeout(IDLE_CONNECTION_MS);
    this.#owner.onIdle(this, true);
  }

  /** A connection whose other end is gone looks like a slow server: a ping tells them apart (RFC 9113 §6.7). */
  #ask(): void {
    const session = this.#session;
    if (this.#isSilent || session.closed || session.destroyed) return;
    this.#isSilent = session.ping((error) => {
      this.#isSilent = error !== null;
    });
  }

  /** Closes it; the requests on it fail. */
  destroy(error: Error): void {
    for (const stream of [...this.#streams]) stream.destroy(error);
    this.#session.destroy();
    this.#onClosed();
  }

  #onClosed(): void {
    if (this.#closed) return;
    this.#closed = true;
    // First those who waited for it: they go elsewhere, and the origin is not to be forgotten meanwhile.
    this.#settle();
    this.#owner.onClosed(this);
  }
}
