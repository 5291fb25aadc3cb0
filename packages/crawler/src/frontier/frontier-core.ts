/**
 * The rules of a frontier as plain state: what each call changes, and the changes as a list, so that an engine can make them durable.
 * Synchronous, without I/O; time comes from the injected clock. MemoryFrontier is this and promises; SqliteFrontier adds a file.
 *
 * Invariants: a URL is in exactly one of a host's queue, the delayed heap, the leases, or settled.
 */
import { checkOptions } from '@oxbow/loop/lowlevel';
import { Heap } from '@oxbow/loop/structures';
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
  OfferReport,
  Settlement,
  SettleResult,
  TargetLookup,
  TargetState,
  Validators,
} from './frontier.ts';
import { HostSchedule, type Host as ScheduledHost } from './host-schedule.ts';
import { LevelGate } from './level-gate.ts';

/** Everything about a URL that is not settled. `id` grows in the order of offers and is never used twice. */
export interface Entry extends Required<CrawlTarget> {
  readonly id: number;
  readonly attempt: number;
  /** Not claimed before this time; 0 for at once. */
  readonly notBeforeMs: number;
}

/** The end of one URL. */
export interface SettledEntry {
  readonly id: number;
  readonly outcome: 'done' | 'failed';
  readonly validators: Validators | null;
}

/** What one call changed, for an engine that keeps it. */
export interface FrontierChanges {
  readonly added: readonly Entry[];
  readonly requeued: readonly Entry[];
  readonly settled: readonly SettledEntry[];
  readonly hostDelays: Readonly<Record<string, number>>;
  readonly checkpoint: unknown;
}

/** The limits a frontier starts with. */
export const DEFAULT_FRONTIER_OPTIONS: Readonly<
  Omit<Required<FrontierOptions>, 'now' | 'maxInFlightUndelayed'>
