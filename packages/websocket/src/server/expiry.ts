/**
 * Closes connections whose authentication has run out.
 */
import type { EventLoop, TimerHandle } from '@oxbow/loop';
import type { Socket } from '../socket/socket.ts';

/** The close code for it: in the range of applications (RFC 6455 §7.4.2), after HTTP's 401. */
export const AUTHENTICATION_EXPIRED = 4401;

/** How long one socket's authentication holds. */
export class Expiry {
  readonly #loop: EventLoop;
  #timer: TimerHandle | undefined;

  constructor(loop: EventLoop) {
    this.#loop = loop;
  }

  /** It holds for so long from now on, in ms; Infinity for ever. */
  hold(socket: Socket, expiresInMs: number): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (expiresInMs === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#loop.callLater(expiresInMs, () => {
      if (socket.isOpen) void socket.close(AUTHENTICATION_EXPIRED, 'the authentication has expired');
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }
}
