/**
 * What is due when: a hierarchical timing wheel (Varghese and Lauck, 1987). Setting and clearing a timer costs O(1).
 *
 * Time is cut into ticks of 1 ms. Four wheels of 256 slots cover 2^32 ticks (49.7 days); a timer sits on the wheel of the
 * highest byte in which its tick differs from the present one. When the present tick enters a slot of a higher wheel,
 * that slot's timers move down. Because the wheel depends on the ticks alone, timers with the same tick always share a
 * slot, in the order they were set. Whatever is further away waits in a list of its own, dealt out each 2^32 ticks.
 *
 * The timers of a slot form a ring, closed by an address that stands for the slot itself: leaving needs nothing but the
 * two neighbours. The timers themselves are places in slabs, which are given back when they are empty.
 */

import {
  MOST_PLACES,
  PLACE_BITS,
  PLACE_MASK,
  type TimerEntry,
  type TimerOwner,
  TimerSlab,
} from './timer-slab.ts';

/** Where expired timers put the callbacks that are to run. */
export interface ReadyLine {
  /** The callback of that key is due: `slab.begin` gives it. */
  timerDue(slab: TimerSlab, key: number): void;
}

/** A timer on its way out. */
interface Due {
  readonly slab: TimerSlab;
  readonly key: number;
  readonly timeMs: number;
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

/** Places of the first slab: few loops set more timers at a time. */
const FIRST_PLACES = 256;
/** Each slab has four times as many as the one before, up to `MOST_PLACES`. */
const GROWTH_BITS = 2;
/** In the place of a slab: the rings' own links are the addresses below its number's end. */
const RINGS = 0;
/** The next link of a timer that is in no ring: it is due. */
const NO_LINK = -1;

/** Timers by deadline. Bounded by memory alone: 28 bytes a timer, and less than a slab that stands empty. */
export class TimerWheel implements TimerOwner {
  /** By number; the first number is the rings'. */
  readonly #slabs: (TimerSlab | undefined)[] = [undefined];
  /** The links of each slab, for walks from address to address. */
  readonly #links: (Int32Array | undefined)[] = [undefined];
  #slabCount = 0;
  /** Where the next timer goes. */
  #filling: TimerSlab | undefined;
  /** Other slabs with free places. */
  readonly #roomy = new Set<TimerSlab>();
  /** One empty slab is kept, so that a timer more or less at the end of a slab does not make and drop it each time. */
  #spare: TimerSlab | undefined;
  /** One bit for each slot that holds something. */
  readonly #occupied: Uint32Array = new Uint32Array(WHEELS * WORDS);
  #occupiedSlots = 0;
  readonly #whenEmpty: () => void;
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

  /** Slabs that are kept at present. */
  get slabs(): number {
    return this.#slabCount;
  }

  /**
   * When to look again, in milliseconds: the next deadline's tick, or before it the moment at which far timers move closer.
   * `Infinity` when nothing is set.
   */
  get nextMs(): number {
    return this.empty ? Number.POSITIVE_INFINITY : this.#nextTick();
  }

