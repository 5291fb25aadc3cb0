/**
 * Who may be in flight: so many requests per origin, so many in total, the rest wait in a bounded queue.
 * Within an origin first come first served; between origins in turn, so one busy origin cannot starve the others.
 * Knows nothing of requests beyond their origin: each one waiting is called when its turn has come.
 */
import { LinkedItem, LinkedList } from '@oxbow/loop/structures';
import { QueueFullError } from '../errors.ts';
import { AdaptiveLimit, type AdaptiveOptions } from '../resilience/adaptive-limit.ts';

/** The bounds of {@link Admission}. */
export interface AdmissionLimits {
  readonly perOrigin: number;
  readonly total: number;
  readonly maxQueued: number;
  /** How many to one origin is found out from its answers, up to `perOrigin`. */
  readonly adaptive?: AdaptiveOptions | undefined;
}

/** What waits for its turn. */
export interface Waiter {
  /** The slot is yours: give it back with {@link Admission.release}. */
  onAdmitted(): void;
  /** It goes only while fewer than this are in flight to its origin; the common limit holds beside it. */
  readonly perOrigin: number;
  /** Its place in the queue, which belongs to {@link Admission}: begin with undefined. */
  place: LinkedItem<Waiter> | undefined;
}

/** Origins remembered while nothing of theirs is in flight; more are forgotten as soon as they are idle. */
const MAX_IDLE_ORIGINS = 64;

/** The slots of one origin. */
export class OriginSlots {
  readonly origin: string;
  active = 0;
  /** A place for each waiter: its own links are those of the list of its deadlines. */
  readonly queue: LinkedList<LinkedItem<Waiter>> = new LinkedList();
  readonly adaptive: AdaptiveLimit | undefined;

  constructor(origin: string, adaptive?: AdaptiveLimit) {
    this.origin = origin;
    this.adaptive = adaptive;
  }
}

/** A counting semaphore per origin and one over all. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #origins = new Map<string, OriginSlots>();
  /** Origins that have somebody waiting and a slot free: in the order of their turns. */
  readonly #turns = new Set<OriginSlots>();
  #last: OriginSlots | undefined;
  #active = 0;
  #queued = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  get active(): number {
    return this.#active;
  }

  get queued(): number {
    return this.#queued;
  }

  /** The slots of an origin; hold on to the result until it was released or withdrawn from. */
  slotsOf(origin: string): OriginSlots {
    if (this.#last?.origin === origin) return this.#last;
    let slots = this.#origins.get(origin);
    if (slots === undefined) {
      const { adaptive, perOrigin } = this.#limits;
      slots = new OriginSlots(
        origin,
        adaptive === undefined ? undefined : new AdaptiveLimit(adaptive, perOrigin),
      );
      this.#origins.set(origin, slots);
    }
    this.#last = slots;
    return slots;
  }

  /**
   * Asks for a slot. True: it was free and is taken; false: the waiter is in the queue and will be called.
   * @throws {QueueFullError} when `maxQueued` wait already.
   */
  enter(slots: OriginSlots, waiter: Waiter): boolean {
    if (slots.queue.size === 0 && this.#active < this.#limits.total && this.#hasRoom(slots, waiter)) {
      slots.active++;
      this.#active++;
      return true;
    }
    if (this.#queued >= this.#limits.maxQueued) throw new QueueFullError(this.#limits.maxQueued);
    this.#queued++;
    waiter.place = new LinkedItem(waiter);
    slots.queue.push(waiter.place);
    this.#takeTurn(slots);
    return false;
  }

  /** Takes a waiter out of the queue. */
  withdraw(slots: OriginSlots, waiter: Waiter): void {
    this.#dequeue(slots, waiter);
    this.#takeTurn(slots);
    this.#forget(slots);
    if (this.#turns.size > 0) this.#admit();
  }

  /** Gives a slot back; the next in turn is called before this returns. */
  release(slots: OriginSlots): void {
    slots.active--;
    this.#active--;
    this.#takeTurn(slots);
    this.#forget(slots);
    if (this.#turns.size > 0) this.#admit();
  }

  #admit(): void {
    for (const slots of this.#turns) {
      if (this.#active >= this.#limits.total) return;
      const waiter = slots.queue.first!.item;
      this.#dequeue(slots, waiter);
      slots.active++;
      this.#active++;
      this.#turns.delete(slots);
      // A Set visits what is added while it is walked: back in, this origin comes after all the others.
      this.#takeTurn(slots);
      waiter.onAdmitted();
    }
  }

  #hasRoom(slots: OriginSlots, waiter: Waiter): boolean {
    return slots.active < this.limitOf(slots) && slots.active < waiter.perOrigin;
  }

  /** How many requests may be in flight to an origin now. */
  limitOf(slots: OriginSlots): number {
    return slots.adaptive === undefined ? this.#limits.perOrigin : slots.adaptive.value;
  }

  /** The origins remembered. */
  get origins(): Iterable<OriginSlots> {
    return this.#origins.values();
  }

  /** Puts an origin among those whose turn comes, or takes it out: only its first waiter counts. */
  #takeTurn(slots: OriginSlots): void {
    const first = slots.queue.first?.item;
    if (first !== undefined && this.#hasRoom(slots, first)) this.#turns.add(slots);
    else if (this.#turns.size > 0) this.#turns.delete(slots);
  }

  #dequeue(slots: OriginSlots, waiter: Waiter): void {
    slots.queue.remove(waiter.place!);
    waiter.place = undefined;
    this.#queued--;
  }

  #forget(slots: OriginSlots): void {
    if (slots.active > 0 || slots.queue.size > 0 || this.#origins.size <= MAX_IDLE_ORIGINS) return;
    this.#origins.delete(slots.origin);
    if (this.#last === slots) this.#last = undefined;
  }
}
