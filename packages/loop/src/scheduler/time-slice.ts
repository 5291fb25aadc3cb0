/**
 * How long turns may go on before the host gets its share, so that sockets and host timers are served however busy the
 * tasks are. It knows the clock and the host's event loop, not what a turn is.
 *
 * A slice is time in which the host got nothing. When it turns out that the host's loop has gone round meanwhile, the
 * slice starts anew, so a program that mostly waits is never held up. A look at the clock and the host's loop costs
 * as much as a turn or two, so there is one for each portion of turns. The portions grow while turns prove to be
 * short.
 */

import { ioRounds } from '../host/after-io.ts';

/** How long turns may hold the host's loop. 0.5 ms keeps a round trip over a socket, two slices, well below 5 ms. */
export const BUDGET_MS = 0.5;
/** The first portion of a slice, in turns: little is at stake if they are long. */
export const FIRST_TURNS = 8;
/** The largest portion, in turns. */
export const MOST_TURNS = 256;
/** The whole slice, in turns, where time is virtual: the same program takes the same course each time. */
export const VIRTUAL_TURNS = 32;

/** What a slice asks of the host. */
export interface Host {
  /** Milliseconds since an arbitrary start. */
  now(): number;
  /** How often its loop has looked for I/O. */
  rounds(): number;
}

const machine: Host = {
  now: () => performance.now(),
  rounds: ioRounds,
};

/** The time slice of one loop. */
export class TimeSlice {
  /** Turns left of the portion; at 0 or less it is for `isOver` to say whether there is another. */
  turnsLeft = 0;
  readonly #byTurns: boolean;
  readonly #host: Host;
  #startMs = 0;
  #startRounds = 0;
  /** Turns granted since the slice started. */
  #granted = 0;
  #portion = 0;
  #firstPortion = FIRST_TURNS;

  /** @param byTurns do without the clock: a slice is `VIRTUAL_TURNS` turns */
  constructor(byTurns: boolean, host: Host = machine) {
    this.#byTurns = byTurns;
    this.#host = host;
    this.start();
  }

  /** The host has had its share. */
  start(): void {
    if (this.#byTurns) this.turnsLeft = VIRTUAL_TURNS;
    else this.#startAt(this.#host.now(), this.#host.rounds());
  }

  /** Whether the host's turn has come; if not, there is another portion of turns. Ask when no turns are left. */
  isOver(): boolean {
    if (this.#byTurns) return true;
    const nowMs = this.#host.now();
    const rounds = this.#host.rounds();
    if (rounds !== this.#startRounds) {
      this.#startAt(nowMs, rounds);
      return false;
    }
    const elapsedMs = nowMs - this.#startMs;
    const taken = this.#granted - this.turnsLeft;
    if (elapsedMs >= BUDGET_MS) {
      // So few turns fill a slice: the next one looks earlier.
      this.#firstPortion = Math.max(1, Math.min(FIRST_TURNS, Math.floor((taken * BUDGET_MS) / elapsedMs)));
      return true;
    }
    const expected = Math.ceil((taken * (BUDGET_MS - elapsedMs)) / elapsedMs);
    this.#grant(Math.max(1, Math.min(MOST_TURNS, 2 * this.#portion, expected)));
    return false;
  }

  #startAt(nowMs: number, rounds: number): void {
    this.#startMs = nowMs;
    this.#startRounds = rounds;
    this.#granted = 0;
    this.#grant(this.#firstPortion);
  }

  #grant(turns: number): void {
    this.#portion = turns;
    this.#granted += turns;
    this.turnsLeft = turns;
  }
}
