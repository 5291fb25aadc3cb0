/**
 * One connection of a server: its socket, its handler, and how long its peer's authentication holds. A server has
 * thousands of them, so what is the same for all stays in their host.
 */
import type { EventLoop } from '@oxbow/loop';
import { compressionOf } from '../compression/compression.ts';
import { Connection, type ConnectionOwner } from '../connection/connection.ts';
import type { Endpoint } from '../connection/endpoint.ts';
import type { CloseInfo } from '../protocol/close-handshake.ts';
import type { DeflateAgreement } from '../protocol/permessage-deflate.ts';
import type { HandshakeInfo } from '../socket/handshake-info.ts';
import { Socket } from '../socket/socket.ts';
import type { SocketControl, SocketParts } from '../socket/socket-parts.ts';
import type { TopicHub } from '../topic/topic-hub.ts';
import type { Transport } from '../transport/transport.ts';
import { Expiry } from './expiry.ts';
import { HandlerTask, type HandlerTaskParts, type SocketHandler } from './handler-task.ts';
import { packHeaders, unpackHeaders } from './packed-headers.ts';
import type { ServeSettings } from './serve-options.ts';
import type { GateAccept } from './upgrade-gate.ts';
import type { RoutedUpgrade } from './upgrade-router.ts';

/** What a connection needs of its server. */
export interface ServedHost {
  readonly settings: ServeSettings;
  readonly handler: SocketHandler;
  readonly endpoint: Endpoint;
  readonly topics: TopicHub;
  /** Told when the connection has ended. */
  disconnected(served: ServedConnection, info: CloseInfo): void;
  /** Told when its handler has ended. */
  handled(served: ServedConnection): void;
}

/** One connection that was let in. */
export class ServedConnection implements SocketParts, HandlerTaskParts {
  readonly socket: Socket;
  readonly task: HandlerTask;
  readonly subprotocol: string | undefined;
  control!: SocketControl;
  readonly #host: ServedHost;
  readonly #transport: Transport;
  readonly #deflate: DeflateAgreement | undefined;
  readonly #url: string;
  /** Few handlers look at the headers: until one does they are a single string, which is much smaller. */
  readonly #headers: string;
  #handshake: HandshakeInfo | undefined;
  #expiry: Expiry | undefined;

  constructor(
    host: ServedHost,
    { attempt, pathAndQuery }: RoutedUpgrade,
    transport: Transport,
    { handshake, answer }: GateAccept,
  ) {
    this.#host = host;
    this.#transport = transport;
    this.#deflate = handshake.deflate;
    this.#url = pathAndQuery;
    this.#headers = packHeaders(attempt.headers);
    this.subprotocol = handshake.subprotocol;
    this.socket = new Socket(this);
    this.socket.data = answer?.data;
    this.task = new HandlerTask(this);
  }

  /** Begins to read. @param expiresInMs how long the peer's authentication holds; undefined for ever */
  start(expiresInMs: number | undefined): void {
    if (expiresInMs !== undefined) this.socket.reauthenticate({ expiresInMs });
    this.socket.start();
  }

  get loop(): EventLoop {
    return this.#host.endpoint.loop;
  }

  get handler(): SocketHandler {
    return this.#host.handler;
  }

  get topics(): TopicHub {
    return this.#host.topics;
  }

  get maxBufferedBytes(): number {
    return this.#host.settings.connection.maxBufferedBytes;
  }

  get maxConcurrentRequests(): number {
    return this.#host.settings.connection.maxConcurrentRequests;
  }

  get closesOnError(): boolean {
    return true;
  }

  get remoteAddress(): string | undefined {
    return this.#transport.remoteAddress;
  }

  get isFollowing(): boolean {
    return this.#host.topics.isFollowing(this.socket);
  }

  get handshake(): HandshakeInfo {
    if (this.#handshake === undefined) {
      const headers = unpackHeaders(this.#headers);
      const { origin } = headers;
      const { remoteAddress } = this;
      this.#handshake = Object.freeze({ url: this.#url, headers, origin, remoteAddress });
    }
    return this.#handshake;
  }

  open(owner: ConnectionOwner): Connection {
    const { endpoint, settings } = this.#host;
    const compression = compressionOf(this.#deflate, settings.connection.deflate);
    return new Connection(endpoint, this.#transport, owner, compression);
  }

  takeControl(control: SocketControl): void {
    this.control = control;
  }

  expire(expiresInMs: number): void {
    this.#expiry ??= new Expiry(this.loop);
    this.#expiry.hold(this.socket, expiresInMs);
  }

  onError(error: unknown): void {
    this.#host.settings.onError(error);
  }

  onFinish(info: CloseInfo, wasRead: boolean): void {
    this.#expiry?.stop();
    this.#host.disconnected(this, info);
    if (!this.#host.settings.detached && !wasRead) this.task.connectionEnded();
  }

  onHandled(): void {
    this.#host.handled(this);
  }
}
