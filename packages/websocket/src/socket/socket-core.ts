/**
 * What is behind a socket: the connection it has, or had, or waits for; the sends that wait meanwhile; what comes in, and
 * who is told of what. The Socket calls it, its connection reports to it, and its maker may replace that connection.
 */
import type { Connection, ConnectionOwner } from '../connection/connection.ts';
import { ParkedSends } from '../connection/parked-sends.ts';
import type { TopicPosition } from '../envelope/place.ts';
import { type SocketStatus, StatusCallbacks, type StatusDetail } from '../envelope/status.ts';
import { ConnectionClosedError } from '../errors.ts';
import { CloseCode } from '../protocol/close-code.ts';
import type { CloseInfo } from '../protocol/close-handshake.ts';
import { Opcode } from '../protocol/opcode.ts';
import type { TopicMember } from '../topic/membership.ts';
import { ControlFrameCallbacks } from './control-frame-callbacks.ts';
import type { HandshakeInfo } from './handshake-info.ts';
import { Incoming, type IncomingHost } from './incoming.ts';
import type { Message } from './message.ts';
import type { ReadingControl } from './reading-control.ts';
import type { SocketControl, SocketParts } from './socket-parts.ts';

/** The socket as its core sees it: the stream it feeds, and the member of topics. */
export interface SocketFace extends TopicMember {
  readonly isRead: boolean;
  readonly unread: number;
  push(data: Message): boolean;
  end(): void;
}

/** The insides of one socket. */
export class SocketCore implements ConnectionOwner, IncomingHost, SocketControl {
  readonly parts: SocketParts;
  readonly reading: ReadingControl;
  readonly incoming: Incoming;
  /** The present connection, or the one that ended last. */
  connection: Connection;
  readonly #socket: SocketFace;
  /** Sends that wait for a connection that is being replaced. */
  #offline: ParkedSends | undefined;
  #status: StatusCallbacks | undefined;
  #controlFrames: ControlFrameCallbacks | undefined;
  /** Of a connection that took the place of the first. */
  #replaced: { readonly handshake: HandshakeInfo; readonly subprotocol: string | undefined } | undefined;
  #ended: PromiseWithResolvers<CloseInfo> | undefined;
  #endInfo: CloseInfo | undefined;
  #isConnected = true;

  constructor(parts: SocketParts, socket: SocketFace, reading: ReadingControl) {
    this.parts = parts;
    this.#socket = socket;
    this.reading = reading;
    this.incoming = new Incoming(this);
    this.connection = parts.open(this);
    reading.of(this.connection);
    parts.takeControl?.(this);
  }

  get handshake(): HandshakeInfo {
    return this.#replaced?.handshake ?? this.parts.handshake;
  }

  get subprotocol(): string | undefined {
    return this.#replaced === undefined ? this.parts.subprotocol : this.#replaced.subprotocol;
  }

  /** How the socket ended, once it has. Made when it is first asked for. */
  get ended(): Promise<CloseInfo> {
    if (this.#ended === undefined) {
      this.#ended = Promise.withResolvers();
      if (this.#endInfo !== undefined) this.#ended.resolve(this.#endInfo);
    }
    return this.#ended.promise;
  }

  get isOpen(): boolean {
    return this.#isConnected && this.connection.isOpen;
  }

  /** Whether nothing can be sent any more, now or later. */
  get isOver(): boolean {
    return this.#endInfo !== undefined || (this.#isConnected && !this.connection.isOpen);
  }

  get bufferedBytes(): number {
    return this.#isConnected ? this.connection.bufferedBytes : (this.#offline?.bytes ?? 0);
  }

  get waitingBytes(): number {
    return this.connection.waitingBytes + (this.#offline?.bytes ?? 0);
  }

  get status(): StatusCallbacks {
    this.#status ??= new StatusCallbacks((error) => this.failed(error));
    return this.#status;
  }

  get controlFrames(): ControlFrameCallbacks {
    this.#controlFrames ??= new ControlFrameCallbacks((error) => this.failed(error));
    return this.#controlFrames;
  }

  /** Sends a message, or lets it wait for the next connection. */
  sendMessage(opcode: Opcode, data: Message): Promise<void> {
    if (this.#isConnected || this.#endInfo !== undefined) return this.connection.send(data, true, opcode);
    this.#offline ??= new ParkedSends(this.parts.maxBufferedBytes);
    return this.#offline.park(opcode, data);
  }

  trySend(opcode: Opcode, data: Message): boolean {
    return this.#isConnected && this.connection.trySend(data, opcode);
  }

  /** The user wants the end. @param end how an existing connection is ended */
  leave(end: (connection: Connection) => void): void {
    this.parts.onLeave?.();
    if (this.#isConnected) end(this.connection);
    else this.finish(this.connection.closeInfo);
  }

  // What the connection tells.

  message(data: Message): void {
    this.incoming.receive(data);
  }

  ping(payload: Uint8Array): void {
    this.#controlFrames?.tell('ping', payload);
  }

  pong(payload: Uint8Array, latencyMs: number | undefined): void {
    this.#controlFrames?.tell('pong', payload, latencyMs);
  }

  closed(info: CloseInfo): void {
    this.#isConnected = false;
    this.incoming.lost(new ConnectionClosedError(info));
    if (this.parts.survives?.(info) !== true) this.finish(info);
  }

  // What the incoming side asks for.

  push(data: Message): void {
    this.#socket.push(data);
  }

  unread(): number {
    return this.#socket.unread;
  }

  send(envelope: Uint8Array): Promise<void> {
    return this.sendMessage(Opcode.BINARY, envelope);
  }

  sendAnswer(envelope: Uint8Array): Promise<void> {
    return this.connection.send(envelope, false);
  }

  resume(topic: string, since: TopicPosition): void {
    this.parts.topics?.resume(this.#socket, topic, since);
  }

  /** A function of the user's has failed: the connection of a server's handler ends, the process lives. */
  failed(error: unknown): void {
    this.parts.onError(error);
    if (this.parts.closesOnError && this.isOpen) this.connection.close(CloseCode.INTERNAL_ERROR);
  }

  // What the socket's maker does.

  replace(
    open: (owner: ConnectionOwner) => Connection,
    handshake: HandshakeInfo,
    subprotocol: string | undefined,
  ): void {
    const connection = open(this);
    this.connection = connection;
    this.#replaced = { handshake, subprotocol };
    this.#isConnected = true;
    this.reading.of(connection);
    // What a callback sends (who it is, what it wants to follow) goes before what waited.
    this.tell('open', { attempt: 0 });
    connection.start();
    this.#offline?.releaseAll(({ opcode, data }) => connection.send(data, true, opcode));
  }

  tell(status: SocketStatus, detail: StatusDetail): void {
    this.#status?.tell(status, detail);
  }

  discardMessages(): void {
    this.incoming.discard();
    this.connection.resumeReading();
  }

  finish(info: CloseInfo): void {
    if (this.#endInfo !== undefined) return;
    this.#endInfo = info;
    const wasRead = this.#socket.isRead;
    this.parts.topics?.leaveAll(this.#socket);
    const gone = new ConnectionClosedError(info);
    this.#offline?.rejectAll(gone);
    this.incoming.finish(gone);
    this.#ended?.resolve(info);
    this.#socket.end();
    this.parts.onFinish?.(info, wasRead);
    this.tell('closed', { attempt: 0, code: info.code, error: info.error });
  }
}
