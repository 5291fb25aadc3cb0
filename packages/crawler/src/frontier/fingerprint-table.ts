/**
 * The set of known URLs in 9 bytes each: a keyed 64-bit fingerprint and a state. At a load of at most two thirds that is 14 to 27 bytes
 * a URL in memory, where a Set of strings takes 400 to 500: ten million URLs fit into 270 MB.
 *
 * Two URLs share a fingerprint with probability n²/2⁶⁵: 3 in a million at ten million URLs. The key is secret, so no site can choose
 * URLs that collide. It does not keep the URLs.
 */
import { hash, randomBytes } from 'node:crypto';

const INITIAL_SLOTS = 1024;
/** Open addressing stays quick up to here. */
const MAX_LOAD = 2 / 3;

/** A set of strings with one small number (1 to 255) for each. */
export class FingerprintTable {
  readonly #key: string;
  #fingerprints = new Uint32Array(2 * INITIAL_SLOTS);
  #states = new Uint8Array(INITIAL_SLOTS);
  #size = 0;

  constructor(key: string = randomBytes(16).toString('latin1')) {
    this.#key = key;
  }

  /** Strings in the table. */
  get size(): number {
    return this.#size;
  }

  /** The state of a string; 0 when it is not in the table. */
  get(text: string): number {
    const [low, high] = this.#fingerprint(text);
    return this.#states[this.#slotOf(low, high)]!;
  }

  /** Puts a string in, or changes its state (1 to 255). */
  set(text: string, state: number): void {
    const [low, high] = this.#fingerprint(text);
    const slot = this.#slotOf(low, high);
    if (this.#states[slot] === 0) {
      this.#size++;
      this.#fingerprints[2 * slot] = low;
      this.#fingerprints[2 * slot + 1] = high;
    }
    this.#states[slot] = state;
    if (this.#size > this.#states.length * MAX_LOAD) this.#grow();
  }

  /** The slot that holds a fingerprint, or the free one where it belongs. */
  #slotOf(low: number, high: number): number {
    const mask = this.#states.length - 1;
    let slot = low & mask;
    while (this.#states[slot] !== 0) {
      if (this.#fingerprints[2 * slot] === low && this.#fingerprints[2 * slot + 1] === high) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #fingerprint(text: string): readonly [number, number] {
    const digest = hash('sha1', this.#key + text, 'buffer');
    return [digest.readUInt32LE(0), digest.readUInt32LE(4)];
  }

  #grow(): void {
    const fingerprints = this.#fingerprints;
    const states = this.#states;
    this.#fingerprints = new Uint32Array(2 * fingerprints.length);
    this.#states = new Uint8Array(2 * states.length);
    for (let old = 0; old < states.length; old++) {
      if (states[old] === 0) continue;
      const low = fingerprints[2 * old]!;
      const high = fingerprints[2 * old + 1]!;
      const slot = this.#slotOf(low, high);
      this.#fingerprints[2 * slot] = low;
      this.#fingerprints[2 * slot + 1] = high;
      this.#states[slot] = states[old]!;
    }
  }
}
