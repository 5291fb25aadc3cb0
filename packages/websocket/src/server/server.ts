/**
 * A WebSocket server: judges upgrades, keeps the connections and their handlers, and ends them in good order. How bytes
 * come and go is the transport's business, what they mean the connection's.
 */
import type { EventLoop, Task } from '@oxbow/loop';
import { bindToTask, checkOptions, currentTask } from '@oxbow/loop/lowlevel';
import { Connection } from '../connection/connection.ts';
import { checkDuration } from '../connection/connection-options.ts';
import { PagePool } from '../connection/page-pool.ts';
import { CloseCode } from '../protocol/close-code.ts';
import { FrameWriter } from '../protocol/frame-writer.ts';
import { Socket, type SocketControl } from '../socket/socket.ts';
import { checkTopicName, TopicHub } from '../topic/topic-hub.ts';
import { bufferText } from '../transport/buffer-text.ts';
import { type HttpServer, type OwnServer, portOf, type UpgradeAttempt } from '../transport/portable.ts';
import type { Transport } from '../transport/transport.ts';
import { type SocketHandler, startHandler } from './handler-task.ts';
import { judgeUpgrade } from './judge-upgrade.ts';
import type { ServeSettings } from './serve-options.ts';
import { serverUrl } from './server-url.ts';
import { Topic } from './topic.ts';
import { addRoute } from './upgrade-router.ts';

/** Options of `drain`. */
export interface DrainOptions {
  /** How long the clients may take to go, in ms; what is left then is cut. Default 10,000. */
  readonly graceMs?: number | undefined;
}

/** The defaults of `DrainOptions`. */
export const DRAIN_DEFAULTS: Readonly<{ graceMs: number }> = Object.freeze({ graceMs: 10_000 });

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
  readonly #sockets = new Set<Socket>();
  readonly #handlers = new Set<Task<unknown>>();
  readonly #pages = new PagePool(bufferText.allocate);
  readonly #hub: TopicHub;
  readonly #removeRoute: () => void;
  readonly #forgetCloser: () => void;
  #isAccepting = true;
  #closing: Promise<void> | undefined;
  #onChange: (() => void) | undefined;

  /** @internal */
  constructor(parts: ServerParts) {
    this.#parts = parts;
    const { settings, http, loop } = parts;
    this.#hub = new TopicHub(settings.broker, new FrameWriter(bufferText));
    this.#removeRoute = addRoute(http, { path: settings.path, handle: (attempt) => this.#handle(attempt) });
    this.#forgetCloser = loop.onClose(() => this.close());
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

  /** A topic by name; it needs no creation. @throws SocketInputError for a name that is empty or over 256 characters */
  topic(name: string): Topic {
    checkTopicName(name);
    return new Topic(name, this.#hub, this.#parts.settings.broker);
  }

  /**
   * Sends the clients away before a restart: no upgrade is accepted any more, and every connection is closed with 1012
   * at a random moment of the first half of `graceMs`, so that they do not all come back at once. What is connected at
   * the end of the time is cut. The server is closed then.
   */
  drain(options: DrainOptions = {}): Promise<void> {
    checkOptions(options, Object.keys(DRAIN_DEFAULTS), 'server.drain()');
    const graceMs = options.graceMs ?? DRAIN_DEFAULTS.graceMs;
    checkDuration('graceMs', graceMs);
    this.#isAccepting = false;
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
   * gone, and waits for all of it. Idempotent. Called from within a handler it does not wait for that one.
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
    this.#isAccepting = false;
    this.#removeRoute();
    this.#forgetCloser();
    for (const socket of this.#sockets) {
      if (socket.isOpen) void socket.close(CloseCode.GOING_AWAY, 'the server closes');
    }
    await this.#whenEmpty();
    this.#parts.own?.close();
    const running = [...this.#handlers].filter((task) => task !== caller);
    for (const task of running) task.cancel('the server closed');
    await Promise.all(running.map(ended));
    if (this.#parts.settings.ownsBroker) await this.#parts.settings.broker.close();
  }

  #terminateAll(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  #whenEmpty(): Promise<void> {
    if (this.#sockets.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const earlier = this.#onChange;
      this.#onChange = () => {
        earlier?.();
        if (this.#sockets.size === 0) resolve();
      };
    });
  }

  #handle(attempt: UpgradeAttempt): void {
    const { settings } = this.#parts;
    const verdict = judgeUpgrade(attempt, settings, this.#isAccepting, this.#sockets.size);
    if (!verdict.ok) {
      attempt.refuse(verdict.status, verdict.reason, verdict.headers);
      return;
    }
    const transport = attempt.accept(verdict.headers);
    if (transport !== undefined) this.#open(attempt, transport, verdict.subprotocol);
  }

  #open(attempt: UpgradeAttempt, transport: Transport, subprotocol: string | undefined): void {
    const { settings, loop, handler } = this.#parts;
    const text = bufferText;
    let control!: SocketControl;
    const socket = new Socket({
      open: (owner) => {
        const parts = {
          role: 'server',
          transport,
          settings: settings.connection,
          loop,
          text,
          pages: this.#pages,
        } as const;
        return new Connection(parts, owner);
      },
      loop,
      subprotocol,
      handshake: Object.freeze({
        url: attempt.url,
        headers: attempt.headers,
        origin: attempt.headers.origin,
        remoteAddress: attempt.remoteAddress,
      }),
      topics: this.#hub,
      takeControl: (given) => {
        control = given;
      },
      onFinish: () => this.#forget(socket),
    });
    this.#sockets.add(socket);
    startHandler({
      handler,
      socket,
      control,
      loop,
      isFollowing: () => this.#hub.isFollowing(socket),
      onError: settings.onError,
      onStart: (task) => this.#handlers.add(task),
      onEnd: (task) => this.#handlers.delete(task),
    });
    socket.start();
  }

  #forget(socket: Socket): void {
    this.#sockets.delete(socket);
    this.#onChange?.();
  }
}

/** Closing is spread over at most this long, however long the clients may take. */
const MAX_DRAIN_SPREAD_MS = 30_000;

/** The outcome of a promise of ours, waited for by the calling task. */
function bound(promise: Promise<void>): Promise<void> {
  return bindToTask<void>((settle) => {
    promise.then(
      () => settle.resolve(),
      (error: unknown) => settle.reject(error),
    );
  });
}

function ended(task: Task<unknown>): Promise<void> {
  return new Promise((resolve) => {
    task.addDoneCallback(() => resolve());
  });
}
