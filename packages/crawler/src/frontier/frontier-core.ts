/**
 * The rules of a frontier as plain state: what each call changes, and the changes as a list, so that an engine can make them durable.
 * Synchronous, without I/O; time comes from the injected clock. MemoryFrontier is this and promises; SqliteFrontier adds a file.
 *
 * Invariants: a URL is in exactly one of a host's queue, the delayed heap, the leases, or settled. A host stands in the ready heap
 * once at most, and only while it has a queue and room for a lease.
 */
import { checkOptions } from '@oxbow/loop/lowlevel';
import { CrawlerOptionError, LeaseLostError } from '../errors.ts';
import { canonicalUrl, hostOf, MAX_URL_CHARS } from '../url/canonical-url.ts';
import { FingerprintTable } from './fingerprint-table.ts';
import type {
  Claim,
  ClaimedTarget,
  ClaimRequest,
  CrawlTarget,
  FrontierOptions,
  FrontierStatistics,
  HostStatistics,
  OfferReport,
  Settlement,
  SettleResult,
  TargetLookup,
  TargetState,
} from './frontier.ts';
import { Heap } from './heap.ts';

/** Everything about a URL that is not settled. `id` grows in the order of offers and is never used twice. */
export interface Entry extends Required<CrawlTarget> {
  readonly id: number;
  readonly attempt: number;
  /** Not claimed before this time; 0 for at once. */
  readonly notBeforeMs: number;
}

/** What one call changed, for an engine that keeps it. */
export interface FrontierChanges {
  readonly added: readonly Entry[];
  readonly requeued: readonly Entry[];
  readonly settled: readonly { readonly id: number; readonly outcome: 'done' | 'failed' }[];
  readonly hostDelays: Readonly<Record<string, number>>;
  readonly checkpoint: unknown;
}

/** The limits a frontier starts with. */
export const DEFAULT_FRONTIER_OPTIONS: Readonly<
  Omit<Required<FrontierOptions>, 'now' | 'maxInFlightUndelayed'>
> = Object.freeze({
  delayMs: 0,
  maxInFlightPerHost: 1,
  maxUrlsPerHost: 10_000,
});

const OPTION_NAMES = [...Object.keys(DEFAULT_FRONTIER_OPTIONS), 'maxInFlightUndelayed', 'now'];

/** Settled tokens that are still recognised when they are settled again; older ones are refused as lost. */
const REMEMBERED_TOKENS = 65_536;
/** Hosts listed by `statistics`. */
const LISTED_HOSTS = 1000;

const STATES: readonly TargetState[] = ['unknown', 'queued', 'leased', 'done', 'failed'];
const QUEUED = 1;
const LEASED = 2;
const DONE = 3;
const FAILED = 4;

