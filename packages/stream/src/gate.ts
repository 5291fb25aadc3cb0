/**
 * The binary gate between a consumer and its sources, and how a source finds it.
 *
 * A terminal, or an operator that queues, carries a Gate under `oxbowGate` on its Subscriber. RxJS 7 links every operator's
 * Subscriber to the next one through `destination`; a source, when it is subscribed to, walks that chain to the nearest
 * gate. So the gate travels through operators that know nothing of it. The gate counts nothing and holds no values: a
 * count would not survive operators that change how many values there are.
 */

import { type CreationSite, siteOfStage } from './creation-site.ts';
import { below } from './rxjs-inside.ts';
import { reportUnhandled } from './unhandled.ts';

/** What waits at a closed gate. */
export interface GateWaiter {
  /** Called synchronously when the gate has opened; the waiter has been taken off the list. */
  wake(): void;
  /** What to call this waiter in a report. */
  readonly label?: string | undefined;
}

/** Who keeps a gate closed, for reports: a terminal or an operator that queues. */
export interface GateKeeper {
  readonly label: string;
  /** In words, what the keeper waits for right now. */
  waitsFor(): string;
  /** How many values wait in the keeper's own queue. */
  readonly queued: number;
  /** How many values its overflow policy has dropped so far; left out by keepers that drop nothing. */
  readonly dropped?: number;
  /** The queues without which nothing of its own goes on. */
  awaits?(): Iterable<Gate>;
  /** The queues that keep its gate closed, when they are not its own. */
  heldBy?(): Iterable<Gate>;
  /** For a terminal: a teardown above has failed after the end had come. */
  teardownFailed?(error: unknown): void;
}

export class Gate implements GateWaiter {
  readonly keeper: GateKeeper;
  /** Where the keeper was asked for, in debug mode. */
  site: CreationSite | undefined = siteOfStage();
  /** The gate further down, when the keeper is an operator; `null` at a terminal. */
  readonly downstream: Gate | null;
  /** True when this gate is closed also while the one further down is. */
  readonly #linked: boolean;
  /** The gates of operators above, while they are subscribed. */
  #upstream: Set<Gate> | undefined;
  /** Who waits longest; most gates have one source, and a set for one costs more than all the rest of a pause. */
  #first: GateWaiter | undefined;
  /** Who waits behind. */
  #others: Set<GateWaiter> | undefined;
  #listeners: Set<GateWaiter> | undefined;
  #teardowns: Set<PromiseLike<unknown>> | undefined;
  #closed = false;
  #waking = false;
  #closedAtMs = 0;
  #pauses = 0;

  /**
   * @param linked closed also while `downstream` is: for a keeper that queues nothing of what it lets through
   */
  constructor(keeper: GateKeeper, downstream: Gate | null = null, linked = false) {
    this.keeper = keeper;
    this.downstream = downstream;
    this.#linked = linked && downstream !== null;
    downstream?.attach(this);
  }

  /** True while sources must hold back. */
  get closed(): boolean {
    return this.#closed || (this.#linked && this.downstream?.closed === true);
  }

  /** True while the keeper itself is the reason. */
  get closedByKeeper(): boolean {
    return this.#closed;
  }

  get label(): string {
    return this.keeper.label;
  }

  /** How often the gate has closed so far. */
  get pauses(): number {
    return this.#pauses;
  }

