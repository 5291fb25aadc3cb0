/**
 * One worker of a pool and the calls on their way to it. It decides how many those may be; which, is the
 * pool's affair.
 */

import type { RemoteCall } from '../call/remote-call.ts';
import { type EventMessage, type FromWorker, MAX_IN_FLIGHT, READY } from '../call/wire.ts';
import type { WorkerExit } from '../errors.ts';
import type { LinkOwner, OutgoingCall, WorkerLink } from '../worker/worker-link.ts';

/** What a worker tells its pool. */
export interface PoolWorkerOwner {
  /** A call was answered, or skipped after it was taken back (`call` is undefined then). */
  answered(worker: PoolWorker, call: RemoteCall<unknown> | undefined, message: FromWorker): void;
  emitted?(event: EventMessage): void;
  exited(worker: PoolWorker, exit: WorkerExit): void;
}

/**
 * A worker that answered within this time, in milliseconds, gets more calls at once: the trip would cost more
 * than the call.
 */
const QUICK_ANSWER_MS = 1;
/**
 * How long a worker keeps the process alive after its last call, in milliseconds: the next one often comes at
 * once.
 */
const LINGER_MS = 1;
/** One call runs, one is there when it ends. */
const LEAST_DEPTH = 2;

/** A worker as its pool sees it. */
export class PoolWorker implements LinkOwner {
  readonly link: WorkerLink;
  readonly #owner: PoolWorkerOwner;
  /** By slot. A taken-back call leaves its slot occupied until the worker has skipped it. */
  readonly #calls: (RemoteCall<unknown> | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  #outgoing: OutgoingCall[] = [];
  #lastAnswerMs = 0;
  #depth: number;
  #alive = false;
  #checkPlanned = false;
  /**
   * Slots that are occupied: by calls on their way, and by those taken back that the worker has not skipped
   * yet.
   */
  inFlight = 0;
  /** Calls and listeners that keep this process alive. */
  #awaited = 0;
  #heldToItsEnd = false;
  /** Since when it has had nothing to do, on the clock of performance.now(). */
  idleSinceMs: number = performance.now();
  /** It has said that it is up. */
  ready = false;
  /** It gets no more calls: it is about to end. */
  ending = false;

  constructor(owner: PoolWorkerOwner, open: (owner: LinkOwner) => WorkerLink) {
    this.#owner = owner;
    this.link = open(this);
    const { maxInFlight } = this.link;
    this.#depth = Math.min(LEAST_DEPTH, maxInFlight);
    for (let slot = maxInFlight - 1; slot >= 0; slot--) this.#freeSlots.push(slot);
  }

  get idle(): boolean {
    return this.inFlight === 0 && !this.ending;
  }

  /** How many more calls it should be given now. */
  get room(): number {
    return this.ending ? 0 : this.#depth - this.inFlight;
  }

  /** Half of what it may have: time for more. */
  get low(): boolean {
    return !this.ending && this.inFlight * 2 <= this.#depth;
  }

  /** Takes a call; it goes out with the next `flush`. */
  take(call: RemoteCall<unknown>): void {
    const slot = this.#freeSlots.pop()!;
    call.slot = slot;
    call.worker = this;
    this.#calls[slot] = call;
    if (this.inFlight++ === 0) this.#lastAnswerMs = performance.now();
    this.hold(1);
    this.#outgoing.push({ slot, request: call.request! });
  }

  /**
   * Sends what was taken. A call whose arguments cannot be cloned is given to `refuse`; the others go.
   */
  flush(refuse: (call: RemoteCall<unknown>, error: unknown) => void): void {
    const outgoing = this.#outgoing;
    if (outgoing.length === 0) return;
    this.#outgoing = [];
    try {
      this.link.send(outgoing);
    } catch {
      for (const each of outgoing) {
        try {
          this.link.send([each]);
        } catch (error) {
          const call = this.#calls[each.slot]!;
          this.#release(each.slot);
          refuse(call, error);
        }
      }
    }
  }

  /** Takes a call back from the worker; false when it may have begun. */
  takeBack(call: RemoteCall<unknown>): boolean {
    const slot = call.slot!;
    const index = this.#outgoing.findIndex((each) => each.slot === slot);
    if (index >= 0) {
      this.#outgoing.splice(index, 1);
      this.#release(slot);
      return true;
    }
    if (!this.link.takeBack(slot)) return false;
    this.#forget(slot);
    return true;
  }

  /** The calls it has not answered, the oldest first. */
  get calls(): RemoteCall<unknown>[] {
    return this.#calls.filter((call) => call !== undefined);
  }

  /** Whether the function of a call may have run. */
  begun(call: RemoteCall<unknown>): boolean {
    return this.ready && this.link.begun(call.slot!);
  }

  /** Nobody waits for this call any more: it does not keep the process alive. */
  abandon(call: RemoteCall<unknown>): void {
    this.#forget(call.slot!);
  }

  answered(message: FromWorker): void {
    const [slot, outcome] = message;
    if (outcome === READY) {
      this.ready = true;
      return;
    }
    const call = this.#calls[slot];
    this.#release(slot);
    this.#adapt();
    this.#owner.answered(this, call, message);
  }

  emitted(event: EventMessage): void {
    this.#owner.emitted?.(event);
  }

  exited(exit: WorkerExit): void {
    this.ending = true;
    this.#owner.exited(this, exit);
  }

  /** The call in this slot is nobody's any more; the worker may still say something about it. */
  #forget(slot: number): void {
    if (this.#calls[slot] === undefined) return;
    this.#calls[slot]!.slot = undefined;
    this.#calls[slot]!.worker = undefined;
    this.#calls[slot] = undefined;
    this.hold(-1);
  }

  #release(slot: number): void {
    this.#forget(slot);
    this.#freeSlots.push(slot);
    this.inFlight--;
  }

  #adapt(): void {
    const nowMs = performance.now();
    const { maxInFlight } = this.link;
    this.#depth =
      nowMs - this.#lastAnswerMs < QUICK_ANSWER_MS
        ? Math.min(this.#depth * 2, maxInFlight, MAX_IN_FLIGHT)
        : Math.min(LEAST_DEPTH, maxInFlight);
    this.#lastAnswerMs = nowMs;
    if (this.inFlight === 0) this.idleSinceMs = nowMs;
  }

  /**
   * Keeps this process alive until the worker has ended: a closing task waits for that. One that is still starting is in no call,
   * and a process that ended first would leave the task without an answer.
   */
  holdToItsEnd(): void {
    this.#heldToItsEnd = true;
    this.link.keepAlive(true);
  }

  /** How many more reasons there are for it to keep this process alive: its calls, and its listeners. */
  hold(change: number): void {
    this.#awaited += change;
    if (this.#awaited > 0 === this.#alive || this.#checkPlanned) return;
    if (this.#awaited > 0) {
      this.#alive = true;
      this.link.keepAlive(true);
      return;
    }
    // Later: calls made one after the other would switch it off and on each time.
    this.#checkPlanned = true;
    setTimeout(() => {
      this.#checkPlanned = false;
      if (this.#awaited > 0 || this.ending || this.#heldToItsEnd) return;
      this.#alive = false;
      this.link.keepAlive(false);
    }, LINGER_MS);
  }
}
