/**
 * Lets a crawl go deeper only when nothing nearer to a seed is left. A URL that two ways lead to is then always found by the shorter
 * one first, however slow the pages on it are, so that a limit on depth cuts nothing a breadth-first walk would reach.
 * It knows depths and nothing else of what it holds.
 */

/** Holds what is too deep for now. */
export class LevelGate<T extends { readonly depth: number }> {
  /** How many are not settled, by depth. */
  readonly #open = new Map<number, number>();
  readonly #held = new Map<number, T[]>();
  #level = 0;

  /** One more at this depth is to be settled. */
  add(depth: number): void {
    this.#open.set(depth, (this.#open.get(depth) ?? 0) + 1);
  }

  /** One at this depth is settled. */
  end(depth: number): void {
    const left = (this.#open.get(depth) ?? 0) - 1;
    if (left > 0) this.#open.set(depth, left);
    else this.#open.delete(depth);
  }

  /** True when the item has to wait; it is kept until its level opens. */
  holds(item: T): boolean {
    if (item.depth <= this.#level) return false;
    const held = this.#held.get(item.depth);
    if (held === undefined) this.#held.set(item.depth, [item]);
    else held.push(item);
    return true;
  }

  /** What may go on now: nothing while the present level is not done, else all of the next. */
  release(): readonly T[] {
    const depths = [...this.#open.keys()];
    const next = Math.min(...depths);
    if (depths.length === 0 || next <= this.#level) return [];
    this.#level = next;
    const released = this.#held.get(next) ?? [];
    this.#held.delete(next);
    return released;
  }
}
