/** Counts what happened within the last so many milliseconds, in ten parts: a part is forgotten as a whole. Knows no clock. */

const PARTS = 10;

/** A count over a sliding window. */
export class WindowCounter {
  readonly #partMs: number;
  readonly #counts: number[] = new Array<number>(PARTS).fill(0);
  #part = 0;
  #sum = 0;

  /** @param windowMs above 0 */
  constructor(windowMs: number) {
    this.#partMs = windowMs / PARTS;
  }

  add(nowMs: number): void {
    this.#forget(nowMs);
    this.#counts[this.#part % PARTS] = (this.#counts[this.#part % PARTS] as number) + 1;
    this.#sum++;
  }

  sum(nowMs: number): number {
    this.#forget(nowMs);
    return this.#sum;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#sum = 0;
  }

  #forget(nowMs: number): void {
    const part = Math.floor(nowMs / this.#partMs);
    const passed = Math.min(part - this.#part, PARTS);
    for (let i = 1; i <= passed; i++) {
      const at = (this.#part + i) % PARTS;
      this.#sum -= this.#counts[at] as number;
      this.#counts[at] = 0;
    }
    if (part !== this.#part) this.#part = part;
  }
}
