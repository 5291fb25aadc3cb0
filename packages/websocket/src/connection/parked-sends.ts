/**
 * Sends that wait for room in the byte budget, first come first served. A waiting send holds its caller's data as it
 * is; nothing is copied until it fits. What waits here is held beside the budget, so it has a bound of its own: as many
 * bytes again, or one larger message.
 */
import { bindToTask, type Settle } from '@oxbow/loop/lowlevel';
import { SlowConsumerError } from '../errors.ts';
import type { Opcode } from '../protocol/opcode.ts';
import { handled, rejected } from './handled.ts';

/** What a waiting send costs beside its data: its promise and its place in the line. */
export const PARKED_SEND_COST_BYTES = 512;

/** Under a small budget still so much may wait, so that a few senders beside each other can. */
export const LEAST_PARKED_BYTES = 65_536;

/** A send that waits. */
export interface ParkedSend {
  readonly opcode: Opcode;
  readonly data: string | Uint8Array;
  /** What it counts. */
  readonly bytes: number;
  readonly settle: Settle<void>;
}

/** The sends of one connection that wait. */
export class ParkedSends {
  readonly #maxBytes: number;
  readonly #parked = new Set<ParkedSend>();
  #bytes = 0;

  /** @param maxBufferedBytes what may wait together, and at least `LEAST_PARKED_BYTES`; one message alone always may */
  constructor(maxBufferedBytes: number) {
    this.#maxBytes = Math.max(maxBufferedBytes, LEAST_PARKED_BYTES);
  }

  /** How many wait. */
  get size(): number {
    return this.#parked.size;
  }

  /** What they hold, each send with its own cost. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Waits at the end of the line. The promise belongs to the calling task: cancelling it leaves the line, and the
   * message is not sent.
   *
   * @param isBounded false for what is bounded elsewhere, by how many of its kind there can be
   */
  park(opcode: Opcode, data: string | Uint8Array, isBounded = true): Promise<void> {
    const bytes = heldBytes(data) + PARKED_SEND_COST_BYTES;
    if (isBounded && this.#parked.size > 0 && this.#bytes + bytes > this.#maxBytes) {
      const actual = this.#bytes + bytes;
      const message = `${this.#parked.size + 1} sends of ${actual} bytes would wait where at most ${this.#maxBytes} may (maxBufferedBytes): await each send before the next.`;
      return rejected(new SlowConsumerError('ERR_OXBOW_WS_TOO_MANY_SENDS', message, this.#maxBytes, actual));
    }
    return handled(
      bindToTask<void>((settle) => {
        const send: ParkedSend = { opcode, data, bytes, settle };
        this.#parked.add(send);
        this.#bytes += bytes;
        return () => this.#leave(send);
      }),
    );
  }

  /** Offers each in turn to `accept`, until it says no. */
  release(accept: (send: ParkedSend) => boolean): void {
    for (const send of this.#parked) {
      if (!accept(send)) return;
      this.#leave(send);
      send.settle.resolve();
    }
  }

  /** Hands all of them to `send`, in order; each then waits for what that returns. */
  releaseAll(send: (parked: ParkedSend) => Promise<void>): void {
    for (const each of this.#takeAll()) {
      send(each).then(
        () => each.settle.resolve(),
        (error: unknown) => each.settle.reject(error),
      );
    }
  }

  /** Ends the wait of all of them with an error. */
  rejectAll(error: unknown): void {
    for (const send of this.#takeAll()) send.settle.reject(error);
  }

  #takeAll(): readonly ParkedSend[] {
    const parked = [...this.#parked];
    this.#parked.clear();
    this.#bytes = 0;
    return parked;
  }

  #leave(send: ParkedSend): void {
    if (this.#parked.delete(send)) this.#bytes -= send.bytes;
  }
}

/** What holding a message costs: a string's characters may take two bytes each. */
function heldBytes(data: string | Uint8Array): number {
  return typeof data === 'string' ? data.length * 2 : data.byteLength;
}
