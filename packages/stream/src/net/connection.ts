/**
 * One connection: a stream of the bytes that come, and a sink for those that go. The peer is held back while nobody reads,
 * and a writer waits while the peer does not read. How connections come about is not known here.
 */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { EventLoop } from '@oxbow/loop';
import { bindToTask, durationFault } from '@oxbow/loop/lowlevel';
import { StreamInputError } from '../errors.ts';
import { Handoff } from '../hot/handoff.ts';
import { type BufferBounds, bufferBounds, checkCount } from '../overflow.ts';
import { Stream } from '../stream.ts';
import { onAbort } from '../terminal/abort.ts';
import { giveOwnSink } from '../to/own-sink.ts';
import type { Sink } from '../to/sink.ts';
import { IdleWatch } from './idle-watch.ts';
import { inWords, NetError } from './net-error.ts';
import { type NetData, Output } from './output.ts';

export type { NetData } from './output.ts';

/** What holds for one connection, opened by either side. */
export interface ConnectionOptions {
  /** Bytes that may wait for the reader before the peer is held back. Default 65,536. Range: above 0, finite. */
  readonly highWaterMark?: number | undefined;
  /** Bytes that may wait to be sent before `write()` waits. Default 65,536. Range: 1 or more, finite. */
  readonly writeHighWaterMark?: number | undefined;
  /** Bytes that may wait to be sent when a caller does not wait for `write()`; beyond, it is refused. Default 1,048,576. */
  readonly maxBufferedBytes?: number | undefined;
  /** The longest time without a byte in either direction, in ms, while the reader is ready. Default Infinity. */
  readonly idleTimeoutMs?: number | undefined;
  /** How long `close()` waits for the peer's end, in ms, before it cuts. Default 5,000. */
  readonly closeTimeoutMs?: number | undefined;
  /** After how much silence the system asks whether the peer is still there, in ms; Infinity for never. Default 60,000. */
  readonly keepAliveMs?: number | undefined;
}

/** The defaults of `ConnectionOptions`. */
export const CONNECTION_DEFAULTS: Readonly<{
  highWaterMark: number;
  writeHighWaterMark: number;
  maxBufferedBytes: number;
  idleTimeoutMs: number;
  closeTimeoutMs: number;
  keepAliveMs: number;
}> = Object.freeze({
  highWaterMark: 64 * 1024,
  writeHighWaterMark: 64 * 1024,
  maxBufferedBytes: 1024 * 1024,
  idleTimeoutMs: Number.POSITIVE_INFINITY,
  closeTimeoutMs: 5000,
  keepAliveMs: 60_000,
});

/** Checked and completed `ConnectionOptions`. */
export type ConnectionSettings = typeof CONNECTION_DEFAULTS;

/** One end of a connection; of a Unix socket it has only a `path`, and that of a client is empty. */
export interface NetAddress {
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly path: string | undefined;
}

/** How a connection ended. */
export interface NetClose {
  /** Why it broke or was given up; undefined when both sides ended it. */
  readonly error: NetError | undefined;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** What TLS has agreed on. */
export interface TlsReport {
  /** Such as `TLSv1.3`. */
  readonly protocol: string | null;
  readonly cipher: string;
  /** The application protocol (RFC 7301) both sides speak; undefined when none was agreed on. */
  readonly alpnProtocol: string | undefined;
  /** Whether the peer's certificate is vouched for. A server that asks for none sees false. */
  readonly authorized: boolean;
}

/** What a connection is built from. */
export interface ConnectionParts {
  /** Paused, open, and of nobody else's. */
  readonly socket: Socket;
  readonly loop: EventLoop;
  readonly settings: ConnectionSettings;
  /** What to call the other side. */
  readonly address: string;
  readonly path: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * A TCP, TLS or Unix connection.
 *
 * It is a stream of the bytes that come in, hot, with one consumer at a time. A consumer that leaves takes nothing with it,
 * and the next one goes on there. While nobody reads, or the reader is busy, the peer is held back. The stream ends when the
 * peer has ended its side, and fails with `NetError` when the connection breaks.
 *
 * It is a sink too: `stream.to(connection)` writes a stream out and then ends this side, as `end()` does; the other
 * direction stays open (half close). Arrays that come in are the reader's; what is given to `write()` must not be changed
 * afterwards.
 */
export class NetConnection extends Stream<Uint8Array> {
  /** The way out alone: its `close()` ends this side and leaves the other open. */
  readonly output: Sink<NetData>;
  /** Resolves, once, with how the connection ended; never rejects. */
  readonly closed: Promise<NetClose>;
  readonly local: NetAddress;
  readonly remote: NetAddress;
  /** What TLS has agreed on; undefined without TLS. */
  readonly tls: TlsReport | undefined;
  private readonly inner: () => Inner;

