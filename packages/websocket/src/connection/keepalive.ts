/**
 * Watches over a quiet connection: pings a peer that says nothing, gives it up when it does not answer, and ends a
 * connection that carries no messages. One timer, armed again only when it fires: traffic costs a time stamp.
 */
import type { EventLoop, TimerHandle } from '@oxbow/loop';

/** The waits, in milliseconds; Infinity turns one off. */
export interface KeepaliveOptions {
  /** Silence of the peer before it is pinged. */
  readonly pingIntervalMs: number;
  /** Silence after a ping before the peer counts as dead. */
  readonly pongTimeoutMs: number;
  /** Time without a message, either way, before the connection is closed. */
  readonly idleTimeoutMs: number;
}

/** What the keepalive tells its connection. */
export interface KeepaliveOwner {
  /** The peer is silent: ping it. */
  onSilence(): void;
  /** It did not answer. */
  onDead(silentMs: number): void;
  /** No messages went for too long. */
  onIdle(idleMs: number): void;
  /** Whether we do not read from the peer at the moment, so that its silence means nothing. */
  readonly isReadingPaused: boolean;
}

/** One connection's watch. */
export class Keepalive {
  readonly #loop: EventLoop;
  readonly #options: KeepaliveOptions;
  readonly #owner: KeepaliveOwner;
  #timer: TimerHandle | undefined;
  /** In whole milliseconds: a number with a fraction is an object of its own. */
  #heardAtMs: number;
  #messageAtMs: number;
  #pingedAtMs: number | undefined;
  /** When the ping was sent whose Pong would tell the latency. */
  #measuredFromMs: number | undefined;

  constructor(loop: EventLoop, options: KeepaliveOptions, owner: KeepaliveOwner) {
    this.#loop = loop;
    this.#options = options;
    this.#owner = owner;
    this.#heardAtMs = Math.ceil(loop.time());
    this.#messageAtMs = this.#heardAtMs;
    this.#arm();
  }

  /** Bytes came from the peer. */
  heard(nowMs: number): void {
    this.#heardAtMs = nowMs;
    this.#pingedAtMs = undefined;
  }

  /** A Pong came. @returns how long it took, in ms; undefined when no ping of ours waits for one */
  pong(nowMs: number): number | undefined {
    const fromMs = this.#measuredFromMs;
    this.#measuredFromMs = undefined;
    return fromMs === undefined ? undefined : nowMs - fromMs;
  }

  /** A message came or went. */
  message(): void {
    // Asking the time costs as much as a small message; nobody wants to know it without an idle timeout.
    if (this.#options.idleTimeoutMs !== Number.POSITIVE_INFINITY)
      this.#messageAtMs = Math.ceil(this.#loop.time());
  }

  /** Ends the watch. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    const dueMs = Math.min(this.#silenceDueMs(), this.#messageAtMs + this.#options.idleTimeoutMs);
    if (dueMs === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#loop.callAt(dueMs, () => this.#check());
  }

  #silenceDueMs(): number {
    const { pingIntervalMs, pongTimeoutMs } = this.#options;
    return this.#pingedAtMs === undefined
      ? this.#heardAtMs + pingIntervalMs
      : this.#pingedAtMs + pongTimeoutMs;
  }

  #check(): void {
    this.#timer = undefined;
    const nowMs = this.#loop.time();
    if (nowMs >= this.#messageAtMs + this.#options.idleTimeoutMs) {
      this.#owner.onIdle(nowMs - this.#messageAtMs);
      return;
    }
    if (nowMs >= this.#silenceDueMs()) {
      if (this.#pingedAtMs !== undefined && !this.#owner.isReadingPaused) {
        this.#owner.onDead(nowMs - this.#heardAtMs);
        return;
      }
      this.#pingedAtMs = nowMs;
      this.#measuredFromMs = nowMs;
      this.#owner.onSilence();
    }
    this.#arm();
  }
}
