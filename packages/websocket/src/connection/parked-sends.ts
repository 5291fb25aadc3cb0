/**
 * Sends that wait for room in the byte budget, first come first served. A waiting send holds its caller's data as it
 * is; nothing is copied until it fits.
 */
import { bindToTask, type Settle } from '@oxbow/loop/lowlevel';
import { SlowConsumerError } from '../errors.ts';
import type { Opcode } from '../protocol/opcode.ts';
import { handled, rejected } from './handled.ts';

/** More sends than this wait only when nobody awaits them. */
export const MAX_PARKED_SENDS = 16_384;

/** A send that waits. */
export interface ParkedSend {
  readonly opcode: Opcode;
  readonly data: string | Uint8Array;
  readonly settle: Settle<void>;
}

/** The sends of one connection that wait. */
export class ParkedSends {
  readonly #parked = new Set<ParkedSend>();

  /** How many wait. */
  get size(): number {
    return this.#parked.size;
  }

  /**
   * Waits at the end of the line. The promise belongs to the calling task: cancelling it leaves the line, and the
   * message is not sent.
   */
  park(opcode: Opcode, data: string | Uint8Array): Promise<void> {
    if (this.#parked.size >= MAX_PARKED_SENDS) {
      const actual = this.#parked.size + 1;
      const message = `${actual} sends wait where at most ${MAX_PARKED_SENDS} may: await each send before the next.`;
      return rejected(
        new SlowConsumerError('ERR_OXBOW_WS_TOO_MANY_SENDS', message, MAX_PARKED_SENDS, actual),
      );
    }
    return handled(
      bindToTask<void>((settle) => {
        const send: ParkedSend = { opcode, data, settle };
        this.#parked.add(send);
        return () => {
          this.#parked.delete(send);
        };
      }),
    );
  }

  /** Offers each in turn to `accept`, until it says no. */
  release(accept: (send: ParkedSend) => boolean): void {
    for (const send of this.#parked) {
      if (!accept(send)) return;
      this.#parked.delete(send);
      send.settle.resolve();
    }
  }

  /** Hands all of them to `send`, in order; each then waits for what that gives. */
  releaseAll(send: (parked: ParkedSend) => Promise<void>): void {
    const parked = [...this.#parked];
    this.#parked.clear();
    for (const each of parked) {
      send(each).then(
        () => each.settle.resolve(),
        (error: unknown) => each.settle.reject(error),
      );
    }
  }

  /** Ends the wait of all of them with an error. */
  rejectAll(error: unknown): void {
    const parked = [...this.#parked];
    this.#parked.clear();
    for (const send of parked) send.settle.reject(error);
  }
}