  /** @internal Connections are made by `connectTcp`, `connectUnix` and the servers. */
  constructor(parts: ConnectionParts) {
    super(function (this: Stream<Uint8Array>, out, flow) {
      return (this as NetConnection).inner().handoff.attach(out, flow);
    });
    const inner = new Inner(parts);
    this.inner = () => inner;
    const { socket, path } = parts;
    this.output = inner.output;
    this.closed = inner.closed;
    this.local = Object.freeze({ host: socket.localAddress, port: socket.localPort, path });
    this.remote = Object.freeze({ host: socket.remoteAddress, port: socket.remotePort, path });
    this.tls = 'getCipher' in socket ? tlsReport(socket as TLSSocket) : undefined;
  }

  /** True while something can be written: neither ended, nor broken, nor closed. */
  get isOpen(): boolean {
    return this.inner().output.isOpen;
  }

  /** Bytes that have come in so far. */
  get bytesRead(): number {
    return this.inner().socket.bytesRead;
  }

  /** Bytes given to `write()` so far. */
  get bytesWritten(): number {
    return this.inner().socket.bytesWritten;
  }

  /** Bytes that wait to be taken by the system; at most `maxBufferedBytes`, or one write of any length. */
  get bufferedBytes(): number {
    return this.inner().socket.writableLength;
  }

  /**
   * Sends bytes, or text as UTF-8, and waits while more than `writeHighWaterMark` wait to be sent. What was given is sent
   * even when the wait is cancelled.
   *
   * @throws (as rejections) NetError `ERR_OXBOW_NET_RESET`, `…_IDLE` or `…_ABORTED` when the connection is gone, `…_CLOSED` after
   *   `end()`; StreamOverflowError when more than `maxBufferedBytes` would wait; StreamInputError for anything else
   */
  write(data: NetData): Promise<void> {
    return this.inner().output.write(data);
  }

  /** Sends what waits, then the end of this side; the peer may go on (half close). Idempotent. */
  end(): Promise<void> {
    return this.inner().output.close();
  }

  /**
   * Closes the connection in good order: sends what waits and the end, reads on without keeping what comes, until the peer
   * has ended too or `closeTimeoutMs` have passed. A reader sees the end. Idempotent; never rejects because of the peer.
   */
  close(): Promise<void> {
    const closed = this.inner().close();
    return bindToTask<void>((settle) => {
      void closed.then(() => settle.resolve());
      return () => {};
    });
  }

  /** Gives the connection up at once: what waits is lost, the peer of a TCP connection sees a reset. Idempotent. */
  abort(reason?: unknown): void {
    this.inner().abort(reason);
  }

  /** The same as `close()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  protected override get defaultBounds(): BufferBounds<never> {
    return this.inner().handoff.bounds;
  }
}

// The end of what is written out must leave the other direction open.
giveOwnSink(NetConnection, (connection) => connection.output);

/** What moves inside a connection. */
class Inner {
  readonly socket: Socket;
  readonly output: Output;
  readonly handoff: Handoff<Uint8Array>;
  readonly closed: Promise<NetClose>;
  private readonly parts: ConnectionParts;
  private readonly idle: IdleWatch;
  private readonly forgetCloser: () => void;
  private readonly stopAborting: () => void;
  private failure: NetError | undefined;
  private closing = false;
  private isClosed = false;
  private cut: { cancel(): void } | undefined;

