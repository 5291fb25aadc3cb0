/**
 * What a socket is built from, and what its maker may do with it.
 */
import type { EventLoop } from '@oxbow/loop';
import type { Connection, ConnectionOwner } from '../connection/connection.ts';
import type { SocketStatus, StatusDetail } from '../envelope/status.ts';
import type { CloseInfo } from '../protocol/close-handshake.ts';
import type { Membership } from '../topic/membership.ts';
import type { HandshakeInfo } from './handshake-info.ts';

/** What a socket is built from. */
export interface SocketParts {
  /** Makes the first connection. */
  open(owner: ConnectionOwner): Connection;
  readonly loop: EventLoop;
  readonly handshake: HandshakeInfo;
  readonly subprotocol: string | undefined;
  /** The first value of `socket.data`. */
  readonly data?: unknown;
  /** What may wait while there is no connection, in bytes. */
  readonly maxBufferedBytes: number;
  /** Requests of the peer that are answered at once. */
  readonly maxConcurrentRequests: number;
  /** A server's topics. */
  readonly topics?: Membership | undefined;
  /** Told of errors of the user's functions. Must not throw. */
  onError(error: unknown): void;
  /** Whether such an error closes the connection with 1011. */
  readonly closesOnError: boolean;
  /** On a server: how long the peer's authentication holds from now on. */
  expire?(expiresInMs: number): void;
  /** Asked when the connection ended: true keeps the socket alive for a `replace`. */
  survives?(info: CloseInfo): boolean;
  /** Told when the user wants the end. */
  onLeave?(): void;
  /** Told once, when the socket is over. @param wasRead whether somebody read it until then */
  onFinish?(info: CloseInfo, wasRead: boolean): void;
  /** Gets the controls that users do not. */
  takeControl?(control: SocketControl): void;
}

/** What the maker of a socket may do with it. */
export interface SocketControl {
  /** Puts a new connection in the place of one that ended. */
  replace(
    open: (owner: ConnectionOwner) => Connection,
    handshake: HandshakeInfo,
    subprotocol: string | undefined,
  ): void;
  /** Ends a socket whose connection ended and will not be replaced. */
  finish(info: CloseInfo): void;
  /** Tells the status callbacks. */
  tell(status: SocketStatus, detail: StatusDetail): void;
  /** From now on messages are read and dropped: nobody will ever want them. */
  discardMessages(): void;
}
