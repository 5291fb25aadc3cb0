// What is due when: a hierarchical timing wheel (Varghese and Lauck, 1987). Setting and clearing a timer costs O(1).
//
// Time is cut into ticks of 1 ms. Four wheels of 256 slots cover 2^32 ticks (49.7 days); a timer sits on the wheel of the
// highest byte in which its tick differs from the present one. When the present tick enters a slot of a higher wheel,
// that slot's timers move down. Because the wheel depends on the ticks alone, timers with the same tick always share a
// slot, in the order they were set. Whatever is further away waits in a list of its own, dealt out each 2^32 ticks.
//
// A million timers live through several garbage collections, so a timer is as small as can be: two small integers for
// its time, and two links in a ring that a sentinel closes. Leaving the ring needs nothing but the links.

import type { Turn } from './ready-queue.ts';

/** A place in a ring of timers: a timer, or the sentinel of a slot. */
export interface TimerLink {
  nextTimer: TimerLink | undefined;
  previousTimer: TimerLink | undefined;
}

/** Something that wants to be told when its time has come. */
export interface Timer extends TimerLink {
  /** The first whole millisecond at or after its time. */
  tick: number;
  /** How much before that its time is, in microseconds, 0 to 999. */
  earlierMicros: number;
  /** Called once; what it wants to run goes to the end of `line`. */
  expire(line: ReadyLine): void;
}

/** Where expired timers put what they want to run. */
export interface ReadyLine {
  ready(turn: Turn): void;
}

const MICROS_PER_MS = 1000;

/** Writes a time into a timer, rounded up to the microsecond: it may be late, never early. */
export function setTime(timer: Timer, whenMs: number): void {
  const tick = Math.ceil(whenMs);
  timer.tick = tick;
  timer.earlierMicros = tick === whenMs ? 0 : Math.floor((tick - whenMs) * MICROS_PER_MS);
}

/** A timer's time in milliseconds of the loop's clock. */
export function timeOf(timer: Timer): number {
  return timer.earlierMicros === 0 ? timer.tick : timer.tick - timer.earlierMicros / MICROS_PER_MS;
}

/** Takes a timer off its wheel; harmless when it is on none. */
export function clearTimer(timer: Timer): void {
  const { nextTimer, previousTimer } = timer;
  if (nextTimer === undefined) return;
  previousTimer!.nextTimer = nextTimer;
  nextTimer.previousTimer = previousTimer;
  timer.nextTimer = undefined;
  timer.previousTimer = undefined;
  // Both neighbours are the same only when that is the sentinel: its slot is empty now.
  if (nextTimer === previousTimer) (nextTimer as Sentinel).emptied();
}

/** Closes the ring of one slot, and knows the wheel. */
class Sentinel implements TimerLink {
  nextTimer: TimerLink | undefined = this;
  previousTimer: TimerLink | undefined = this;
  readonly #slot: number;
  readonly #emptied: (slot: number) => void;

  constructor(slot: number, emptied: (slot: number) => void) {
    this.#slot = slot;
    this.#emptied = emptied;
  }

  get empty(): boolean {
    return this.nextTimer === this;
  }

  emptied(): void {
    this.#emptied(this.#slot);
  }
}

const WHEELS = 4;
const BITS = 8;
const SLOTS = 1 << BITS;
const SLOT_MASK = SLOTS - 1;
/** The slot beyond the last wheel: timers further away than all of them reach. */
const FAR = WHEELS * SLOTS;
/** Ticks covered by all wheels together. */
const REACH = 2 ** (BITS * WHEELS);
const WORDS = SLOTS / 32;

/** Timers by deadline. */
export class TimerWheel {
  /** Made when first used. */
  readonly #slots: (Sentinel | undefined)[] = new Array<Sentinel | undefined>(FAR + 1).fill(undefined);
  /** One bit for each slot that holds something. */
  readonly #occupied: Uint32Array = new Uint32Array(WHEELS * WORDS);
  #occupiedSlots = 0;
  readonly #whenEmpty: () => void;
  readonly #slotEmptied = (slot: number): void => this.#release(slot);
  /** Every tick up to here has been expired. */
  #tick: number;

  /**
   * @param nowMs the present time
   * @param whenEmpty called when the last timer has left
   */
  constructor(nowMs: number, whenEmpty: () => void) {
    this.#tick = Math.floor(nowMs);
    this.#whenEmpty = whenEmpty;
  }

  get empty(): boolean {
    return this.#occupiedSlots === 0;
  }

  /**
   * When to look again, in milliseconds: the next deadline's tick, or before it the moment at which far timers move closer.
   * `Infinity` when nothing is set.
   */
  get nextMs(): number {
    return this.empty ? Number.POSITIVE_INFINITY : this.#nextTick();
  }

