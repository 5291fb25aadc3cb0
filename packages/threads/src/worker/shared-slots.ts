/**
 * One word of shared memory for each call on its way to a worker thread, and a bell to wake the thread.
 *
 * Both sides decide by compare-and-exchange who has a call. The pool may take back a call that has not begun,
 * to cancel it or to give it to an idle worker. A function that never waits can still see that it is to stop.
 */

import { MAX_EVENTS, MAX_IN_FLIGHT } from '../call/wire.ts';

const BELL = 0;
const AWAKE = 1;
const ANSWERS = 2;
/** Events that the worker has sent, and those that this side is done with. */
const EVENTS_SENT = 3;
const EVENTS_HEARD = 4;
const FIRST_SLOT = 5;

/** The clock costs as much as some looks at the bell. */
const LOOKS_PER_TIME = 16;

const FREE = 0;
const QUEUED = 1;
const RUNNING = 2;
const CANCEL_REQUESTED = 3;
const TAKEN_BACK = 4;

/** The slots of one worker. */
export class SharedSlots {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  /** @param buffer of the other side; without one, new memory is made */
  constructor(
    buffer: SharedArrayBuffer = new SharedArrayBuffer(
      (FIRST_SLOT + MAX_IN_FLIGHT) * Int32Array.BYTES_PER_ELEMENT,
    ),
  ) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  // The pool's half

  /** The call of this slot is about to be sent. */
  queue(slot: number): void {
    Atomics.store(this.#words, FIRST_SLOT + slot, QUEUED);
  }

  /** The call has been answered. */
  free(slot: number): void {
    Atomics.store(this.#words, FIRST_SLOT + slot, FREE);
  }

  /** Takes a call back; false when the worker has begun it. */
  takeBack(slot: number): boolean {
    return Atomics.compareExchange(this.#words, FIRST_SLOT + slot, QUEUED, TAKEN_BACK) === QUEUED;
  }

  /** Tells the running call to end. */
  requestCancel(slot: number): void {
    Atomics.compareExchange(this.#words, FIRST_SLOT + slot, RUNNING, CANCEL_REQUESTED);
  }

  /** Whether the function may have begun. */
  begun(slot: number): boolean {
    const state = Atomics.load(this.#words, FIRST_SLOT + slot);
    return state === RUNNING || state === CANCEL_REQUESTED;
  }

  /** Whether the worker should wait awake for the next call. */
  keepAwake(yes: boolean): void {
    Atomics.store(this.#words, AWAKE, yes ? 1 : 0);
  }

  /** Wakes the worker if it sleeps in `sleep`. */
  ring(): void {
    Atomics.add(this.#words, BELL, 1);
    Atomics.notify(this.#words, BELL);
  }

  /**
   * How many answers the worker has sent. Asking this takes no lock, as asking the port does: the worker
   * sends under it.
   */
  answers(): number {
    return Atomics.load(this.#words, ANSWERS);
  }

  /** An event has been heard: there is room for another. */
  countEventHeard(): void {
    Atomics.add(this.#words, EVENTS_HEARD, 1);
    Atomics.notify(this.#words, EVENTS_HEARD);
  }

  // The worker's half

  /** Makes room for one event: blocks the thread while `MAX_EVENTS` are on their way. */
  awaitEventRoom(): void {
    const sent = Atomics.add(this.#words, EVENTS_SENT, 1);
    for (;;) {
      const heard = Atomics.load(this.#words, EVENTS_HEARD);
      // Both counters wrap; their difference, in 32 bits, does not.
      if (((sent - heard) | 0) < MAX_EVENTS) return;
      Atomics.wait(this.#words, EVENTS_HEARD, heard);
    }
  }

  /** An answer has been sent. */
  countAnswer(): void {
    Atomics.add(this.#words, ANSWERS, 1);
  }

  /** The worker begins the call; false when the pool has taken it back. */
  claim(slot: number): boolean {
    return Atomics.compareExchange(this.#words, FIRST_SLOT + slot, QUEUED, RUNNING) === QUEUED;
  }

  cancelRequested(slot: number): boolean {
    return Atomics.load(this.#words, FIRST_SLOT + slot) === CANCEL_REQUESTED;
  }

  /** How often the bell has rung: read it before looking for messages. */
  rings(): number {
    return Atomics.load(this.#words, BELL);
  }

  /** Whether the pool wants the worker to wait awake. */
  get awake(): boolean {
    return Atomics.load(this.#words, AWAKE) === 1;
  }

  /**
   * Holds the thread, awake, until the bell rings after `rings` was read (true), or `timeoutMs` have passed.
   */
  listen(rings: number, timeoutMs: number): boolean {
    const endMs = performance.now() + timeoutMs;
    do {
      for (let look = 0; look < LOOKS_PER_TIME; look++) if (this.rings() !== rings) return true;
    } while (performance.now() < endMs);
    return false;
  }

  /** Blocks the thread until the bell rings after `rings` was read, or `timeoutMs` have passed (false). */
  sleep(rings: number, timeoutMs: number): boolean {
    return Atomics.wait(this.#words, BELL, rings, timeoutMs) !== 'timed-out';
  }
}
