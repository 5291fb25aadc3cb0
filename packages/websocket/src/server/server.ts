/**
 * A WebSocket server: judges upgrades, keeps the connections and their handlers, and ends them in good order. How bytes
 * come and go is the transport's business, what they mean the connection's.
 */
import { createTask, type EventLoop, Future, type Task, type TimerHandle } from '@oxbow/loop';
import { bindToTask, checkOptions, currentTask } from '@oxbow/loop/lowlevel';
import { checkDuration } from '../connection/connection-options.ts';
import { Endpoint } from '../connection/endpoint.ts';
import { PagePool } from '../connection/page-pool.ts';
import { HandlersRunningError } from '../errors.ts';
import { CloseCode } from '../protocol/close-code.ts';
import { FrameWriter } from '../protocol/frame-writer.ts';
import type { Socket } from '../socket/socket.ts';
import { checkTopicName, TopicHub } from '../topic/topic-hub.ts';
import { bufferText } from '../transport/buffer-text.ts';
import { type HttpServer, type OwnServer, portOf } from '../transport/portable.ts';
import type { Transport } from '../transport/transport.ts';
import { AddressLimits } from './address-limits.ts';
import type { SocketHandler } from './handler-task.ts';
import type { ServeSettings } from './serve-options.ts';
import { ServedConnection, type ServedHost } from './served-connection.ts';
import { serverUrl } from './server-url.ts';
import { Topic } from './topic.ts';
import { type CountByCode, Traffic } from './traffic.ts';
import { type GateAccept, UpgradeGate } from './upgrade-gate.ts';
import { addRoute, type RoutedUpgrade } from './upgrade-router.ts';

/** Options of `drain`. */
export interface DrainOptions {
  /** How long the clients may take to go, in ms; what is left then is cut. Default 10,000. */
  readonly graceMs?: number | undefined;
}

/** The defaults of `DrainOptions`. */
export const DRAIN_DEFAULTS: Readonly<{ graceMs: number }> = Object.freeze({ graceMs: 10_000 });

/** What `server.statistics()` tells. */
export interface ServerStatistics {
  readonly connections: number;
  readonly pendingUpgrades: number;
  /** Handlers that run. */
  readonly handlers: number;
  /** Topics that a socket of this server follows. */
  readonly followedTopics: number;
  /** Connections accepted so far. */
  readonly accepted: number;
  /** Refused upgrades, by status. */
  readonly refused: CountByCode;
  /** Ended connections, by close code. */
  readonly closed: CountByCode;
}

/** What a server is built from. */
export interface ServerParts {
  readonly http: HttpServer;
  /** The HTTP server, when it is ours to close. */
  readonly own: OwnServer | undefined;
  readonly handler: SocketHandler;
  readonly settings: ServeSettings;
  readonly loop: EventLoop;
}

/** A server that accepts WebSocket connections. Made by `serve`. */
export class WebSocketServer {
  readonly #parts: ServerParts;
  readonly #gate: UpgradeGate;
  readonly #addresses: AddressLimits;
  readonly #traffic = new Traffic();
  readonly #sockets = new Set<Socket>();
  /** Those whose handlers run. */
  readonly #served = new Set<ServedConnection>();
  readonly #hub: TopicHub;
  readonly #host: ServedHost;
  readonly #removeRoute: () => void;
  readonly #forgetCloser: () => void;
  readonly #whenClosed = Promise.withResolvers<void>();
  #closing: Promise<void> | undefined;
  #onChange: (() => void) | undefined;

