/**
 * What one IP address may have and do: connections at once, and upgrades in a second. Knows no clock: it is told the time.
 */
import { RateLimit } from '../connection/rate-limit.ts';

/** Addresses whose rate is remembered; beyond, the one seen first is forgotten. */
export const MAX_REMEMBERED_ADDRESSES = 10_000;

/** The limits of one server for each address; Infinity for none. */
export class AddressLimits {
  readonly #maxConnections: number;
  readonly #maxUpgradesPerSecond: number;
  readonly #connections = new Map<string, number>();
  readonly #rates = new Map<string, RateLimit>();

  constructor(maxConnections: number, maxUpgradesPerSecond: number) {
    this.#maxConnections = maxConnections;
    this.#maxUpgradesPerSecond = maxUpgradesPerSecond;
  }

  /** Counts an upgrade. @returns whether it comes slowly enough */
  allowsUpgrade(address: string | undefined, nowMs: number): boolean {
    if (address === undefined || this.#maxUpgradesPerSecond === Number.POSITIVE_INFINITY) return true;
    const rate = this.#rates.get(address) ?? new RateLimit(this.#maxUpgradesPerSecond);
    this.#rates.set(address, rate);
    if (this.#rates.size > MAX_REMEMBERED_ADDRESSES) {
      const [oldest] = this.#rates.keys();
      this.#rates.delete(oldest!);
    }
    return rate.allows(nowMs);
  }

  /** Whether an address may have one more connection. */
  hasRoom(address: string | undefined): boolean {
    return address === undefined || (this.#connections.get(address) ?? 0) < this.#maxConnections;
  }

  /** A connection of an address has begun, or is being judged. */
  enter(address: string | undefined): void {
    if (address === undefined || this.#maxConnections === Number.POSITIVE_INFINITY) return;
    this.#connections.set(address, (this.#connections.get(address) ?? 0) + 1);
  }

  /** It has ended. */
  leave(address: string | undefined): void {
    const left = (address === undefined ? 0 : (this.#connections.get(address) ?? 0)) - 1;
    if (left > 0) this.#connections.set(address!, left);
    else if (address !== undefined) this.#connections.delete(address);
  }
}
