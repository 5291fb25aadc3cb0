/**
 * The way out of a connection: writes that wait while the peer does not keep up, with a bound on what a caller that does
 * not wait may pile up. Many small writes of one turn leave as one.
 */
import type { Socket } from 'node:net';
import { bindToTask, type Settle } from '@oxbow/loop/lowlevel';
import { StreamInputError, StreamOverflowError } from '../errors.ts';
import type { Sink } from '../to/sink.ts';
import { NetError } from './net-error.ts';

/** What can be written: bytes, or text as UTF-8. */
export type NetData = Uint8Array | string;

const WRITTEN: Promise<void> = Promise.resolve();

/** What the output tells its connection. */
interface OutputOwner {
  readonly address: string;
  abort(reason: unknown): void;
  /** Bytes have gone, or have been given to go. */
  touched(): void;
}

export class Output implements Sink<NetData> {
  private readonly socket: Socket;
  private readonly owner: OutputOwner;
  private readonly maxBufferedBytes: number;
  private readonly writers = new Set<Settle<void>>();
  private readonly watchers = new Set<(error: unknown) => void>();
  private corked = false;
  private failure: NetError | undefined;
  private ending: Promise<void> | undefined;
  private settleEnding: Settle<void> | undefined;
  private finished = false;

  constructor(socket: Socket, owner: OutputOwner, maxBufferedBytes: number) {
    this.socket = socket;
    this.owner = owner;
    this.maxBufferedBytes = maxBufferedBytes;
    socket.on('drain', () => {
      owner.touched();
      this.release();
    });
    socket.on('finish', () => {
      this.finished = true;
      this.release();
      this.settleEnding?.resolve();
    });
  }

  /** True while something can be written. */
  get isOpen(): boolean {
    return this.failure === undefined && this.ending === undefined;
  }

  get isFinished(): boolean {
    return this.finished;
  }

  write(data: NetData): Promise<void> {
    if (typeof data !== 'string' && !(data instanceof Uint8Array)) {
      const what = data === null ? 'null' : typeof data;
      return Promise.reject(
        new StreamInputError(`A connection takes a Uint8Array or a string; got ${what}.`),
      );
    }
    if (this.failure !== undefined) return unasked(this.failure);
    const { socket } = this;
    if (this.ending !== undefined) return Promise.reject(this.writtenTooLate());
    const bytes = typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength;
    if (bytes === 0) return WRITTEN;
    const waiting = socket.writableLength + bytes;
    if (waiting > this.maxBufferedBytes && socket.writableLength > 0) {
      return Promise.reject(new StreamOverflowError('pause', this.maxBufferedBytes, waiting, 'bytes'));
    }
    this.owner.touched();
    this.cork();
    if (socket.write(data)) return WRITTEN;
    return unasked(
      bindToTask<void>((settle) => {
        this.writers.add(settle);
        return () => {
          this.writers.delete(settle);
        };
      }),
    );
  }

  /** Sends what waits, then the end. The other direction stays open. */
  close(): Promise<void> {
    this.ending ??= this.end();
    const { ending } = this;
    return unasked(
      bindToTask<void>((settle) => {
        ending.then(
          () => settle.resolve(),
          (error: unknown) => settle.reject(error),
        );
        return () => {};
      }),
    );
  }

  abort(reason: unknown): void {
    this.owner.abort(reason);
  }

  onFailure(callback: (error: unknown) => void): () => void {
    this.watchers.add(callback);
    if (this.failure !== undefined) queueMicrotask(() => this.tellWatchers());
    return () => {
      this.watchers.delete(callback);
    };
  }

  /** For the connection: nothing can be written any more. */
  fail(failure: NetError): void {
    if (this.failure !== undefined) return;
    this.failure = failure;
    for (const writer of this.writers) writer.reject(failure);
    this.writers.clear();
    this.settleEnding?.reject(failure);
    if (!this.finished) this.tellWatchers();
  }

  private tellWatchers(): void {
    const { failure } = this;
    for (const watcher of [...this.watchers]) watcher(failure);
    this.watchers.clear();
  }

  private writtenTooLate(): NetError {
    const { address } = this.owner;
    return new NetError(
      'ERR_OXBOW_NET_CLOSED',
      `The output of the connection with ${address} has been ended: nothing can be written any more.`,
      address,
    );
  }

  /** Resolves when the system has taken the last byte and the end. */
  private end(): Promise<void> {
    if (this.failure !== undefined) return unasked(this.failure);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.settleEnding = { resolve, reject };
    this.socket.end();
    return unasked(promise);
  }

  /** There is room again. */
  private release(): void {
    for (const writer of this.writers) writer.resolve();
    this.writers.clear();
  }

  /** Gathers what is written in one turn: one call of the system for all of it. */
  private cork(): void {
    if (this.corked) return;
    this.corked = true;
    this.socket.cork();
    process.nextTick(() => {
      this.corked = false;
      this.socket.uncork();
    });
  }
}

/**
 * A failure that the peer may cause at any time. Code that awaits it is told. Code that does not must not bring the process down
 * when a peer goes away: the reader is told as well, and `closed` says it.
 */
function unasked(outcome: Promise<void> | NetError): Promise<void> {
  const promise = outcome instanceof NetError ? Promise.reject<void>(outcome) : outcome;
  promise.catch(() => {});
  return promise;
}
