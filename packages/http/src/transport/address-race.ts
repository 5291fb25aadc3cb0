/**
 * Connecting to a host with several addresses (RFC 8305, "Happy Eyeballs"). Attempts start one after the other with a short
 * delay, and earlier ones go on while later ones are tried. The first to connect wins, the others are closed. Knows nothing
 * of sockets: the caller says what an attempt is.
 */
import type { EventLoop, TimerHandle } from '@oxbow/loop';
import type { ResolvedAddress } from './resolver.ts';

/** RFC 8305 §5: the recommended Connection Attempt Delay. */
export const CONNECTION_ATTEMPT_DELAY_MS = 250;

/** One attempt under way. */
export interface Dialing {
  /** Gives it up; it calls nothing afterwards. */
  close(): void;
}

/** How one address is dialed: calls exactly one of the two, once, on a later turn, unless it was closed before. */
export type Dial<D extends Dialing> = (
  address: ResolvedAddress,
  onConnected: (dialing: D) => void,
  onFailed: (error: Error) => void,
) => D;

/** What a race ends in. */
export interface RaceResult<D> {
  onWon(winner: D): void;
  /** No address could be connected to; the errors in the order of the addresses that were tried. */
  onLost(errors: readonly Error[]): void;
}

/** The addresses of both families in turn, beginning with that of the first (RFC 8305 §4); within a family the resolver's order. */
export function interleaveFamilies(addresses: readonly ResolvedAddress[]): ResolvedAddress[] {
  const first = addresses.filter(({ family }) => family === addresses[0]?.family);
  const second = addresses.filter(({ family }) => family !== addresses[0]?.family);
  const mixed: ResolvedAddress[] = [];
  for (let i = 0; i < Math.max(first.length, second.length); i++) {
    for (const list of [first, second]) {
      const address = list[i];
      if (address !== undefined) mixed.push(address);
    }
  }
  return mixed;
}

/** One race over the addresses of a host. It has no end of its own: timeouts come from above as a cancel. */
export class AddressRace<D extends Dialing> {
  readonly #loop: EventLoop;
  readonly #addresses: readonly ResolvedAddress[];
  readonly #dial: Dial<D>;
  readonly #result: RaceResult<D>;
  readonly #dialing = new Set<D>();
  readonly #errors: Error[] = [];
  #next = 0;
  #timer: TimerHandle | undefined;

  constructor(loop: EventLoop, addresses: readonly ResolvedAddress[], dial: Dial<D>, result: RaceResult<D>) {
    this.#loop = loop;
    this.#addresses = interleaveFamilies(addresses);
    this.#dial = dial;
    this.#result = result;
  }

  /** Dials the first address. Called once. */
  start(): void {
    this.#dialNext();
  }

  /** Gives up; nothing is called afterwards. */
  cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#next = this.#addresses.length;
    for (const dialing of this.#dialing) dialing.close();
    this.#dialing.clear();
  }

  #dialNext(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const address = this.#addresses[this.#next++];
    if (address === undefined) return;
    const dialing = this.#dial(
      address,
      (winner) => {
        this.#dialing.delete(winner);
        this.cancel();
        this.#result.onWon(winner);
      },
      (error) => {
        this.#dialing.delete(dialing);
        this.#onFailed(error);
      },
    );
    this.#dialing.add(dialing);
    // A loop that has ended gives no more delays: the next address then waits for the failure of this one.
    if (this.#next < this.#addresses.length && !this.#loop.closed) {
      this.#timer = this.#loop.callLater(CONNECTION_ATTEMPT_DELAY_MS, () => this.#dialNext());
    }
  }

  #onFailed(error: Error): void {
    this.#errors.push(error);
    if (this.#next < this.#addresses.length) this.#dialNext();
    else if (this.#dialing.size === 0) this.#result.onLost(this.#errors);
  }
}
