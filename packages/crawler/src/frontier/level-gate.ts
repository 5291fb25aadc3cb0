/**
 * Lets a crawl go deeper only when nothing nearer to a seed is left. A URL with two ways to it is then always found by the shorter
 * one first, however slow the pages on it are. So a limit on depth cuts nothing that a breadth-first walk would reach. It only
 * counts depths: the owner of the URLs holds back those that are too deep.
 */

/** Which level of a crawl is open. */
export class LevelGate {
  /** How many are not settled, by depth. */
  readonly #open = new Map<number, number>();
  #level = 0;

  /** So many more at this depth are to be settled. */
  add(depth: number, count = 1): void {
    this.#open.set(depth, (this.#open.get(depth) ?? 0) + count);
  }

  /** One at this depth is settled. */
  end(depth: number): void {
    const left = (this.#open.get(depth) ?? 0) - 1;
    if (left > 0) this.#open.set(depth, left);
    else this.#open.delete(depth);
  }

  /** True when what is so deep has to wait. */
  isClosedTo(depth: number): boolean {
    return depth > this.#level;
  }

  /** Opens the next level that has something, when the present one is done. Gives its depth; undefined while nothing opens. */
  open(): number | undefined {
    const next = Math.min(...this.#open.keys());
    if (!Number.isFinite(next) || next <= this.#level) return undefined;
    this.#level = next;
    return next;
  }
}