/** Most URLs come in canonical form already: parsing them again would cost more than all the rest. */
const LOOKS_CANONICAL = /^https?:\/\/[a-z0-9.:[\]-]+\/[^#]*$/;

interface Host {
  readonly name: string;
  readonly queue: Heap<Entry>;
  known: number;
  delayed: number;
  leased: number;
  delayMs: number;
  dueAtMs: number;
  isReady: boolean;
  /** The turn of its place in the ready heap; entries of other turns are stale. */
  turn: number;
}

interface Lease {
  readonly entry: Entry;
  readonly host: Host;
  readonly workerId: string;
  expiresAtMs: number;
}

interface ReadyHost {
  readonly host: Host;
  readonly dueAtMs: number;
  readonly turn: number;
}

/** The state machine behind every engine. */
export class FrontierCore {
  readonly #delayMs: number;
  readonly #maxInFlight: number;
  readonly #maxInFlightUndelayed: number;
  readonly #maxUrlsPerHost: number;
  readonly #now: () => number;
  readonly #known = new FingerprintTable();
  readonly #hosts = new Map<string, Host>();
  readonly #ready = new Heap<ReadyHost>(
    (a, b) => a.dueAtMs < b.dueAtMs || (a.dueAtMs === b.dueAtMs && a.turn < b.turn),
  );
  readonly #delayed = new Heap<Entry>((a, b) => a.notBeforeMs < b.notBeforeMs);
  readonly #leases = new Map<string, Lease>();
  readonly #settledTokens = new Set<string>();
  readonly #tokenPrefix: string;
  #queued = 0;
  #done = 0;
  #failed = 0;
  #lastId = 0;
  #lastToken = 0;
  #lastTurn = 0;
  #checkpoint: unknown;

  constructor(options: FrontierOptions = {}) {
    checkOptions(options, OPTION_NAMES, 'A frontier');
    const given = { ...DEFAULT_FRONTIER_OPTIONS, ...options };
    this.#delayMs = atLeast('delayMs', given.delayMs, 0);
    this.#maxInFlight = atLeast('maxInFlightPerHost', given.maxInFlightPerHost, 1);
    this.#maxInFlightUndelayed = atLeast(
      'maxInFlightUndelayed',
      given.maxInFlightUndelayed ?? this.#maxInFlight,
      1,
    );
    this.#maxUrlsPerHost = atLeast('maxUrlsPerHost', given.maxUrlsPerHost, 1);
    this.#now = given.now ?? Date.now;
    this.#tokenPrefix = Math.random().toString(36).slice(2, 10);
  }

  offer(urls: readonly (string | CrawlTarget)[]): { report: OfferReport; changes: FrontierChanges } {
    const added: Entry[] = [];
    const report = this.#offerAll(urls, added);
    return { report, changes: { added, requeued: [], settled: [], hostDelays: {}, checkpoint: undefined } };
  }

  claim(request: ClaimRequest): Claim {
    atLeast('count', request.count, 1);
    atLeast('leaseMs', request.leaseMs, 1);
    const now = this.#now();
    this.reap();
    for (
      let first = this.#delayed.peek();
      first !== undefined && first.notBeforeMs <= now;
      first = this.#delayed.peek()
    ) {
      this.#delayed.pop();
      const host = this.#hosts.get(hostOf(first.url))!;
      host.delayed--;
      this.#enqueue(host, first);
    }
    const items: ClaimedTarget[] = [];
    while (items.length < request.count) {
      const next = this.#nextReady();
      if (next === undefined || next.dueAtMs > now) break;
      this.#ready.pop();
      next.host.isReady = false;
      items.push(this.#lease(next.host, request, now));
      this.#makeReady(next.host);
    }
    return {
      items,
      nextDueAtMs: this.#nextDueAtMs(),
      drained: this.#queued === 0 && this.#leases.size === 0,
    };
  }

  settle(settlement: Settlement): { report: OfferReport; changes: FrontierChanges } {
    const fresh = this.#checkSettlement(settlement);
    const hostDelays = settlement.hostDelays ?? {};
    for (const [name, delayMs] of Object.entries(hostDelays)) this.#changeDelay(this.#host(name), delayMs);
    const added: Entry[] = [];
    const requeued: Entry[] = [];
    const settled: { id: number; outcome: 'done' | 'failed' }[] = [];
    const total = { accepted: 0, duplicates: 0, refused: 0 };
    for (const result of fresh) {
      const entry = this.#endLease(result, requeued);
      if (result.outcome !== 'retry') settled.push({ id: entry.id, outcome: result.outcome });
      const report = this.#offerAll(result.discovered ?? [], added);
      total.accepted += report.accepted;
      total.duplicates += report.duplicates;
      total.refused += report.refused;
    }
    if (settlement.checkpoint !== undefined) this.#checkpoint = settlement.checkpoint;
    return {
      report: total,
      changes: { added, requeued, settled, hostDelays, checkpoint: settlement.checkpoint },
    };
  }

  renew(tokens: readonly string[], leaseMs: number): readonly string[] {
    atLeast('leaseMs', leaseMs, 1);
    const expiresAtMs = this.#now() + leaseMs;
    const lost: string[] = [];
    for (const token of tokens) {
      const lease = this.#leases.get(token);
      if (lease !== undefined) lease.expiresAtMs = expiresAtMs;
      else if (!this.#settledTokens.has(token)) lost.push(token);
    }
    return lost;
  }

  reap(): number {
    const now = this.#now();
    let reaped = 0;
    for (const [token, lease] of this.#leases) {
      if (lease.expiresAtMs > now) continue;
      reaped++;
      this.#leases.delete(token);
      this.#releaseHost(lease.host, now);
      this.#known.set(lease.entry.url, QUEUED);
      this.#queued++;
      this.#enqueue(lease.host, lease.entry);
    }
    return reaped;
  }

  lookup(url: string): TargetLookup {
    const canonical = canonicalUrl(url);
    const host = canonical === undefined ? undefined : this.#hosts.get(hostOf(canonical));
    return {
      state: canonical === undefined ? 'unknown' : STATES[this.#known.get(canonical)]!,
      hostDueAtMs: host?.dueAtMs ?? null,
      hostDelayMs: host?.delayMs ?? this.#delayMs,
    };
  }

  statistics(): FrontierStatistics {
    const perHost = [...this.#hosts.values()]
      .map(describeHost)
      .sort((a, b) => b.queued - a.queued || b.known - a.known);
    return Object.freeze({
      known: this.#known.size,
      queued: this.#queued,
      leased: this.#leases.size,
      done: this.#done,
      failed: this.#failed,
      hosts: this.#hosts.size,
      perHost: Object.freeze(perHost.slice(0, LISTED_HOSTS)),
      checkpoint: this.#checkpoint,
    });
  }

  /** Puts back what a file kept of one URL; in the order of ids, before anything is claimed. */
  restore(entry: Entry, state: 'queued' | 'done' | 'failed'): void {
    const host = this.#host(hostOf(entry.url));
    host.known++;
    this.#lastId = Math.max(this.#lastId, entry.id);
    this.#known.set(entry.url, STATES.indexOf(state));
    if (state === 'queued') this.#wait(host, entry);
    else if (state === 'done') this.#done++;
    else this.#failed++;
  }

  /** Puts back what a file kept beside URLs. */
  restoreState(hostDelays: Readonly<Record<string, number>>, checkpoint: unknown): void {
    for (const [name, delayMs] of Object.entries(hostDelays)) this.#host(name).delayMs = delayMs;
    this.#checkpoint = checkpoint;
  }

  #offerAll(urls: readonly (string | CrawlTarget)[], added: Entry[]): OfferReport {
    const report = { accepted: 0, duplicates: 0, refused: 0 };
    for (const offered of urls) {
      const target = typeof offered === 'string' ? { url: offered } : offered;
      const url = LOOKS_CANONICAL.test(target.url) ? target.url : canonicalUrl(target.url);
      if (url === undefined || url.length > MAX_URL_CHARS) {
        report.refused++;
      } else if (this.#known.get(url) !== 0) {
        report.duplicates++;
      } else {
        const host = this.#host(hostOf(url));
        if (host.known >= this.#maxUrlsPerHost) {
          report.refused++;
          continue;
        }
        const { depth = 0, referrer = null, priority = 0, redirects = 0 } = target;
        const entry: Entry = {
          id: ++this.#lastId,
          url,
          depth,
          referrer,
          priority,
          redirects,
          attempt: 1,
          notBeforeMs: 0,
        };
        host.known++;
        this.#known.set(url, QUEUED);
        this.#wait(host, entry);
        added.push(entry);
        report.accepted++;
      }
    }
    return report;
  }

  /** Everything that can be wrong with a settlement, before anything is changed. Gives the results that are not repeats. */
  #checkSettlement(settlement: Settlement): SettleResult[] {
    for (const [host, delayMs] of Object.entries(settlement.hostDelays ?? {}))
      atLeast(`hostDelays["${host}"]`, delayMs, 0);
    const fresh = new Map<string, SettleResult>();
    const lost: string[] = [];
    for (const result of settlement.results) {
      if (result.outcome !== 'done' && result.outcome !== 'retry' && result.outcome !== 'failed') {
        throw new CrawlerOptionError(
          'outcome',
          `outcome is 'done', 'retry' or 'failed', not ${String(result.outcome)}`,
        );
      }
      if (this.#leases.has(result.token)) {
        if (!fresh.has(result.token)) fresh.set(result.token, result);
      } else if (!this.#settledTokens.has(result.token)) {
        lost.push(result.token);
      }
    }
    if (lost.length > 0) throw new LeaseLostError(lost);
    return [...fresh.values()];
  }

  #lease(host: Host, request: ClaimRequest, now: number): ClaimedTarget {
    const entry = host.queue.pop()!;
    const token = `${this.#tokenPrefix}-${++this.#lastToken}`;
    this.#leases.set(token, { entry, host, workerId: request.workerId, expiresAtMs: now + request.leaseMs });
    this.#known.set(entry.url, LEASED);
    this.#queued--;
    host.leased++;
    if (host.delayMs > 0) host.dueAtMs = now + host.delayMs;
    const { url, depth, referrer, priority, redirects, attempt } = entry;
    return { token, url, depth, referrer, priority, redirects, attempt };
  }

  #endLease(result: SettleResult, requeued: Entry[]): Entry {
    const { entry, host } = this.#leases.get(result.token)!;
    this.#leases.delete(result.token);
    this.#rememberToken(result.token);
    this.#releaseHost(host, this.#now());
    if (result.outcome === 'retry') {
      const { notBeforeMs } = result;
      const again = notBeforeMs === undefined ? entry : { ...entry, attempt: entry.attempt + 1, notBeforeMs };
      this.#known.set(entry.url, QUEUED);
      this.#wait(host, again);
      requeued.push(again);
    } else if (result.outcome === 'done') {
      this.#known.set(entry.url, DONE);
      this.#done++;
    } else {
      this.#known.set(entry.url, FAILED);
      this.#failed++;
    }
    return entry;
  }

  #rememberToken(token: string): void {
    this.#settledTokens.add(token);
    if (this.#settledTokens.size > REMEMBERED_TOKENS)
      this.#settledTokens.delete(this.#settledTokens.values().next().value!);
  }

  /** A request has ended: the host may be asked again a delay from now. */
  #releaseHost(host: Host, now: number): void {
    host.leased--;
    if (host.delayMs > 0) host.dueAtMs = Math.max(host.dueAtMs, now + host.delayMs);
    this.#changeTurn(host);
  }

  #changeDelay(host: Host, delayMs: number): void {
    if (delayMs < host.delayMs) host.dueAtMs = Math.min(host.dueAtMs, this.#now() + delayMs);
    host.delayMs = delayMs;
    this.#changeTurn(host);
  }

  /** Puts the host where it now belongs in the ready heap; its old place becomes stale. */
  #changeTurn(host: Host): void {
    host.isReady = false;
    host.turn = 0;
    this.#makeReady(host);
  }

  #wait(host: Host, entry: Entry): void {
    this.#queued++;
    if (entry.notBeforeMs > this.#now()) {
      host.delayed++;
      this.#delayed.push(entry);
    } else {
      this.#enqueue(host, entry);
    }
  }

  #enqueue(host: Host, entry: Entry): void {
    host.queue.push(entry);
    this.#makeReady(host);
  }

  #makeReady(host: Host): void {
    if (host.isReady || host.queue.size === 0) return;
    if (host.leased >= (host.delayMs > 0 ? this.#maxInFlight : this.#maxInFlightUndelayed)) return;
    host.isReady = true;
    host.turn = ++this.#lastTurn;
    this.#ready.push({ host, dueAtMs: host.dueAtMs, turn: host.turn });
  }

  #nextReady(): ReadyHost | undefined {
    for (let next = this.#ready.peek(); next !== undefined; next = this.#ready.peek()) {
      if (next.turn === next.host.turn) return next;
      this.#ready.pop();
    }
    return undefined;
  }

  #nextDueAtMs(): number | null {
    const host = this.#nextReady()?.dueAtMs ?? Number.POSITIVE_INFINITY;
    const delayed = this.#delayed.peek()?.notBeforeMs ?? Number.POSITIVE_INFINITY;
    const next = Math.min(host, delayed);
    return Number.isFinite(next) ? next : null;
  }

  #host(name: string): Host {
    let host = this.#hosts.get(name);
    if (host === undefined) {
      const queue = new Heap<Entry>(
        (a, b) => a.priority > b.priority || (a.priority === b.priority && a.id < b.id),
      );
      host = {
        name,
        queue,
        known: 0,
        delayed: 0,
        leased: 0,
        delayMs: this.#delayMs,
        dueAtMs: 0,
        isReady: false,
        turn: 0,
      };
      this.#hosts.set(name, host);
    }
    return host;
  }
}

function describeHost(host: Host): HostStatistics {
  const { name, known, leased, delayMs } = host;
  return Object.freeze({ host: name, known, queued: host.queue.size + host.delayed, leased, delayMs });
}

function atLeast(option: string, value: number, least: number): number {
  if (typeof value === 'number' && value >= least) return value;
  throw new CrawlerOptionError(option, `${option} is a number of at least ${least}, not ${String(value)}`);
}
