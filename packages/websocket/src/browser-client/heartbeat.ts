/**
 * Finds a dead line from a page, which can neither send a Ping nor see one: an envelope goes out now and then, and the server
 * answers it. A server that knows no envelopes never answers the first one; then nothing more is asked of it, and nothing is
 * concluded from its silence.
 */
import { type Envelope, sealed } from '../envelope/envelope.ts';
import type { TimerHost } from './web-socket-like.ts';

/** How often to ask, and how long to wait, in ms. */
export interface HeartbeatOptions {
  /** Silence of the server before it is asked; Infinity asks only once, at the start. Default 20,000. */
  readonly intervalMs?: number | undefined;
  /** Silence after a question before the line counts as dead. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}

/** The defaults of `HeartbeatOptions`. */
export const HEARTBEAT_DEFAULTS: Readonly<{ intervalMs: number; timeoutMs: number }> = Object.freeze({
  intervalMs: 20_000,
  timeoutMs: 10_000,
});

/** After a wake-up the answer must come sooner: somebody looks at the page. */
const WAKE_TIMEOUT_MS = 3_000;

/** What the heartbeat needs of its socket. */
export interface HeartbeatHost {
  readonly timers: TimerHost;
  /** Sends at once, or not at all. */
  send(envelope: Uint8Array): void;
  dead(): void;
}

/** One socket's heartbeat, across its connections. */
export class Heartbeat {
  readonly #options: Required<{ intervalMs: number; timeoutMs: number }>;
  readonly #host: HeartbeatHost;
  #timer: unknown;
  #lastId = 0;
  #askedAtMs: number | undefined;
  #latencyMs: number | undefined;
  /** Whether this server has ever answered. */
  #isAnswered = false;
  #isRunning = false;

  constructor(options: Required<{ intervalMs: number; timeoutMs: number }>, host: HeartbeatHost) {
    this.#options = options;
    this.#host = host;
  }

  /** How long the last answer took, in ms; undefined before the first. */
  get latencyMs(): number | undefined {
    return this.#latencyMs;
  }

  /** A connection is open. */
  start(): void {
    this.#isRunning = true;
    this.#ask(this.#options.timeoutMs);
  }

  /** The connection is gone. */
  stop(): void {
    this.#isRunning = false;
    this.#askedAtMs = undefined;
    this.#clear();
  }

  /** The page or the network has come back: what seemed alive may be long dead. */
  wake(): void {
    if (this.#isRunning && this.#isAnswered) this.#ask(Math.min(WAKE_TIMEOUT_MS, this.#options.timeoutMs));
  }

  /** Something came from the server, so the line is alive. */
  heard(): void {
    if (!this.#isRunning || !this.#isAnswered || this.#askedAtMs === undefined) return;
    this.#askedAtMs = undefined;
    this.#waitForSilence();
  }

  /** Takes an answer. @returns false when it is none */
  receive({ kind, id }: Envelope): boolean {
    if (kind !== 'pong') return false;
    if (id === this.#lastId && this.#askedAtMs !== undefined) {
      this.#latencyMs = this.#host.timers.now() - this.#askedAtMs;
      this.#isAnswered = true;
      this.#askedAtMs = undefined;
      this.#waitForSilence();
    }
    return true;
  }

  #ask(timeoutMs: number): void {
    this.#clear();
    this.#lastId = (this.#lastId + 1) >>> 0;
    this.#askedAtMs = this.#host.timers.now();
    this.#host.send(sealed('ping', this.#lastId, undefined));
    this.#timer = this.#host.timers.set(() => {
      if (this.#isAnswered) this.#host.dead();
    }, timeoutMs);
  }

  #waitForSilence(): void {
    this.#clear();
    const { intervalMs, timeoutMs } = this.#options;
    if (intervalMs !== Number.POSITIVE_INFINITY) {
      this.#timer = this.#host.timers.set(() => this.#ask(timeoutMs), intervalMs);
    }
  }

  #clear(): void {
    this.#host.timers.clear(this.#timer);
    this.#timer = undefined;
  }
}