  /** @param nowMs the present time: the nearer the wheel's present, the fewer moves a timer makes */
  insert(timer: Timer, nowMs: number): void {
    const present = Math.floor(nowMs);
    if (present > this.#tick && (this.empty || this.#nextTick() > present)) this.#tick = present;
    this.#place(timer);
  }

  /** Expires what is due at `nowMs`, in the order of the deadlines, equal ones in the order they were set. */
  expire(nowMs: number, line: ReadyLine): void {
    const until = Math.floor(nowMs);
    while (!this.empty) {
      const next = this.#nextTick();
      if (next > until) return;
      if (next > this.#tick) this.#enter(next);
      this.#expireSlot(next & SLOT_MASK, line);
    }
  }

  /** Drops all. */
  clear(): void {
    for (const sentinel of this.#slots) {
      while (sentinel !== undefined && !sentinel.empty) clearTimer(sentinel.nextTimer as Timer);
    }
  }

  #place(timer: Timer): void {
    const slot = this.#slotOf(Math.max(this.#tick, timer.tick));
    const sentinel = (this.#slots[slot] ??= new Sentinel(slot, this.#slotEmptied));
    if (sentinel.empty) {
      this.#occupiedSlots++;
      if (slot < FAR) this.#occupied[slot >> 5]! |= 1 << (slot & 31);
    }
    const last = sentinel.previousTimer!;
    timer.nextTimer = sentinel;
    timer.previousTimer = last;
    last.nextTimer = timer;
    sentinel.previousTimer = timer;
  }

  #release(slot: number): void {
    if (slot < FAR) this.#occupied[slot >> 5]! &= ~(1 << (slot & 31));
    if (--this.#occupiedSlots === 0) this.#whenEmpty();
  }

  #slotOf(tick: number): number {
    const difference = (tick ^ this.#tick) >>> 0;
    if (tick - this.#tick >= REACH || Math.floor(tick / REACH) !== Math.floor(this.#tick / REACH)) return FAR;
    if (difference < SLOTS) return tick & SLOT_MASK;
    if (difference < SLOTS ** 2) return SLOTS + ((tick >>> BITS) & SLOT_MASK);
    if (difference < SLOTS ** 3) return 2 * SLOTS + ((tick >>> (2 * BITS)) & SLOT_MASK);
    return 3 * SLOTS + ((tick >>> (3 * BITS)) & SLOT_MASK);
  }

  /** The tick of the next slot in use; on the higher wheels, and for far timers, the tick at which it is dealt out. */
  #nextTick(): number {
    for (let wheel = 0; wheel < WHEELS; wheel++) {
      const shift = wheel * BITS;
      // A slot of a higher wheel that has been entered is empty, so looking from the present slot on is right for all.
      const slot = this.#nextSlot(wheel, (this.#tick >>> shift) & SLOT_MASK);
      if (slot < 0) continue;
      const span = 2 ** (shift + BITS);
      return Math.floor(this.#tick / span) * span + slot * 2 ** shift;
    }
    return (Math.floor(this.#tick / REACH) + 1) * REACH;
  }

  #nextSlot(wheel: number, from: number): number {
    const base = wheel * WORDS;
    let word = from >> 5;
    let bits = this.#occupied[base + word]! & (-1 << (from & 31));
    while (bits === 0) {
      if (++word === WORDS) return -1;
      bits = this.#occupied[base + word]!;
    }
    return (word << 5) + (31 - Math.clz32(bits & -bits));
  }

  /** Moves the present on to `tick`, dealing out the slots of the higher wheels it enters. */
  #enter(tick: number): void {
    const before = this.#tick;
    this.#tick = tick;
    if (Math.floor(before / REACH) !== Math.floor(tick / REACH)) this.#deal(FAR);
    for (let wheel = WHEELS - 1; wheel > 0; wheel--) {
      const shift = wheel * BITS;
      if (Math.floor(before / 2 ** shift) === Math.floor(tick / 2 ** shift)) continue;
      this.#deal(wheel * SLOTS + ((tick >>> shift) & SLOT_MASK));
    }
  }

  /** Places the timers of a slot anew, in their order. */
  #deal(slot: number): void {
    const sentinel = this.#slots[slot];
    if (sentinel === undefined || sentinel.empty) return;
    let link = sentinel.nextTimer!;
    sentinel.nextTimer = sentinel;
    sentinel.previousTimer = sentinel;
    if (slot < FAR) this.#occupied[slot >> 5]! &= ~(1 << (slot & 31));
    this.#occupiedSlots--;
    while (link !== sentinel) {
      const next = link.nextTimer!;
      this.#place(link as Timer);
      link = next;
    }
  }

  #expireSlot(slot: number, line: ReadyLine): void {
    const sentinel = this.#slots[slot];
    if (sentinel === undefined) return;
    const due: Timer[] = [];
    let sorted = true;
    for (let link = sentinel.nextTimer!; link !== sentinel; link = link.nextTimer!) {
      const timer = link as Timer;
      const before = due[due.length - 1];
      if (before !== undefined && timeOf(before) > timeOf(timer)) sorted = false;
      due.push(timer);
    }
    // Deadlines within one millisecond share a slot, and so does what was overdue when it was set.
    if (!sorted) due.sort((a, b) => timeOf(a) - timeOf(b));
    for (const timer of due) {
      if (timer.nextTimer === undefined) continue;
      clearTimer(timer);
      timer.expire(line);
    }
  }
}