  /** When the gate closed last, as `performance.now()`. */
  get closedAtMs(): number {
    return this.#closedAtMs;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pauses++;
    this.#closedAtMs = performance.now();
    if (this.#listeners !== undefined) for (const listener of this.#listeners) this.wait(listener);
  }

  /**
   * Lets the sources go on, first come first served, synchronously. When one of them fills the consumer again, the
   * others stay in the queue, in their order. A call from within a wake-up returns at once and the outer one goes on:
   * no recursion, however fast the consumer.
   */
  open(): void {
    if (!this.#closed) return;
    this.#closed = false;
    this.#flush();
  }

  /** The gate further down has opened. */
  wake(): void {
    if (this.#linked && this.#listeners !== undefined) {
      for (const listener of this.#listeners) this.#line(listener);
    }
    this.#flush();
  }

  #flush(): void {
    if (this.#waking || this.#deserted) return;
    this.#waking = true;
    try {
      // A waiter that comes back while the gate is open again is visited again by this same loop.
      while (!this.closed && !this.#deserted) this.#wakeThoseInLine();
    } finally {
      this.#waking = false;
    }
    if (this.#linked && !this.#closed && !this.#deserted) this.downstream?.wait(this);
  }

  #wakeThoseInLine(): void {
    const first = this.#first;
    this.#first = undefined;
    first?.wake();
    const others = this.#others;
    if (others === undefined) return;
    for (const waiter of others) {
      if (this.closed || this.#first !== undefined) return;
      others.delete(waiter);
      waiter.wake();
    }
  }

  /** True while somebody waits for the opening. */
  get awaited(): boolean {
    return !this.#deserted;
  }

  /** True while nobody waits. */
  get #deserted(): boolean {
    return this.#first === undefined && (this.#others === undefined || this.#others.size === 0);
  }

  #line(waiter: GateWaiter): void {
    if (this.#first === waiter) return;
    if (this.#deserted) this.#first = waiter;
    else (this.#others ??= new Set()).add(waiter);
  }

  /** Queues a waiter for the next opening; once, however often it asks. */
  wait(waiter: GateWaiter): void {
    this.#line(waiter);
    if (this.#linked && !this.#closed) this.downstream?.wait(this);
  }

  /** Queues a waiter for every opening. */
  listen(waiter: GateWaiter): void {
    (this.#listeners ??= new Set()).add(waiter);
    if (this.#linked) this.downstream?.listen(this);
    if (this.closed) this.wait(waiter);
  }

  /** Forgets a waiter that is gone. */
  forget(waiter: GateWaiter): void {
    if (this.#first === waiter) this.#first = undefined;
    else this.#others?.delete(waiter);
    this.#listeners?.delete(waiter);
    if (waiter instanceof Gate) this.#upstream?.delete(waiter);
  }

  /** Records what stands above, for reports. */
  attach(source: Gate): void {
    (this.#upstream ??= new Set()).add(source);
  }

  /** The keeper is gone: nobody further down need remember this gate. */
  dispose(): void {
    this.downstream?.forget(this);
    this.#first = undefined;
    this.#others?.clear();
    this.#listeners?.clear();
  }

  /** What stands above this gate, in the order of subscription. */
  get upstream(): Iterable<Gate> {
    return this.#upstream ?? [];
  }

  /** How many sources wait for the opening; gates of operators are not counted, they are `upstream`. */
  get waitingSources(): number {
    let count = this.#first === undefined || this.#first instanceof Gate ? 0 : 1;
    for (const waiter of this.#others ?? []) if (!(waiter instanceof Gate)) count++;
    return count;
  }

  /** An asynchronous teardown has begun somewhere above; the terminal's disposer waits for it. */
  addTeardown(teardown: PromiseLike<unknown>): void {
    if (this.downstream !== null) {
      this.downstream.addTeardown(teardown);
      return;
    }
    const teardowns = (this.#teardowns ??= new Set());
    teardowns.add(teardown);
    const settled = (): boolean => teardowns.delete(teardown);
    // Disposal has taken the set by then, and is told itself.
    teardown.then(settled, (error: unknown) => {
      if (settled() && this.#teardowns === teardowns) reportUnhandled(error);
    });
  }

  /** A teardown somewhere above has failed after the end had come. @returns false when no terminal is there to be told */
  teardownFailed(error: unknown): boolean {
    if (this.downstream !== null) return this.downstream.teardownFailed(error);
    if (this.keeper.teardownFailed === undefined) return false;
    this.keeper.teardownFailed(error);
    return true;
  }

  /** Resolves when every asynchronous teardown above has ended; rejects with the first failure. Without it failures are reported. */
  async teardownsSettled(): Promise<void> {
    const teardowns = this.#teardowns;
    if (teardowns === undefined) return;
    this.#teardowns = undefined;
    for (const outcome of await Promise.allSettled(teardowns)) {
      if (outcome.status === 'rejected') throw outcome.reason;
    }
  }
}

/** What the walk looks at; `null` as a gate means unlimited demand from here on. */
interface Link {
  readonly oxbowGate?: Gate | null;
}

/** The gate nearest downstream of a Subscriber; `null` when the consumer has unlimited demand. */
export function findGate(subscriber: unknown): Gate | null {
  let link = subscriber as Link | null | undefined;
  while (link !== null && link !== undefined) {
    const gate = link.oxbowGate;
    if (gate !== undefined) return gate;
    link = below(link as object) as Link | null | undefined;
  }
  return null;
}
