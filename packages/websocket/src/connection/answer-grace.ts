/**
 * Holds back the end of a connection until the answers are sent. A peer may say several things at once and then
 * break a rule, or close. It has a right to the answers to what it said before, and they are written on a later
 * turn. So the end waits until a turn of the loop has brought nothing more to send. It waits a few turns at most,
 * and sets no timer.
 */
import type { EventLoop } from '@oxbow/loop';

/** Turns without anything new to send before the end goes on: a coroutine may need one to wake and one to answer. */
const QUIET_TURNS = 2;

/** The most turns the end waits for a handler that goes on answering. */
export const MAX_GRACE_TURNS = 64;

/** Puts one connection's end off. */
export class AnswerGrace {
  readonly #loop: EventLoop;
  /** How much was sent so far; that it grows is all that counts. */
  readonly #sentCount: () => number;
  #end: (() => void) | undefined;

  constructor(loop: EventLoop, sentCount: () => number) {
    this.#loop = loop;
    this.#sentCount = sentCount;
  }

  /** Whether an end waits. */
  get isWaiting(): boolean {
    return this.#end !== undefined;
  }

  /** Calls `end` once the answers are on their way. */
  begin(end: () => void): void {
    this.#end = end;
    this.#afterTurn(MAX_GRACE_TURNS, QUIET_TURNS, this.#sentCount());
  }

  /** Ends what waits at once. */
  now(): void {
    const end = this.#end;
    this.#end = undefined;
    end?.();
  }

  #afterTurn(turns: number, quiet: number, sentBefore: number): void {
    setImmediate(() =>
      this.#loop.callSoon(() => {
        if (this.#end === undefined) return;
        const sent = this.#sentCount();
        const quietLeft = sent === sentBefore ? quiet - 1 : QUIET_TURNS;
        if (quietLeft === 0 || turns === 0) this.now();
        else this.#afterTurn(turns - 1, quietLeft, sent);
      }),
    );
  }
}
