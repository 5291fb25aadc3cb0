/**
 * Where timers are kept: the places of a slab are parallel arrays, not objects. It knows places, not what a time is for.
 *
 * A million timers live through several garbage collections. In arrays of numbers there is nothing to trace and nothing
 * to copy, so only the handle that a timer's owner holds costs the collector anything. Measured: 40 bytes instead of 64,
 * and well under half of its time. A place is used again at once. Its key counts how often, so that an old key opens
 * nothing.
 */

/** What a place holds: a callback, or something that is told by itself. */
export type TimerEntry = (() => unknown) | Sleeper;

/** Something that waits for a time and is told on the spot. */
export interface Sleeper {
  /** Called once. */
  expire(): void;
}

/** An address is the number of a slab and a place in it: this many bits are the place. */
export const PLACE_BITS = 14;
/** Places of the largest slab: its entries are large enough that the collector never moves them. */
export const MOST_PLACES: number = 2 ** PLACE_BITS;
export const PLACE_MASK: number = MOST_PLACES - 1;

/** Added to a place's key when it becomes free; the highest key, in 31 bits, has been used 2^17 times. */
const NEXT_USE = MOST_PLACES;
const NO_PLACE = -1;

const NO_KEYS = new Int32Array(0);
const NO_TIMES = new Float64Array(0);

/** The wheel, as slabs see it. */
export interface TimerOwner {
  /** Takes a timer out of its ring. */
  unlink(slab: TimerSlab, place: number): void;
  /** A place has become free. */
  released(slab: TimerSlab): void;
}

/** A number of places for timers. */
export class TimerSlab {
  /** Names it in addresses. */
  readonly number: number;
  /** The ring each timer is in: the addresses of the next and of the previous one, in turn. */
  links: Int32Array;
  /** When, in milliseconds. */
  times: Float64Array;
  entries: (TimerEntry | undefined)[];
  /** Places in use. */
  live = 0;
  /** The key of the timer set last. */
  newestKey = 0;
  /** Its wheel knows that it has free places. */
  listed = true;
  /** Places that are never used again: their keys have run out. */
  worn = 0;
  readonly #owner: TimerOwner;
  #keys: Int32Array;
  /** Places up to here have been used; beyond, their memory is untouched. */
  #begun = 0;
  /** The place that became free last; its next link is the one before. */
  #free = NO_PLACE;

  constructor(owner: TimerOwner, number: number, places: number) {
    this.#owner = owner;
    this.number = number;
    this.links = new Int32Array(2 * places);
    this.times = new Float64Array(places);
    this.entries = new Array<TimerEntry | undefined>(places);
    this.#keys = new Int32Array(places);
  }

  get full(): boolean {
    return this.#free === NO_PLACE && this.#begun === this.times.length;
  }

  /** Puts a timer into a free place and returns that; its key is `newestKey`. Ask `full` first. */
  take(entry: TimerEntry, whenMs: number): number {
    let place = this.#free;
    if (place === NO_PLACE) {
      place = this.#begun++;
      this.#keys[place] = place;
    } else this.#free = this.links[2 * place]!;
    this.live++;
    this.times[place] = whenMs;
    this.entries[place] = entry;
    this.newestKey = this.#keys[place]!;
    return place;
  }

  /** The key of the timer in a place. */
  keyOf(place: number): number {
    return this.#keys[place]!;
  }

  /** Whether the timer of that key still has its place: it waits, is due, or its callback runs. */
  holds(key: number): boolean {
    return this.#keys[key & PLACE_MASK] === key;
  }

  /** Its time in milliseconds, while it has its place. */
  timeOf(key: number): number {
    return this.times[key & PLACE_MASK]!;
  }

  /** Takes a timer back that waits or is due. False when it has run, or runs. */
  clear(key: number): boolean {
    const place = key & PLACE_MASK;
    if (this.#keys[place] !== key || this.entries[place] === undefined) return false;
    this.#owner.unlink(this, place);
    this.release(key);
    return true;
  }

  /** The callback that is due, once: its place stays taken until `release`. */
  begin(key: number): (() => unknown) | undefined {
    const place = key & PLACE_MASK;
    if (this.#keys[place] !== key) return undefined;
    const callback = this.entries[place] as () => unknown;
    this.entries[place] = undefined;
    return callback;
  }

  /** Gives the place back. */
  release(key: number): void {
    const place = key & PLACE_MASK;
    if (this.#keys[place] !== key) return;
    this.entries[place] = undefined;
    // Wraps round to something negative, which no handle holds.
    this.#keys[place] = key + NEXT_USE;
    if (this.#keys[place]! < 0) this.worn++;
    else {
      this.links[2 * place] = this.#free;
      this.#free = place;
    }
    this.live--;
    this.#owner.released(this);
  }

  /** Lets go of everything: handles that are still around keep nothing but an empty slab. */
  drop(): void {
    this.links = NO_KEYS;
    this.#keys = NO_KEYS;
    this.times = NO_TIMES;
    this.entries = [];
    this.#free = NO_PLACE;
    this.#begun = 0;
    this.live = 0;
  }
}
