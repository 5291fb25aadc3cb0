/** Notices that no byte passes. The timer is only looked at when it fires: to set it anew for every chunk would cost more. */
import type { Socket } from 'node:net';
import type { EventLoop } from '@oxbow/loop';

export class IdleWatch {
  private readonly socket: Socket;
  private readonly loop: EventLoop;
  private readonly limitMs: number;
  private readonly expire: () => void;
  private sinceMs: number;
  private timer: { cancel(): void } | undefined;

  /** @param limitMs the longest silence; Infinity never ends */
  constructor(socket: Socket, loop: EventLoop, limitMs: number, expire: () => void) {
    this.socket = socket;
    this.loop = loop;
    this.limitMs = limitMs;
    this.expire = expire;
    this.sinceMs = loop.time();
    if (limitMs !== Number.POSITIVE_INFINITY) this.arm(limitMs);
  }

  /** Bytes have passed. */
  touch(): void {
    if (this.timer !== undefined) this.sinceMs = this.loop.time();
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private arm(delayMs: number): void {
    this.timer = this.loop.callLater(delayMs, () => this.look());
  }

  private look(): void {
    const { socket, loop } = this;
    // A peer that is held back here, and does not owe us reading, is not the one that is silent.
    if (socket.isPaused() && socket.writableLength === 0) this.sinceMs = loop.time();
    const leftMs = this.sinceMs + this.limitMs - loop.time();
    if (leftMs > 0) this.arm(leftMs);
    else this.expire();
  }
}