  /** @internal */
  constructor(parts: ServerParts) {
    this.#parts = parts;
    const { settings, http, loop } = parts;
    this.#addresses = new AddressLimits(
      settings.maxConnectionsPerAddress,
      settings.maxUpgradesPerSecondPerAddress,
    );
    this.#gate = new UpgradeGate(settings, loop, this.#addresses, this.#traffic);
    this.#hub = new TopicHub(settings.broker, new FrameWriter(bufferText), settings);
    this.#host = this.#hostOf(parts);
    this.#removeRoute = addRoute(http, { path: settings.path, handle: (upgrade) => this.#handle(upgrade) });
    const forget = loop.onClose(() => this.close());
    const endKeeper = keepUntilCancelled(loop, () => this.close());
    this.#forgetCloser = () => {
      forget();
      endKeeper();
    };
  }

  /**
   * Resolves when the server is closed: awaiting it keeps a program up. Bound to the task that asks for it. When that is
   * cancelled, by Ctrl-C too, it ends with its CancelledError, and the server goes on until it is drained or closed.
   */
  get closed(): Promise<void> {
    return bound(this.#whenClosed.promise);
  }

  /** The port it listens on; 0 while an HTTP server given from outside does not listen. */
  get port(): number {
    return portOf(this.#parts.http);
  }

  /** An address to connect to, such as `ws://127.0.0.1:8080/chat`. */
  get url(): string {
    return serverUrl(this.#parts.http, this.#parts.settings.path);
  }

  /** The sockets that are connected, as a live view. */
  get connections(): ReadonlySet<Socket> {
    return this.#sockets;
  }

  /** Upgrades that wait for the answer of `onUpgrade` or `origins`. */
  get pendingUpgrades(): number {
    return this.#gate.pending;
  }

  /** What the server did so far, and what it has. */
  statistics(): ServerStatistics {
    return Object.freeze({
      connections: this.#sockets.size,
      pendingUpgrades: this.#gate.pending,
      handlers: this.#served.size,
      followedTopics: this.#hub.size,
      accepted: this.#traffic.accepted,
      refused: this.#traffic.refused,
      closed: this.#traffic.closed,
    });
  }

  /** A topic by name; it needs no creation. @throws SocketInputError for a name that is empty or over 256 characters */
  topic(name: string): Topic {
    checkTopicName(name);
    return new Topic(name, this.#hub, this.#parts.settings.broker);
  }

  /**
   * Sends the clients away before a restart. No upgrade is accepted any more. Every connection is closed with 1012 at a
   * random moment of the first half of `graceMs`, so that not all come back at once. What is connected at the end of the
   * time is cut. Handlers that still run are cancelled then and have `closeTimeoutMs` to end. The server is closed then.
   */
  drain(options: DrainOptions = {}): Promise<void> {
    checkOptions(options, Object.keys(DRAIN_DEFAULTS), 'server.drain()');
    const graceMs = options.graceMs ?? DRAIN_DEFAULTS.graceMs;
    checkDuration('graceMs', graceMs);
    this.#gate.close();
    const { loop } = this.#parts;
    const timers = [...this.#sockets].map((socket) =>
      loop.callLater(Math.random() * Math.min(graceMs / 2, MAX_DRAIN_SPREAD_MS), () => {
        if (socket.isOpen) void socket.close(CloseCode.SERVICE_RESTART, 'the server restarts');
      }),
    );
    const cut =
      graceMs === Number.POSITIVE_INFINITY ? undefined : loop.callLater(graceMs, () => this.#terminateAll());
    const drained = this.#whenEmpty().then(() => {
      for (const timer of timers) timer.cancel();
      cut?.cancel();
      return this.close();
    });
    return bound(drained);
  }

  /**
   * Stops accepting, closes every connection with 1001, cancels the handlers that still run once their connections are
   * gone, and waits for all of it. It waits for the connections at most `closeTimeoutMs`, for the handlers as long again.
   * A handler that waits for something that knows no cancellation is left behind then, and `onError` is told which.
   * Idempotent. Called from within a handler it does not wait for that one.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close(currentTask());
    return bound(this.#closing);
  }

  /** The same as `close()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(caller: Task<unknown> | undefined): Promise<void> {
    const { own, settings } = this.#parts;
    this.#gate.close();
    this.#forgetCloser();
    own?.stopListening();
    for (const socket of this.#sockets) {
      if (socket.isOpen) void socket.close(CloseCode.GOING_AWAY, 'the server closes');
    }
    await this.#whenEmpty();
    // Upgrades on connections that were open already have been answered until here.
    this.#removeRoute();
    own?.close();
    await this.#endHandlers(caller);
    if (settings.ownsBroker) await settings.broker.close();
    this.#whenClosed.resolve();
  }

  /** Cancels what still runs and waits for it, within a bound: a foreign promise cannot be cancelled. */
  async #endHandlers(caller: Task<unknown> | undefined): Promise<void> {
    const { loop, settings } = this.#parts;
    const running = [...this.#served].map(({ task }) => task).filter((task) => !task.isTask(caller));
    if (running.length === 0) return;
    for (const handler of running) handler.cancel('the server closed');
    await new Promise<void>((resolve) => {
      const timer = callLaterUnlessNever(loop, settings.connection.closeTimeoutMs, resolve);
      const check = (): void => {
        if (running.some((handler) => !handler.isDone)) return;
        timer?.cancel();
        resolve();
      };
      this.#listen(check);
      check();
    });
    const left = running.filter((handler) => !handler.isDone);
    if (left.length === 0) return;
    for (const handler of left) handler.giveUp();
    settings.onError(new HandlersRunningError(left.map(({ name }) => name)));
  }

  #terminateAll(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  #whenEmpty(): Promise<void> {
    if (this.#sockets.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#listen(() => {
        if (this.#sockets.size === 0) resolve();
      });
    });
  }

  /** Calls back whenever a connection or a handler has ended. */
  #listen(callback: () => void): void {
    const earlier = this.#onChange;
    this.#onChange = () => {
      earlier?.();
      callback();
    };
  }

  #handle(upgrade: RoutedUpgrade): void {
    this.#gate.judge(upgrade, this.#sockets.size, (accepted) => {
      const transport = upgrade.attempt.accept(accepted.handshake.headers);
      if (transport !== undefined) this.#open(upgrade, transport, accepted);
    });
  }

  #open(upgrade: RoutedUpgrade, transport: Transport, accepted: GateAccept): void {
    const served = new ServedConnection(this.#host, upgrade, transport, accepted);
    this.#served.add(served);
    this.#sockets.add(served.socket);
    this.#addresses.enter(transport.remoteAddress);
    this.#traffic.open(served.socket);
    served.start(accepted.answer?.expiresInMs);
  }

  /** What every connection needs of its server. */
  #hostOf({ settings, loop, handler }: ServerParts): ServedHost {
    const text = bufferText;
    const pages = new PagePool(text.allocate);
    return {
      settings,
      handler,
      endpoint: new Endpoint({ role: 'server', settings: settings.connection, loop, text, pages }),
      topics: this.#hub,
      disconnected: ({ socket, remoteAddress }, info) => {
        this.#sockets.delete(socket);
        this.#addresses.leave(remoteAddress);
        this.#traffic.close(socket, info);
        this.#onChange?.();
      },
      handled: (served) => {
        this.#served.delete(served);
        this.#onChange?.();
      },
    };
  }
}

/** Closing is spread over at most this long, however long the clients may take. */
const MAX_DRAIN_SPREAD_MS = 30_000;

/**
 * When a program ends, `run` cancels all that is left and waits for it before anything is closed. A handler that waits for
 * something foreign would hold it up for ever. A task of the server's own is cancelled with the others, and closes it.
 *
 * @returns what ends that task
 */
function keepUntilCancelled(loop: EventLoop, close: () => Promise<void>): () => void {
  let end: (() => void) | undefined = () => {};
  loop.callSoon(() => {
    if (end === undefined) return;
    const ended = new Future<void>({ name: 'the end of a WebSocket server' });
    end = () => void ended.cancel();
    createTask(
      async () => {
        try {
          await ended;
        } finally {
          await close();
        }
      },
      { name: 'websocket server' },
    ).addDoneCallback(() => {});
  });
  return () => {
    end?.();
    end = undefined;
  };
}

function callLaterUnlessNever(
  loop: EventLoop,
  delayMs: number,
  callback: () => void,
): TimerHandle | undefined {
  return delayMs === Number.POSITIVE_INFINITY ? undefined : loop.callLater(delayMs, callback);
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
