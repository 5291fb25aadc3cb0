/**
 * Between a socket's stream and its connection: tells the connection when to stop reading. A pause does not take effect
 * at once. A few messages are still read, so that a peer's Pongs and its Close frame are seen although nobody reads at
 * the moment. Too many requests that are being answered stop reading too, and at once.
 */
import { INBOUND_HIGH_WATER } from './message.ts';

/** A connection that can be told to stop reading. */
export interface Readable {
  pauseReading(): void;
  resumeReading(): void;
}

/** The source behind a socket's stream. */
export class ReadingControl {
  /** Told when a reader may have taken messages that waited for it. */
  onTaken: (() => void) | undefined;
  #connection: Readable | undefined;
  #wantsMore = false;
  #isHeld = false;
  /** What may still be read, in messages or KiB, while nobody wants more. */
  #allowance = INBOUND_HIGH_WATER;

  /** Names the connection, or the one that takes its place. */
  of(connection: Readable): void {
    this.#connection = connection;
    if (!this.#mayRead) connection.pauseReading();
  }

  /** A message came in. */
  took(weight: number): void {
    if (this.#wantsMore) return;
    this.#allowance -= weight;
    if (this.#allowance <= 0) this.#connection?.pauseReading();
  }

  /** Nothing more is read while too many requests are being answered. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (isHeld) this.#connection?.pauseReading();
    else if (this.#mayRead) this.#connection?.resumeReading();
  }

  pause(): void {
    this.#wantsMore = false;
    this.#allowance = INBOUND_HIGH_WATER;
  }

  resume(): void {
    this.#wantsMore = true;
    this.onTaken?.();
    if (!this.#isHeld) this.#connection?.resumeReading();
  }

  /** A reader took something that waited for it. */
  taken(): void {
    this.onTaken?.();
  }

  leave(): void {}

  get #mayRead(): boolean {
    return !this.#isHeld && (this.#wantsMore || this.#allowance > 0);
  }
}
