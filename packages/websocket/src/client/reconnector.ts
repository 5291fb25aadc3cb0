/**
 * Opens a new connection for a socket that lost one, with growing waits between the attempts.
 */

import type { EventLoop, TimerHandle } from '@oxbow/loop';
import type { Backoff } from '@oxbow/loop/backoff';
import type { Connection, ConnectionOwner } from '../connection/connection.ts';
import type { CloseInfo } from '../protocol/close-handshake.ts';
import { invitesBack } from '../reconnect/invites-back.ts';
import type { SocketControl } from '../socket/socket.ts';

/** Hears how one attempt ended. */
export interface AttemptEvents {
  opened(open: (owner: ConnectionOwner) => Connection): void;
  failed(error: unknown): void;
}

/** Starts an attempt. @returns the way to give it up */
export type Attempt = (events: AttemptEvents) => () => void;

/** Keeps one socket connected. */
export class Reconnector {
  readonly #backoff: Backoff;
  readonly #loop: EventLoop;
  readonly #attempt: Attempt;
  #control: SocketControl | undefined;
  #timer: TimerHandle | undefined;
  #giveUp: (() => void) | undefined;
  #failures = 0;

  constructor(backoff: Backoff, loop: EventLoop, attempt: Attempt) {
    this.#backoff = backoff;
    this.#loop = loop;
    this.#attempt = attempt;
  }

  /** Names the socket. */
  of(control: SocketControl): void {
    this.#control = control;
  }

  /** The connection ended. @returns whether another one will be tried */
  lost(info: CloseInfo): boolean {
    return info.initiator !== 'local' && invitesBack(info) && this.#schedule(info);
  }

  /** Ends every attempt. */
  stop(): void {
    this.#timer?.cancel();
    this.#giveUp?.();
    this.#timer = undefined;
    this.#giveUp = undefined;
  }

  /** @returns false when it is time to give up */
  #schedule(info: CloseInfo): boolean {
    const delayMs = this.#backoff.delayMs(this.#failures + 1);
    if (delayMs === undefined) return false;
    this.#timer = this.#loop.callLater(delayMs, () => this.#try(info));
    return true;
  }

  #try(info: CloseInfo): void {
    this.#timer = undefined;
    this.#giveUp = this.#attempt({
      opened: (open) => {
        this.#giveUp = undefined;
        this.#failures = 0;
        this.#control?.replace(open);
      },
      failed: (error) => {
        this.#giveUp = undefined;
        this.#failures += 1;
        if (!this.#schedule(info)) this.#control?.finish({ ...info, error });
      },
    });
  }
}
