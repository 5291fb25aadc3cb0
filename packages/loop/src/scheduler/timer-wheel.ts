// What is due when: a hierarchical timing wheel (Varghese and Lauck, 1987). Setting and clearing a timer costs O(1).
//
// Time is cut into ticks of 1 ms. Four wheels of 256 slots cover 2^32 ticks (49.7 days); a timer sits on the wheel of the
// highest byte in which its tick differs from the present one. When the present tick enters a slot of a higher wheel,
// that slot's timers move down. Because the wheel depends on the ticks alone, timers with the same tick always share a
// slot, in the order they were set. Whatever is further away waits in a list of its own, which is dealt out each 2^32 ticks.

/** Something that wants to be told when its time has come; the wheel keeps the links. */
export interface Timer {
  /** Absolute, in milliseconds of the loop's clock. */
  whenMs: number;
  /** Where it hangs: an index over all slots, -1 when it is not set. */
  slot: number;
  nextTimer: Timer | undefined;
  previousTimer: Timer | undefined;
  expire(): void;
}

const WHEELS = 4;
const BITS = 8;
const SLOTS = 1 << BITS;
const SLOT_MASK = SLOTS - 1;
/** Beyond the last wheel: timers further away than all of them reach. */
const FAR = WHEELS * SLOTS;
/** Ticks covered by all wheels together. */
const REACH = 2 ** (BITS * WHEELS);
const WORDS = SLOTS / 32;

/** Timers by deadline. */
export class TimerWheel {
  readonly #first: (Timer | undefined)[] = new Array<Timer | undefined>(FAR + 1).fill(undefined);
  readonly #last: (Timer | undefined)[] = new Array<Timer | undefined>(FAR + 1).fill(undefined);
  /** One bit for each slot that holds something. */
  readonly #occupied: Uint32Array = new Uint32Array(WHEELS * WORDS);
  readonly #startMs: number;
  /** Every tick up to here has been expired. */
  #tick = 0;
  size = 0;

  /** @param nowMs the present time: what the ticks count from */
  constructor(nowMs: number) {
    this.#startMs = Math.floor(nowMs);
  }

  /**
   * When to look again, in milliseconds: the next deadline's tick, or before it the moment at which far timers move closer.
   * `Infinity` when nothing is set.
   */
  get nextMs(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : this.#startMs + this.#nextTick();
  }

  /** @param nowMs the present time: the nearer the wheel's present, the fewer moves a timer makes */
  insert(timer: Timer, nowMs: number): void {
    const present = Math.floor(nowMs - this.#startMs);
    if (present > this.#tick && (this.size === 0 || this.#nextTick() > present)) this.#tick = present;
    this.size++;
    this.#place(timer);
  }

  /** Harmless when it is not set. */
  remove(timer: Timer): void {
    const { slot, nextTimer, previousTimer } = timer;
    if (slot < 0) return;
    if (previousTimer === undefined) this.#first[slot] = nextTimer;
    else previousTimer.nextTimer = nextTimer;
    if (nextTimer === undefined) this.#last[slot] = previousTimer;
    else nextTimer.previousTimer = previousTimer;
    timer.slot = -1;
    timer.nextTimer = undefined;
    timer.previousTimer = undefined;
    this.size--;
    if (this.#first[slot] === undefined && slot < FAR) this.#occupied[slot >> 5]! &= ~(1 << (slot & 31));
  }

  /** Expires what is due at `nowMs`, in the order of the deadlines, equal ones in the order they were set. */
  expire(nowMs: number): void {
    const until = Math.floor(nowMs - this.#startMs);
    while (this.size > 0) {
      const next = this.#nextTick();
      if (next > until) break;
      if (next > this.#tick) this.#enter(next);
      this.#expireSlot(next & SLOT_MASK);
    }
    if (until > this.#tick && this.size === 0) this.#tick = until;
  }

  clear(): void {
    for (let slot = 0; slot <= FAR; slot++) {
      for (let timer = this.#first[slot]; timer !== undefined; timer = this.#first[slot]) this.remove(timer);
    }
  }

  #place(timer: Timer): void {
    // Rounded up, so that a timer may be late by a part of a tick, never early.
    const tick = Math.max(this.#tick, Math.ceil(timer.whenMs - this.#startMs));
    const slot = this.#slotOf(tick);
    const last = this.#last[slot];
    timer.slot = slot;
    timer.previousTimer = last;
    if (last === undefined) {
      this.#first[slot] = timer;
      if (slot < FAR) this.#occupied[slot >> 5]! |= 1 << (slot & 31);
    } else last.nextTimer = timer;
    this.#last[slot] = timer;
  }

  #slotOf(tick: number): number {
    if (Math.floor(tick / REACH) !== Math.floor(this.#tick / REACH)) return FAR;
    const difference = (tick ^ this.#tick) >>> 0;
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

  #deal(slot: number): void {
    let timer = this.#first[slot];
    this.#first[slot] = undefined;
    this.#last[slot] = undefined;
    if (slot < FAR) this.#occupied[slot >> 5]! &= ~(1 << (slot & 31));
    while (timer !== undefined) {
      const next = timer.nextTimer;
      timer.nextTimer = undefined;
      timer.previousTimer = undefined;
      this.#place(timer);
      timer = next;
    }
  }

  #expireSlot(slot: number): void {
    const due: Timer[] = [];
    let sorted = true;
    for (let timer = this.#first[slot]; timer !== undefined; timer = timer.nextTimer) {
      if (due.length > 0 && due[due.length - 1]!.whenMs > timer.whenMs) sorted = false;
      due.push(timer);
    }
    // Deadlines within one millisecond share a slot.
    if (!sorted) due.sort((a, b) => a.whenMs - b.whenMs);
    for (const timer of due) {
      if (timer.slot < 0) continue;
      this.remove(timer);
      timer.expire();
    }
  }
}
