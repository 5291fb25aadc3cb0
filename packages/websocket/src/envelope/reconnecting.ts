/**
 * When a client connects again, and when it gives up: for both clients, without a clock or a timer. An end that the user
 * did not ask for is followed by another attempt, unless the peer said goodbye or refused in a way that cannot change.
 *
 * The waits grow with every attempt until a connection has lasted for a while. So a server that accepts and closes at
 * once is not asked at full speed for ever.
 */
import type { Backoff } from '@oxbow/loop/backoff';

/** How a connection ended, as far as it matters here. */
export interface LostConnection {
  readonly code: number;
  readonly wasClean: boolean;
  /** Whether the peer closed it; else this side or the network did. */
  readonly byPeer: boolean;
}

/** Closing like this, a server means to be there again: going away, failed, restarting, overloaded, its upstream gone. */
const COME_BACK: readonly number[] = [1001, 1011, 1012, 1013, 1014];

/** A connection that lasted so long, in ms, is a good one: the next loss begins with short waits again. */
export const STABLE_AFTER_MS = 5_000;

/** The attempts of one client. */
export class Reconnecting {
  readonly #backoff: Backoff;
  #openedAtMs: number | undefined;
  #attempts = 0;

  constructor(backoff: Backoff) {
    this.#backoff = backoff;
  }

  /** Attempts in a row that did not lead to a lasting connection. */
  get attempts(): number {
    return this.#attempts;
  }

  /** A connection is open. */
  opened(nowMs: number): void {
    this.#openedAtMs = nowMs;
  }

  /** The user wants it now: the next wait is a short one. */
  reset(): void {
    this.#attempts = 0;
  }

  /** An open connection ended. @returns the wait before the next attempt in ms; undefined ends it all */
  lost(info: LostConnection, nowMs: number): number | undefined {
    const openedAtMs = this.#openedAtMs ?? nowMs;
    this.#openedAtMs = undefined;
    if (info.byPeer && info.wasClean && !COME_BACK.includes(info.code)) return undefined;
    if (nowMs - openedAtMs >= STABLE_AFTER_MS) this.#attempts = 0;
    return this.#next();
  }

  /** An attempt failed. @param isFinal whether trying again cannot help */
  failed(isFinal: boolean): number | undefined {
    this.#openedAtMs = undefined;
    return isFinal ? undefined : this.#next();
  }

  #next(): number | undefined {
    this.#attempts += 1;
    return this.#backoff.delayMs(this.#attempts);
  }
}

/** Statuses that another try may turn, apart from those of 500 and more: a timeout, too early, too many. */
const PASSING_STATUSES: readonly number[] = [408, 409, 423, 425, 429];

/**
 * Whether a refusal of the handshake stays one: a client's mistake (4xx) or something that is no handshake at all.
 *
 * @param isFresh whether address and headers are made anew for each attempt, so that a new token may help
 */
export function isFinalRefusal(status: number, isFresh: boolean): boolean {
  if (isFresh && (status === 401 || status === 403)) return false;
  return status >= 200 && status < 500 && !PASSING_STATUSES.includes(status);
}
