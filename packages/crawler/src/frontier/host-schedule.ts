/**
 * Which host is to be asked next, and when: a queue for each host, and a heap of the hosts that have something waiting and room for it.
 * It keeps the rules of politeness; it knows neither leases nor which URLs are known.
 *
 * Invariant: a host stands in the heap with its current turn once at most, and only while it has a queue and room. Older places of it
 * are stale, and dropped when they come up.
 */

import { Heap } from '@oxbow/loop/structures';
import type { HostStatistics } from './frontier.ts';
import { HeapQueue, type HostQueue, type Scheduled } from './host-queue.ts';

/** The limits of a schedule; all are checked by the caller. */
export interface HostLimits {
  readonly delayMs: number;
  readonly maxInFlightPerHost: number;
  readonly maxInFlightUndelayed: number;
  /** A number of its own for a host, before the other two. */
  readonly maxInFlightOf: (host: string) => number | undefined;
}

/** One host. Its fields are changed by the schedule alone, except `known` and `delayed`, which are its owner's counts. */
export interface Host<T extends Scheduled> {
  readonly name: string;
  readonly queue: HostQueue<T>;
  /** URLs ever offered of it. */
  known: number;
  /** URLs of it that wait for a time of their own. */
  delayed: number;
  leased: number;
  delayMs: number;
  dueAtMs: number;
  /** It is not asked before this, whatever its delay. */
  pausedUntilMs: number;
  /** Of its place in the heap; 0 when it has none. */
  turn: number;
}

interface Place<T extends Scheduled> {
  readonly host: Host<T>;
  readonly dueAtMs: number;
  readonly turn: number;
}

/** The queues of all hosts, and their turns. */
export class HostSchedule<T extends Scheduled> {
  readonly #limits: HostLimits;
  readonly #createQueue: () => HostQueue<T>;
  readonly #hosts = new Map<string, Host<T>>();
  readonly #ready = new Heap<Place<T>>(
    (a, b) => a.dueAtMs < b.dueAtMs || (a.dueAtMs === b.dueAtMs && a.turn < b.turn),
  );
  #lastTurn = 0;

  /** @param createQueue makes the queue of a new host. Default: one of whole objects */
  constructor(limits: HostLimits, createQueue: () => HostQueue<T> = () => new HeapQueue<T>()) {
    this.#limits = limits;
    this.#createQueue = createQueue;
  }

  /** Hosts known. */
  get size(): number {
    return this.#hosts.size;
  }

  /** A host by its name, if it is known. */
  get(name: string): Host<T> | undefined {
    return this.#hosts.get(name);
  }

  /** A host by its name; a new one starts with the delay of the limits. @param queue of a new one; default: an empty one */
  host(name: string, queue?: HostQueue<T>): Host<T> {
    let host = this.#hosts.get(name);
    if (host === undefined) {
      const { delayMs } = this.#limits;
      const own = queue ?? this.#createQueue();
      host = {
        name,
        queue: own,
        known: 0,
        delayed: 0,
        leased: 0,
        delayMs,
        dueAtMs: 0,
        pausedUntilMs: 0,
        turn: 0,
      };
      this.#hosts.set(name, host);
    }
    return host;
  }

  /** Puts something into a host's queue. */
  enqueue(host: Host<T>, item: T): void {
    host.queue.push(item);
    if (host.turn === 0) this.#place(host);
  }

  /** Gives a host whose queue was filled by somebody else its turn. */
  restored(host: Host<T>): void {
    if (host.turn === 0) this.#place(host);
  }

  /** Has every host give out what it held down to a depth. */
  release(depth: number): void {
    for (const host of this.#hosts.values()) {
      if (host.queue.held === 0) continue;
      host.queue.release(depth);
      if (host.turn === 0) this.#place(host);
    }
  }

  /** Takes the first of the host whose turn it is; undefined when no host is due. The host has one request more in flight. */
  take(nowMs: number): { readonly host: Host<T>; readonly item: T } | undefined {
    const next = this.#next();
    if (next === undefined || next.dueAtMs > nowMs) return undefined;
    const { host } = next;
    this.#ready.pop();
    const item = host.queue.pop()!;
    host.leased++;
    if (host.delayMs > 0) host.dueAtMs = nowMs + host.delayMs;
    this.#place(host);
    return { host, item };
  }

  /** A request to the host has ended: it may be asked again a delay from now. */
  ended(host: Host<T>, nowMs: number): void {
    host.leased--;
    if (host.delayMs > 0) host.dueAtMs = Math.max(host.dueAtMs, nowMs + host.delayMs);
    this.#place(host);
  }

  /** Gives a host another delay; a shorter one counts from now. */
  delay(host: Host<T>, delayMs: number, nowMs: number): void {
    if (delayMs < host.delayMs)
      host.dueAtMs = Math.max(host.pausedUntilMs, Math.min(host.dueAtMs, nowMs + delayMs));
    host.delayMs = delayMs;
    this.#place(host);
  }

  /** Leaves a host alone until a time; the latest of several counts. */
  pause(host: Host<T>, untilMs: number): void {
    host.pausedUntilMs = Math.max(host.pausedUntilMs, untilMs);
    host.dueAtMs = Math.max(host.dueAtMs, untilMs);
    this.#place(host);
  }

  /** When the next host is due; Infinity when none waits for that. */
  nextDueAtMs(): number {
    return this.#next()?.dueAtMs ?? Number.POSITIVE_INFINITY;
  }

  /** All hosts, the longest queue first. */
  statistics(): HostStatistics[] {
    return [...this.#hosts.values()].map(describe).sort((a, b) => b.queued - a.queued || b.known - a.known);
  }

  /** Puts a host where it now belongs; its old place becomes stale. */
  #place(host: Host<T>): void {
    host.turn = 0;
    const { maxInFlightPerHost, maxInFlightUndelayed, maxInFlightOf } = this.#limits;
    const limit = maxInFlightOf(host.name) ?? (host.delayMs > 0 ? maxInFlightPerHost : maxInFlightUndelayed);
    const room = limit - host.leased;
    if (host.queue.size === 0 || room <= 0) return;
    host.turn = ++this.#lastTurn;
    this.#ready.push({ host, dueAtMs: host.dueAtMs, turn: host.turn });
  }

  #next(): Place<T> | undefined {
    for (let next = this.#ready.peek(); next !== undefined; next = this.#ready.peek()) {
      if (next.turn === next.host.turn) return next;
      this.#ready.pop();
    }
    return undefined;
  }
}

function describe<T extends Scheduled>(host: Host<T>): HostStatistics {
  const { name, known, leased, delayMs, queue, delayed } = host;
  return Object.freeze({ host: name, known, queued: queue.size + queue.held + delayed, leased, delayMs });
}
