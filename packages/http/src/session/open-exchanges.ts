/**
 * What a session has under way, as a list that runs through its members: coming and going happens once a request, and a Set
 * took a fourteenth of all that a request costs above its transport.
 */

/** A member. The links belong to {@link OpenExchanges}. */
export interface OpenExchange<Self> {
  previousOpen: Self | undefined;
  nextOpen: Self | undefined;
}

/** Everything begun and not over. */
export class OpenExchanges<E extends OpenExchange<E>> {
  #newest: E | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** It must not be in the list. */
  add(exchange: E): void {
    const next = this.#newest;
    exchange.nextOpen = next;
    if (next !== undefined) next.previousOpen = exchange;
    this.#newest = exchange;
    this.#size++;
  }

  /** Harmless for one that is not in the list. */
  remove(exchange: E): void {
    const { previousOpen, nextOpen } = exchange;
    if (previousOpen !== undefined) previousOpen.nextOpen = nextOpen;
    else if (this.#newest === exchange) this.#newest = nextOpen;
    else return;
    if (nextOpen !== undefined) nextOpen.previousOpen = previousOpen;
    exchange.previousOpen = undefined;
    exchange.nextOpen = undefined;
    this.#size--;
  }

  /** Those of this moment, oldest first. */
  all(): E[] {
    const all: E[] = [];
    for (let one = this.#newest; one !== undefined; one = one.nextOpen) all.push(one);
    return all.reverse();
  }
}