  constructor(parts: ConnectionParts) {
    const { socket, settings, loop, address } = parts;
    this.parts = parts;
    this.socket = socket;
    this.output = new Output(
      socket,
      { address, abort: (reason) => this.abort(reason), touched: () => this.idle.touch() },
      settings.maxBufferedBytes,
    );
    const source = {
      pause: () => void socket.pause(),
      resume: () => void socket.resume(),
      leave: (reason: unknown) => this.abort(reason),
    };
    const bounds = bufferBounds<Uint8Array>({ highWaterMark: settings.highWaterMark }, 'NetConnection');
    this.handoff = new Handoff(source, 'resume', bounds, 'This connection');
    this.idle = new IdleWatch(socket, loop, settings.idleTimeoutMs, () => this.expire());
    const { promise, resolve } = Promise.withResolvers<NetClose>();
    this.closed = promise;
    socket.setNoDelay(true);
    if (settings.keepAliveMs !== Number.POSITIVE_INFINITY) socket.setKeepAlive(true, settings.keepAliveMs);
    socket.on('data', (chunk: Uint8Array) => {
      this.idle.touch();
      if (!this.closing) this.handoff.push(chunk);
    });
    socket.pause();
    socket.on('end', () => this.handoff.end());
    socket.on('error', (cause) => this.broke(cause));
    socket.on('close', () => this.onClose(resolve));
    this.forgetCloser = loop.onClose(() => this.close());
    this.stopAborting = onAbort(parts.signal, (reason) => this.abort(reason));
  }

  close(): Promise<unknown> {
    if (!this.closing && !this.isClosed) {
      this.closing = true;
      const { loop, settings } = this.parts;
      this.handoff.end();
      void this.output.close().catch(() => {});
      // Unread bytes in the system's buffer would make of the end a reset, which may take from the peer what was sent.
      this.socket.resume();
      if (settings.closeTimeoutMs !== Number.POSITIVE_INFINITY) {
        this.cut = loop.callLater(settings.closeTimeoutMs, () => this.socket.destroy());
      }
    }
    return this.closed;
  }

  abort(reason: unknown): void {
    if (this.isClosed || this.socket.destroyed) return;
    const { address } = this.parts;
    const message = `The connection with ${address} was given up here: ${inWords(reason ?? 'aborted')}.`;
    this.fail(new NetError('ERR_OXBOW_NET_ABORTED', message, address, { cause: reason }), reason);
    this.reset();
  }

  private expire(): void {
    const { address, settings } = this.parts;
    const message = `No byte has passed between here and ${address} for ${settings.idleTimeoutMs} ms.`;
    this.fail(new NetError('ERR_OXBOW_NET_IDLE', message, address));
    this.reset();
  }

  private broke(cause: unknown): void {
    const { address } = this.parts;
    const message = `The connection with ${address} broke: ${inWords(cause)}.`;
    this.fail(new NetError('ERR_OXBOW_NET_RESET', message, address, { cause }));
  }

  /** @param told what the reader is told, when that is something else */
  private fail(failure: NetError, told: unknown = failure): void {
    this.failure ??= failure;
    this.output.fail(this.failure);
    this.handoff.end({ error: told });
  }

  /** Tells the peer that this was no proper end. TLS and Unix sockets know no reset. */
  private reset(): void {
    const { socket } = this;
    try {
      socket.resetAndDestroy();
    } catch {
      socket.destroy();
    }
  }

  private onClose(resolve: (how: NetClose) => void): void {
    const { socket } = this;
    this.isClosed = true;
    this.cut?.cancel();
    this.idle.stop();
    this.forgetCloser();
    this.stopAborting();
    // Destroyed by closeTimeoutMs, or from outside: what was not sent is lost.
    if (!this.output.isFinished && this.failure === undefined) this.broke(new Error('it was cut'));
    this.handoff.end();
    resolve(
      Object.freeze({ error: this.failure, bytesRead: socket.bytesRead, bytesWritten: socket.bytesWritten }),
    );
  }
}

/** @throws StreamInputError for a value out of range */
export function connectionSettings(given: ConnectionOptions, where: string): ConnectionSettings {
  const settings = { ...CONNECTION_DEFAULTS };
  for (const name of Object.keys(settings) as (keyof ConnectionSettings)[]) {
    const value = given[name];
    if (value !== undefined) (settings as Record<string, number>)[name] = value;
  }
  checkCount(settings.highWaterMark, `${where}: highWaterMark`);
  checkCount(settings.writeHighWaterMark, `${where}: writeHighWaterMark`);
  checkCount(settings.maxBufferedBytes, `${where}: maxBufferedBytes`, true);
  for (const name of ['idleTimeoutMs', 'closeTimeoutMs', 'keepAliveMs'] as const) {
    const fault = durationFault(settings[name]);
    if (fault !== undefined) throw new StreamInputError(`${where}: ${name} ${fault}.`);
  }
  return settings;
}

function tlsReport(socket: TLSSocket): TlsReport {
  return Object.freeze({
    protocol: socket.getProtocol(),
    cipher: socket.getCipher()?.name ?? '',
    alpnProtocol: typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : undefined,
    authorized: socket.authorized,
  });
}
