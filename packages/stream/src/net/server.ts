/** A listening server: keeps its connections and the tasks of their handlers, and ends them in good order. */
import type { AddressInfo, Server } from 'node:net';
import type { EventLoop, Task } from '@oxbow/loop';
import { bindToTask, checkOptions, currentTask, durationFault } from '@oxbow/loop/lowlevel';
import { StreamInputError } from '../errors.ts';
import type { NetConnection } from './connection.ts';

/** Options of `drain`. */
export interface NetDrainOptions {
  /** How long the connections may take to end by themselves, in ms. Default 10,000; Infinity waits for all of them. */
  readonly graceMs?: number | undefined;
}

/** The defaults of `NetDrainOptions`. */
export const NET_DRAIN_DEFAULTS: Readonly<{ graceMs: number }> = Object.freeze({ graceMs: 10_000 });

/** What a server has counted since it began to listen. */
export interface NetServerStatistics {
  /** Connections that are open. */
  readonly open: number;
  /** Connections that got a handler. */
  readonly accepted: number;
  /** Connections beyond `maxConnections`, closed at once. */
  readonly refused: number;
  /** TLS handshakes that failed or took longer than `handshakeTimeoutMs`. */
  readonly failedHandshakes: number;
}

/** A server of TCP, TLS or Unix connections. Made by `listenTcp` and `listenUnix`. */
export class NetServer {
  /** Resolves when the server has closed and every connection with it; never rejects. */
  readonly closed: Promise<void>;
  private readonly inner: () => ServerState;
  private readonly listening: AddressInfo | string | null;

  /** @internal */
  constructor(state: ServerState) {
    this.inner = () => state;
    this.closed = state.closed;
    // Kept: a server that has been closed has no address any more.
    this.listening = state.server.address();
  }

  /** The port it listens on; 0 on a Unix socket. */
  get port(): number {
    return typeof this.listening === 'object' ? (this.listening?.port ?? 0) : 0;
  }

  /** The address it listens on; undefined on a Unix socket. */
  get host(): string | undefined {
    return typeof this.listening === 'object' ? this.listening?.address : undefined;
  }

  /** The path of its Unix socket; undefined on TCP. */
  get path(): string | undefined {
    return typeof this.listening === 'string' ? this.listening : undefined;
  }

  /** The connections that are open, as a live view. */
  get connections(): ReadonlySet<NetConnection> {
    return this.inner().connections;
  }

  /** What it has counted so far. */
  statistics(): NetServerStatistics {
    return this.inner().statistics();
  }

  /**
   * Stops accepting, lets the connections end by themselves for `graceMs`, then closes the server.
   *
   * @throws StreamInputError for a grace out of range
   */
  drain(options: NetDrainOptions = {}): Promise<void> {
    checkOptions(options, Object.keys(NET_DRAIN_DEFAULTS), 'server.drain()');
    const graceMs = options.graceMs ?? NET_DRAIN_DEFAULTS.graceMs;
    const fault = durationFault(graceMs, { zero: true });
    if (fault !== undefined) throw new StreamInputError(`server.drain(): graceMs ${fault}.`);
    return bound(this.inner().drain(graceMs, currentTask()));
  }

  /**
   * Stops accepting, cancels the handlers, closes the connections in good order (at most their `closeTimeoutMs` long) and
   * waits for all of it. Idempotent. Called from within a handler it does not wait for that one.
   */
  close(): Promise<void> {
    return bound(this.inner().close(currentTask()));
  }

  /** The same as `close()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** What moves inside a server. */
export class ServerState {
  readonly server: Server;
  readonly connections: Set<NetConnection> = new Set();
  readonly closed: Promise<void>;
  accepted = 0;
  refused = 0;
  failedHandshakes = 0;
  private readonly loop: EventLoop;
  private readonly handlers = new Set<Task<unknown>>();
  private readonly forgetCloser: () => void;
  private readonly settleClosed: () => void;
  private onEmpty: (() => void)[] = [];
  private closing: Promise<void> | undefined;

  constructor(server: Server, loop: EventLoop) {
    this.server = server;
    this.loop = loop;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.settleClosed = resolve;
    this.forgetCloser = loop.onClose(() => this.close(undefined));
  }

  get isAccepting(): boolean {
    return this.closing === undefined;
  }

  statistics(): NetServerStatistics {
    const { accepted, refused, failedHandshakes } = this;
    return Object.freeze({ open: this.connections.size, accepted, refused, failedHandshakes });
  }

  opened(connection: NetConnection): void {
    this.accepted++;
    this.connections.add(connection);
    void connection.closed.then(() => {
      this.connections.delete(connection);
      if (this.connections.size > 0) return;
      for (const tell of this.onEmpty.splice(0)) tell();
    });
  }

  handling(task: Task<unknown>): void {
    this.handlers.add(task);
    task.addDoneCallback(() => this.handlers.delete(task));
  }

  async drain(graceMs: number, caller: Task<unknown> | undefined): Promise<void> {
    this.server.close();
    if (this.connections.size > 0) {
      await new Promise<void>((resolve) => {
        const timer =
          graceMs === Number.POSITIVE_INFINITY ? undefined : this.loop.callLater(graceMs, () => resolve());
        this.onEmpty.push(() => {
          timer?.cancel();
          resolve();
        });
      });
    }
    await this.close(caller);
  }

  close(caller: Task<unknown> | undefined): Promise<void> {
    this.closing ??= this.finish(caller);
    return this.closing;
  }

  private async finish(caller: Task<unknown> | undefined): Promise<void> {
    this.forgetCloser();
    this.server.close();
    const running = [...this.handlers].filter((task) => task !== caller);
    const ended = running.map(
      (task) => new Promise<void>((resolve) => task.addDoneCallback(() => resolve())),
    );
    for (const task of running) task.cancel('the server closed');
    await Promise.all(ended);
    await Promise.all(Array.from(this.connections, (connection) => connection.close()));
    this.settleClosed();
  }
}

/** The outcome of a promise of ours, waited for by the calling task. */
function bound(promise: Promise<void>): Promise<void> {
  return bindToTask<void>((settle) => {
    promise.then(
      () => settle.resolve(),
      (error: unknown) => settle.reject(error),
    );
  });
}