  /**
   * Sets a timer, and gives the slab it is in; its key is that slab's `newestKey`.
   *
   * @param nowMs the present time: the nearer the wheel's present, the fewer moves a timer makes
   */
  insert(entry: TimerEntry, whenMs: number, nowMs: number): TimerSlab {
    const present = Math.floor(nowMs);
    if (present > this.#tick && (this.empty || this.#nextTick() > present)) this.#tick = present;
    let slab = this.#filling;
    if (slab === undefined || slab.full) slab = this.#nextSlab();
    const place = slab.take(entry, whenMs);
    this.#place((slab.number << PLACE_BITS) | place, Math.ceil(whenMs));
    return slab;
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
    const wasEmpty = this.empty;
    for (const slab of this.#slabs) slab?.drop();
    this.#slabs.length = 1;
    this.#links.length = 1;
    this.#links[RINGS] = undefined;
    this.#slabCount = 0;
    this.#filling = undefined;
    this.#spare = undefined;
    this.#roomy.clear();
    this.#occupied.fill(0);
    this.#occupiedSlots = 0;
    if (!wasEmpty) this.#whenEmpty();
  }

  /** @internal */
  unlink(slab: TimerSlab, place: number): void {
    const next = slab.links[2 * place]!;
    if (next === NO_LINK) return;
    const previous = slab.links[2 * place + 1]!;
    slab.links[2 * place] = NO_LINK;
    this.#linksAt(next)[2 * (next & PLACE_MASK) + 1] = previous;
    this.#linksAt(previous)[2 * (previous & PLACE_MASK)] = next;
    // Both neighbours are the same only when that is the slot itself: it is empty now.
    if (next === previous) this.#release(next);
  }

  /** @internal */
  released(slab: TimerSlab): void {
    if (!slab.listed && !slab.full) {
      slab.listed = true;
      this.#roomy.add(slab);
    }
    if (slab.live === 0) this.#emptied(slab);
  }

  #linksAt(address: number): Int32Array {
    return this.#links[address >> PLACE_BITS]!;
  }

  /** The one being filled is full: another with free places, or a new one. */
  #nextSlab(): TimerSlab {
    if (this.#filling !== undefined) this.#filling.listed = false;
    for (const slab of this.#roomy) {
      this.#roomy.delete(slab);
      this.#filling = slab;
      return slab;
    }
    this.#links[RINGS] ??= emptyRings();
    let number = RINGS + 1;
    while (this.#slabs[number] !== undefined) number++;
    const places = Math.min(MOST_PLACES, FIRST_PLACES << (GROWTH_BITS * Math.min(this.#slabCount, BITS)));
    const slab = new TimerSlab(this, number, places);
    this.#slabs[number] = slab;
    this.#links[number] = slab.links;
    this.#slabCount++;
    this.#filling = slab;
    return slab;
  }

  #emptied(slab: TimerSlab): void {
    const spare = this.#spare;
    if (slab.worn === 0 && (spare === undefined || spare.live > 0 || spare === slab)) {
      this.#spare = slab;
      return;
    }
    if (spare === slab) this.#spare = undefined;
    if (this.#filling === slab) this.#filling = undefined;
    this.#roomy.delete(slab);
    this.#slabs[slab.number] = undefined;
    this.#links[slab.number] = undefined;
    this.#slabCount--;
    slab.drop();
  }

  /** Puts a timer at the end of its slot's ring. */
  #place(address: number, tick: number): void {
    const slot = this.#slotOf(Math.max(this.#tick, tick));
    const rings = this.#links[RINGS]!;
    const last = rings[2 * slot + 1]!;
    if (last === slot) {
      this.#occupiedSlots++;
      if (slot < FAR) this.#occupied[slot >> 5]! |= 1 << (slot & 31);
    }
    const links = this.#linksAt(address);
    links[2 * (address & PLACE_MASK)] = slot;
    links[2 * (address & PLACE_MASK) + 1] = last;
    this.#linksAt(last)[2 * (last & PLACE_MASK)] = address;
    rings[2 * slot + 1] = address;
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
    const rings = this.#links[RINGS]!;
    let address = rings[2 * slot]!;
    if (address === slot) return;
    rings[2 * slot] = slot;
    rings[2 * slot + 1] = slot;
    if (slot < FAR) this.#occupied[slot >> 5]! &= ~(1 << (slot & 31));
    this.#occupiedSlots--;
    while (address !== slot) {
      const slab = this.#slabs[address >> PLACE_BITS]!;
      const place = address & PLACE_MASK;
      const next = slab.links[2 * place]!;
      this.#place(address, Math.ceil(slab.times[place]!));
      address = next;
    }
  }

  #expireSlot(slot: number, line: ReadyLine): void {
    const due: Due[] = [];
    let sorted = true;
    let latestMs = Number.NEGATIVE_INFINITY;
    for (let address = this.#links[RINGS]![2 * slot]!; address !== slot; ) {
      const slab = this.#slabs[address >> PLACE_BITS]!;
      const place = address & PLACE_MASK;
      const timeMs = slab.times[place]!;
      if (timeMs < latestMs) sorted = false;
      latestMs = timeMs;
      due.push({ slab, key: slab.keyOf(place), timeMs });
      address = slab.links[2 * place]!;
    }
    // Deadlines within one millisecond share a slot, and so does what was overdue when it was set.
    if (!sorted) due.sort((a, b) => a.timeMs - b.timeMs);
    for (const { slab, key } of due) {
      // One that expired before it may have taken it back.
      if (!slab.holds(key)) continue;
      const place = key & PLACE_MASK;
      const entry = slab.entries[place]!;
      this.unlink(slab, place);
      if (typeof entry === 'function') line.timerDue(slab, key);
      else {
        slab.release(key);
        entry.expire();
      }
    }
  }
}

/** Each slot's ring, closed by itself. */
function emptyRings(): Int32Array {
  const rings = new Int32Array(2 * (FAR + 1));
  for (let slot = 0; slot <= FAR; slot++) {
    rings[2 * slot] = slot;
    rings[2 * slot + 1] = slot;
  }
  return rings;
}
