/**
 * The set of known URLs in 8 bytes each: a keyed 62-bit fingerprint and a state. Two thirds to five sixths of the slots are taken, so a URL
 * costs 10 to 12 bytes of memory, where a Set of strings takes 400 to 500. Ten million URLs fit into 120 MB.
 *
 * The table is made of shards that grow one by one, so no growth has to hold two whole tables or makes anybody wait for
 * one.
 *
 * Two URLs share a fingerprint with probability n²/2⁶³: 1 in 100,000 at ten million URLs. The key is secret, so no site can choose
 * URLs that collide. It does not keep the URLs.
 */
// As a namespace: Node 18 lacks hash, and would say so before the loop can say which Node is needed.
import * as crypto from 'node:crypto';

/** A 62-bit fingerprint, in two halves of 32 and 30 bits. */
export type Fingerprint = readonly [low: number, high: number];

const SHARD_BITS = 6;
const SHARDS = 1 << SHARD_BITS;
const INITIAL_SLOTS = 64;
/** Open addressing is still quick: a search looks at some 18 neighbours at the most loaded. */
const MAX_LOAD = 5 / 6;
/** Small steps: what is free is memory too. */
const GROWTH = 1.25;
/** The state is in the two bits above the fingerprint's high half. */
const STATE_SHIFT = 30;
const HIGH_MASK = 0x3fff_ffff;

/** Address space that a shard reserves; memory is only taken for the slots there are. 64 shards of it hold 200 million URLs. */
const RESERVED_BYTES = 32 * 1024 * 1024;
const SLOT_BYTES = 8;

/**
 * One part of the table: open addressing, two words for each slot. It grows in place: arrays that are freed at every growth leave holes
 * between those that stay, which took a quarter of all memory.
 */
class Shard {
  /** Lent to the shard that grows, one after the other. */
  static #spare = new Uint32Array(2 * INITIAL_SLOTS);
  #words = wordsFor(INITIAL_SLOTS, RESERVED_BYTES);
  #size = 0;

  /** The state of a fingerprint; 0 when it is not there. */
  get(low: number, high: number): number {
    return this.#words[2 * this.#slotOf(low, high) + 1]! >>> STATE_SHIFT;
  }

  /** Gives true for a fingerprint that was not there. */
  set(low: number, high: number, state: number): boolean {
    const at = 2 * this.#slotOf(low, high);
    const isNew = this.#words[at + 1] === 0;
    this.#words[at] = low;
    this.#words[at + 1] = (high | (state << STATE_SHIFT)) >>> 0;
    if (isNew && ++this.#size > (this.#words.length / 2) * MAX_LOAD) this.#grow();
    return isNew;
  }

  /** The slot that holds a fingerprint, or the free one where it belongs. */
  #slotOf(low: number, high: number): number {
    const words = this.#words;
    const slots = words.length / 2;
    // Fingerprints are spread evenly: their share of all there may be is their slot's share of the table.
    for (let slot = Math.floor((low / 2 ** 32) * slots); ; slot = slot + 1 === slots ? 0 : slot + 1) {
      const word = words[2 * slot + 1]!;
      // A slot that is taken has a state, so that it is never 0.
      if (word === 0 || (words[2 * slot] === low && (word & HIGH_MASK) === high)) return slot;
    }
  }

  #grow(): void {
    const { length } = this.#words;
    if (Shard.#spare.length < length) Shard.#spare = new Uint32Array(2 * length);
    const old = Shard.#spare;
    old.set(this.#words);
    this.#words = resized(this.#words, Math.ceil((length / 2) * GROWTH));
    for (let at = 0; at < length; at += 2) {
      const word = old[at + 1]!;
      if (word === 0) continue;
      const slot = this.#slotOf(old[at]!, word & HIGH_MASK);
      this.#words[2 * slot] = old[at]!;
      this.#words[2 * slot + 1] = word;
    }
  }
}

function wordsFor(slots: number, reservedBytes: number): Uint32Array<ArrayBuffer> {
  return new Uint32Array(new ArrayBuffer(slots * SLOT_BYTES, { maxByteLength: reservedBytes }));
}

/** Words for more slots, all 0: the same ones, unless the reserved space is used up. */
function resized(words: Uint32Array<ArrayBuffer>, slots: number): Uint32Array<ArrayBuffer> {
  const { buffer } = words;
  if (slots * SLOT_BYTES > buffer.maxByteLength) return wordsFor(slots, 4 * buffer.maxByteLength);
  words.fill(0);
  buffer.resize(slots * SLOT_BYTES);
  return words;
}

/** A set of strings with one small number (1 to 3) for each. */
export class FingerprintTable {
  readonly #key: string;
  readonly #shards = Array.from({ length: SHARDS }, () => new Shard());
  #size = 0;
  /** A URL is looked up, put in and written one after the other: it is hashed once. */
  #lastText: string | undefined;
  #lastFingerprint: Fingerprint = [0, 0];

  /** @param key what makes the fingerprints of this table its own; 16 bytes as Latin-1 text. Default: a random one */
  constructor(key: string = crypto.randomBytes(16).toString('latin1')) {
    this.#key = key;
  }

  /** Strings in the table. */
  get size(): number {
    return this.#size;
  }

  /** The state of a string; 0 when it is not in the table. */
  get(text: string): number {
    return this.getAt(this.fingerprint(text));
  }

  /** Puts a string in, or changes its state (1 to 3). */
  set(text: string, state: number): void {
    this.setAt(this.fingerprint(text), state);
  }

  /** The state of what has this fingerprint. */
  getAt([low, high]: Fingerprint): number {
    return this.#shardOf(high).get(low, high);
  }

  /** As `set`, by the fingerprint. */
  setAt([low, high]: Fingerprint, state: number): void {
    if (this.#shardOf(high).set(low, high, state)) this.#size++;
  }

  /** What the table knows a string by. */
  fingerprint(text: string): Fingerprint {
    if (text !== this.#lastText) {
      // As text: a buffer for each would cost twice the time.
      const digest = crypto.hash('sha1', this.#key + text, 'binary');
      this.#lastFingerprint = [numberAt(digest, 0), numberAt(digest, 4) & HIGH_MASK];
      this.#lastText = text;
    }
    return this.#lastFingerprint;
  }

  #shardOf(high: number): Shard {
    return this.#shards[high & (SHARDS - 1)]!;
  }
}

/** Four bytes of Latin-1 text, little-endian. */
function numberAt(text: string, at: number): number {
  const low = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 8);
  const high = text.charCodeAt(at + 2) | (text.charCodeAt(at + 3) << 8);
  return (low | (high << 16)) >>> 0;
}