> = Object.freeze({
  byLevels: false,
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

type Host = ScheduledHost<Entry>;

interface Lease {
  readonly entry: Entry;
  readonly host: Host;
  readonly workerId: string;
  expiresAtMs: number;
}

/** The state machine behind every engine. */
export class FrontierCore {
  readonly #delayMs: number;
  readonly #maxUrlsPerHost: number;
  readonly #now: () => number;
  readonly #known = new FingerprintTable();
  readonly #hosts: HostSchedule<Entry>;
  readonly #delayed = new Heap<Entry>((a, b) => a.notBeforeMs < b.notBeforeMs);
  readonly #levels: LevelGate<Entry> | undefined;
  readonly #leases = new Map<string, Lease>();
  readonly #settledTokens = new Set<string>();
  readonly #tokenPrefix: string;
  #queued = 0;
  #done = 0;
  #failed = 0;
  #lastId = 0;
  #lastToken = 0;
  #checkpoint: unknown;

  constructor(options: FrontierOptions = {}) {
    checkOptions(options, OPTION_NAMES, 'A frontier');
    const given = { ...DEFAULT_FRONTIER_OPTIONS, ...options };
    this.#delayMs = atLeast('delayMs', given.delayMs, 0);
    const maxInFlightPerHost = atLeast('maxInFlightPerHost', given.maxInFlightPerHost, 1);
    const maxInFlightUndelayed = atLeast(
      'maxInFlightUndelayed',
      given.maxInFlightUndelayed ?? maxInFlightPerHost,
      1,
    );
    this.#hosts = new HostSchedule({ delayMs: this.#delayMs, maxInFlightPerHost, maxInFlightUndelayed });
    this.#levels = given.byLevels ? new LevelGate() : undefined;
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
    this.#enqueueDelayed(now);
    this.#openLevel();
    const items: ClaimedTarget[] = [];
    while (items.length < request.count) {
      const next = this.#hosts.take(now);
      if (next === undefined) break;
      items.push(this.#lease(next.host, next.item, request, now));
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
    for (const [name, delayMs] of Object.entries(hostDelays))
      this.#hosts.delay(this.#hosts.host(name), delayMs, this.#now());
    const added: Entry[] = [];
    const requeued: Entry[] = [];
    const settled: SettledEntry[] = [];
    const total = { accepted: 0, duplicates: 0, refused: 0 };
    for (const result of fresh) {
      const entry = this.#endLease(result, requeued);
      const { outcome, validators = entry.validators } = result;
      if (outcome !== 'retry') settled.push({ id: entry.id, outcome, validators });
      const report = this.#offerAll(result.discovered ?? [], added);
      for (const key of ['accepted', 'duplicates', 'refused'] as const) total[key] += report[key];
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
      this.#hosts.release(lease.host, now);
      this.#known.set(lease.entry.url, QUEUED);
      this.#queued++;
      this.#hosts.enqueue(lease.host, lease.entry);
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
    const perHost = this.#hosts.statistics();
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
    const host = this.#hosts.host(hostOf(entry.url));
    host.known++;
    this.#lastId = Math.max(this.#lastId, entry.id);
    this.#known.set(entry.url, STATES.indexOf(state));
    if (state === 'queued') {
      this.#levels?.add(entry.depth);
      this.#wait(host, entry);
    } else if (state === 'done') this.#done++;
    else this.#failed++;
  }

  /** Puts back what a file kept beside URLs. */
  restoreState(hostDelays: Readonly<Record<string, number>>, checkpoint: unknown): void {
    for (const [name, delayMs] of Object.entries(hostDelays)) this.#hosts.host(name).delayMs = delayMs;
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
        const host = this.#hosts.host(hostOf(url));
        if (host.known >= this.#maxUrlsPerHost) {
          report.refused++;
          continue;
        }
        const { depth = 0, referrer = null, priority = 0, redirects = 0, validators = null } = target;
        const found = { url, depth, referrer, priority, redirects, validators };
        const entry: Entry = { id: ++this.#lastId, ...found, attempt: 1, notBeforeMs: 0 };
        host.known++;
        this.#known.set(url, QUEUED);
        this.#levels?.add(depth);
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

  /** Puts those whose time has come into the queues of their hosts. */
  #enqueueDelayed(now: number): void {
    for (let next = this.#delayed.peek(); next && next.notBeforeMs <= now; next = this.#delayed.peek()) {
      this.#delayed.pop();
      const host = this.#hosts.host(hostOf(next.url));
      host.delayed--;
      this.#enqueue(host, next);
    }
  }

  /** Puts what has waited for its level into the queues, when nothing nearer to a seed is left. */
  #openLevel(): void {
    for (const entry of this.#levels?.release() ?? []) {
      const host = this.#hosts.host(hostOf(entry.url));
      host.delayed--;
      this.#hosts.enqueue(host, entry);
    }
  }

  #enqueue(host: Host, entry: Entry): void {
    if (this.#levels?.holds(entry)) host.delayed++;
    else this.#hosts.enqueue(host, entry);
  }

  #lease(host: Host, entry: Entry, request: ClaimRequest, now: number): ClaimedTarget {
    const token = `${this.#tokenPrefix}-${++this.#lastToken}`;
    this.#leases.set(token, { entry, host, workerId: request.workerId, expiresAtMs: now + request.leaseMs });
    this.#known.set(entry.url, LEASED);
    this.#queued--;
    const { url, depth, referrer, priority, redirects, validators, attempt } = entry;
    return { token, url, depth, referrer, priority, redirects, validators, attempt };
  }

  #endLease(result: SettleResult, requeued: Entry[]): Entry {
    const { entry, host } = this.#leases.get(result.token)!;
    this.#leases.delete(result.token);
    this.#rememberToken(result.token);
    this.#hosts.release(host, this.#now());
    if (result.outcome === 'retry') {
      const { notBeforeMs } = result;
      const again = notBeforeMs === undefined ? entry : { ...entry, attempt: entry.attempt + 1, notBeforeMs };
      this.#known.set(entry.url, QUEUED);
      this.#wait(host, again);
      requeued.push(again);
      return entry;
    }
    this.#levels?.end(entry.depth);
    this.#known.set(entry.url, result.outcome === 'done' ? DONE : FAILED);
    if (result.outcome === 'done') this.#done++;
    else this.#failed++;
    return entry;
  }

  #rememberToken(token: string): void {
    this.#settledTokens.add(token);
    if (this.#settledTokens.size > REMEMBERED_TOKENS)
      this.#settledTokens.delete(this.#settledTokens.values().next().value!);
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

  #nextDueAtMs(): number | null {
    const delayed = this.#delayed.peek()?.notBeforeMs ?? Number.POSITIVE_INFINITY;
    const next = Math.min(this.#hosts.nextDueAtMs(), delayed);
    return Number.isFinite(next) ? next : null;
  }
}

function atLeast(option: string, value: number, least: number): number {
  if (typeof value === 'number' && value >= least) return value;
  throw new CrawlerOptionError(option, `${option} is a number of at least ${least}, not ${String(value)}`);
}
