/**
 * Who has which URL, until when. It knows tokens and times; what becomes of a URL whose lease ends is its owner's matter.
 *
 * A token that is not leased was either settled or lost. The lost ones are remembered, which are few: all others that were ever given
 * out are settled, and to settle them again changes nothing.
 */

/** Lost tokens remembered; the one lost first is forgotten first, and counts as settled then. */
export const MAX_LOST_TOKENS = 100_000;

/** One lease. */
export interface Lease<T> {
  readonly item: T;
  readonly workerId: string;
  expiresAtMs: number;
}

/** The leases of one frontier. */
export class LeaseBook<T> {
  readonly #leases = new Map<string, Lease<T>>();
  readonly #lost = new Set<string>();
  readonly #prefix: string;
  #lastToken = 0;

  /** @param prefix of every token: tells them from those of an earlier life of the store */
  constructor(prefix: string) {
    this.#prefix = `${prefix}-`;
  }

  get size(): number {
    return this.#leases.size;
  }

  /** Leases something; gives its token. */
  give(item: T, workerId: string, expiresAtMs: number): string {
    const token = this.#prefix + ++this.#lastToken;
    this.#leases.set(token, { item, workerId, expiresAtMs });
    return token;
  }

  has(token: string): boolean {
    return this.#leases.has(token);
  }

  /** What is leased by a token; undefined when the lease is not there. */
  get(token: string): T | undefined {
    return this.#leases.get(token)?.item;
  }

  /** True when something of this kind is leased. */
  some(test: (item: T) => boolean): boolean {
    for (const { item } of this.#leases.values()) if (test(item)) return true;
    return false;
  }

  /** Ends a lease that is there; gives what was leased. */
  end(token: string): T {
    const { item } = this.#leases.get(token)!;
    this.#leases.delete(token);
    return item;
  }

  /** Prolongs a lease; false when it is not there. */
  renew(token: string, expiresAtMs: number): boolean {
    const lease = this.#leases.get(token);
    if (lease === undefined) return false;
    lease.expiresAtMs = expiresAtMs;
    return true;
  }

  /** True for a token that was given out and is not lost: it is leased, or was settled. */
  isKnown(token: string): boolean {
    if (this.#leases.has(token)) return true;
    if (this.#lost.has(token) || !token.startsWith(this.#prefix)) return false;
    const number = Number(token.slice(this.#prefix.length));
    return number >= 1 && number <= this.#lastToken;
  }

  /** Takes back every lease that ran out. */
  takeExpired(nowMs: number): T[] {
    const expired: T[] = [];
    for (const [token, lease] of this.#leases) {
      if (lease.expiresAtMs > nowMs) continue;
      this.#leases.delete(token);
      this.#lost.add(token);
      if (this.#lost.size > MAX_LOST_TOKENS) this.#lost.delete(this.#lost.values().next().value!);
      expired.push(lease.item);
    }
    return expired;
  }
}
