/**
 * Opens a new connection for a socket that lost one. When, and whether at all, `Reconnecting` says; this has the timers.
 */
import type { EventLoop, TimerHandle } from '@oxbow/loop';
import type { Backoff } from '@oxbow/loop/backoff';
import type { Connection, ConnectionOwner } from '../connection/connection.ts';
import { isFinalRefusal, Reconnecting } from '../envelope/reconnecting.ts';
import { HandshakeError, SocketInputError } from '../errors.ts';
import type { CloseInfo } from '../protocol/close-handshake.ts';
import type { HandshakeInfo } from '../socket/handshake-info.ts';
import type { SocketControl } from '../socket/socket-parts.ts';

/** What an attempt that worked brings. */
export interface Reopened {
  readonly open: (owner: ConnectionOwner) => Connection;
  readonly handshake: HandshakeInfo;
  readonly subprotocol: string | undefined;
}

/** Hears how one attempt ended. */
export interface AttemptEvents {
  opened(reopened: Reopened): void;
  failed(error: unknown): void;
}

/** Starts an attempt. @returns the way to give it up */
export type Attempt = (events: AttemptEvents) => () => void;

/** Keeps one socket connected. */
export class Reconnector {
  readonly #loop: EventLoop;
  readonly #attempt: Attempt;
  readonly #isFresh: boolean;
  readonly #reconnecting: Reconnecting;
  #control: SocketControl | undefined;
  #timer: TimerHandle | undefined;
  #giveUp: (() => void) | undefined;
  #isLeft = false;

  /** @param isFresh whether address or headers are made anew for each attempt */
  constructor(backoff: Backoff, loop: EventLoop, isFresh: boolean, attempt: Attempt) {
    this.#loop = loop;
    this.#attempt = attempt;
    this.#isFresh = isFresh;
    this.#reconnecting = new Reconnecting(backoff);
    this.#reconnecting.opened(loop.time());
  }

  /** Names the socket. */
  of(control: SocketControl): void {
    this.#control = control;
  }

  /** The user wants the end. */
  leave(): void {
    this.#isLeft = true;
  }

  /** The connection ended. @returns whether another one will be tried */
  lost(info: CloseInfo): boolean {
    if (this.#isLeft) return false;
    const { code, wasClean, initiator } = info;
    const delayMs = this.#reconnecting.lost(
      { code, wasClean, byPeer: initiator === 'remote' },
      this.#loop.time(),
    );
    if (delayMs === undefined) return false;
    this.#schedule(info, delayMs, info.error);
    return true;
  }

  /** Ends every attempt. */
  stop(): void {
    this.#timer?.cancel();
    this.#giveUp?.();
    this.#timer = undefined;
    this.#giveUp = undefined;
  }

  #schedule(info: CloseInfo, delayMs: number, error: unknown): void {
    const { attempts } = this.#reconnecting;
    this.#timer = this.#loop.callLater(delayMs, () => this.#try(info));
    this.#control?.tell('waiting', { attempt: attempts, delayMs, error, code: info.code });
  }

  #try(info: CloseInfo): void {
    this.#timer = undefined;
    this.#control?.tell('connecting', { attempt: this.#reconnecting.attempts });
    // A callback may have closed the socket.
    if (this.#isLeft) return;
    this.#giveUp = this.#attempt({
      opened: ({ open, handshake, subprotocol }) => {
        this.#giveUp = undefined;
        this.#reconnecting.opened(this.#loop.time());
        this.#control?.replace(open, handshake, subprotocol);
      },
      failed: (error) => {
        this.#giveUp = undefined;
        const isFinal =
          error instanceof SocketInputError ||
          (error instanceof HandshakeError && isFinalRefusal(error.status, this.#isFresh));
        const delayMs = this.#reconnecting.failed(isFinal);
        if (delayMs === undefined) this.#control?.finish({ ...info, error });
        else this.#schedule(info, delayMs, error);
      },
    });
  }
}
