/**
 * The rules of a frontier as plain state: what each call changes, and the changes as a list, so that an engine can make them durable.
 * Synchronous, without I/O; time comes from the injected clock. MemoryFrontier is this and promises; SqliteFrontier adds a file.
 *
 * Invariants: a URL is in exactly one of a host's queue, the delayed heap, the leases, or settled.
 */
import { checkOptions, durationFault } from '@oxbow/loop/lowlevel';
import { Heap } from '@oxbow/loop/structures';
import { CrawlerOptionError, LeaseLostError } from '../errors.ts';
import { canonicalUrl, hostOf, MAX_URL_CHARS } from '../url/canonical-url.ts';
import { ChangeSignal } from './change-signal.ts';
import { FailedTargets } from './failed-targets.ts';
import { FingerprintTable } from './fingerprint-table.ts';
import type {
  Claim,
  ClaimedTarget,
  ClaimRequest,
  CrawlTarget,
  FrontierOptions,
  FrontierState,
  FrontierStatistics,
  OfferReport,
  Settlement,
  SettleResult,
  TargetFailure,
  TargetLookup,
  TargetState,
  Validators,
} from './frontier.ts';
import { HostSchedule, type Host as ScheduledHost } from './host-schedule.ts';
import { LeaseBook } from './lease-book.ts';
import { LevelGate } from './level-gate.ts';
import { type LedgerRecord, OutputLedger } from './output-ledger.ts';

/** Everything about a URL that is not settled. `id` grows in the order of offers and is never used twice. */
export interface Entry extends Required<Omit<CrawlTarget, 'again' | 'data'>> {
  readonly id: number;
  readonly data: unknown;
  readonly attempt: number;
  /** Not claimed before this time of the engine's clock; 0 for at once. */
  readonly notBeforeMs: number;
}

/** The end of one URL. */
export interface SettledEntry {
  readonly id: number;
  readonly outcome: 'done' | 'failed';
  readonly validators: Validators | null;
  readonly failure: TargetFailure | null;
}

/** What is kept of a host. */
export interface HostRecord {
  readonly delayMs: number;
  /** It is not asked before this time of the engine's clock; 0 for no such time. */
  readonly pausedUntilMs: number;
}

/** What one call changed, for an engine that keeps it. */
export interface FrontierChanges {
  readonly added: readonly Entry[];
  readonly requeued: readonly Entry[];
  readonly settled: readonly SettledEntry[];
  readonly hosts: Readonly<Record<string, HostRecord>>;
  /** Undefined when it has not changed. */
  readonly ledger: LedgerRecord | undefined;
}

/** The limits a frontier starts with. */
export const DEFAULT_FRONTIER_OPTIONS: Readonly<
  Omit<Required<FrontierOptions>, 'now' | 'maxInFlightUndelayed' | 'maxInFlightOf'>
> = Object.freeze({
  byLevels: false,
  delayMs: 0,
  maxInFlightPerHost: 1,
  maxUrlsPerHost: 100_000,
  maxPages: Number.POSITIVE_INFINITY,
});

const OPTION_NAMES = [
  ...Object.keys(DEFAULT_FRONTIER_OPTIONS),
  'maxInFlightUndelayed',
  'maxInFlightOf',
  'now',
];

/** Hosts listed by `statistics`. */
const LISTED_HOSTS = 1000;
const NOTHING: FrontierChanges = Object.freeze({
  added: [],
  requeued: [],
  settled: [],
  hosts: {},
  ledger: undefined,
});

const STATES: readonly TargetState[] = ['unknown', 'queued', 'leased', 'done', 'failed'];
const QUEUED = 1;
const LEASED = 2;
const DONE = 3;
const FAILED = 4;

/** Most URLs come in canonical form already: parsing them again would cost more than all the rest. */
const LOOKS_CANONICAL = /^https?:\/\/[a-z0-9.:[\]-]+\/[^#]*$/;

const FRONTIER_STATES: readonly FrontierState[] = ['running', 'paused', 'stopping'];

type Host = ScheduledHost<Entry>;

interface Leased {
  readonly entry: Entry;
  readonly host: Host;
}

/** The state machine behind every engine that keeps its URLs in this process. */
export class FrontierCore {
  readonly changes: ChangeSignal = new ChangeSignal();
  readonly #delayMs: number;
  readonly #maxUrlsPerHost: number;
  readonly #maxPages: number;
  readonly #now: () => number;
  readonly #known = new FingerprintTable();
  readonly #hosts: HostSchedule<Entry>;
  readonly #delayed = new Heap<Entry>((a, b) => a.notBeforeMs < b.notBeforeMs);
  readonly #levels: LevelGate<Entry> | undefined;
  readonly #leases: LeaseBook<Leased>;
  readonly #failedTargets = new FailedTargets<Entry>();
  readonly #ledger = new OutputLedger();
  #state: FrontierState = 'running';
  #queued = 0;
  #done = 0;
  #failed = 0;
  #lastId = 0;

  constructor(options: FrontierOptions = {}) {
    checkOptions(options, OPTION_NAMES, 'A frontier');
    const given = { ...DEFAULT_FRONTIER_OPTIONS, ...options };
    this.#delayMs = checkedDelay('delayMs', given.delayMs);
    const maxInFlightPerHost = atLeast('maxInFlightPerHost', given.maxInFlightPerHost, 1);
    const maxInFlightUndelayed = atLeast(
      'maxInFlightUndelayed',
      given.maxInFlightUndelayed ?? maxInFlightPerHost,
      1,
    );
    this.#hosts = new HostSchedule({
      delayMs: this.#delayMs,
      maxInFlightPerHost,
      maxInFlightUndelayed,
      maxInFlightOf: given.maxInFlightOf ?? (() => undefined),
    });
    this.#levels = given.byLevels ? new LevelGate() : undefined;
    this.#maxUrlsPerHost = atLeast('maxUrlsPerHost', given.maxUrlsPerHost, 1);
    this.#maxPages = atLeast('maxPages', given.maxPages, 1);
    this.#now = given.now ?? Date.now;
    this.#leases = new LeaseBook(Math.random().toString(36).slice(2, 10));
  }

  offer(urls: readonly (string | CrawlTarget)[]): { report: OfferReport; changes: FrontierChanges } {
    const added: Entry[] = [];
    const report = this.#offerAll(urls, added);
    if (added.length > 0) this.changes.notify();
    return { report, changes: { ...NOTHING, added } };
  }

  claim(request: ClaimRequest): Claim {
    atLeast('count', request.count, 1);
    atLeast('leaseMs', request.leaseMs, 1);
    const now = this.#now();
    this.reap();
    this.#enqueueDelayed(now);
    this.#openLevel();
    const items: ClaimedTarget[] = [];
    // Each lease may turn out to be a page that counts.
    const left = this.#maxPages - this.#ledger.counted - this.#leases.size;
    const room = this.#state === 'running' ? Math.min(request.count, left) : 0;
    while (items.length < room) {
      const next = this.#hosts.take(now);
      if (next === undefined) break;
      items.push(this.#lease(next.host, next.item, request, now));
    }
    const isFull = this.#ledger.counted >= this.#maxPages && this.#leases.size === 0;
    return {
      items,
      dueInMs: this.#dueInMs(now),
      drained: this.#queued === 0 && this.#leases.size === 0,
      state: isFull ? 'stopping' : this.#state,
    };
  }

  settle(settlement: Settlement): { report: OfferReport; changes: FrontierChanges } {
    const order = this.#orderOf(settlement);
    if (order === 'repeat') return { report: this.#ledger.lastReport(settlement.output), changes: NOTHING };
    const fresh = this.#checkSettlement(settlement);
    const hosts = this.#setHosts(settlement);
    const added: Entry[] = [];
    const requeued: Entry[] = [];
    const settled: SettledEntry[] = [];
    const report = { accepted: 0, duplicates: 0, refused: 0 };
    let counted = 0;
    for (const result of fresh) {
      const entry = this.#endLease(result, requeued);
      const { outcome, validators = entry.validators, failure = null } = result;
      if (outcome !== 'retry') settled.push({ id: entry.id, outcome, validators, failure });
      if (result.counts) counted++;
      const offered = this.#offerAll(result.discovered ?? [], added);
      for (const key of ['accepted', 'duplicates', 'refused'] as const) report[key] += offered[key];
    }
    const isKept = this.#ledger.apply(settlement, counted, report);
    const ledger = isKept ? this.#ledger.record() : undefined;
    this.changes.notify();
    return { report, changes: { added, requeued, settled, hosts, ledger } };
  }

  renew(tokens: readonly string[], leaseMs: number): readonly string[] {
    atLeast('leaseMs', leaseMs, 1);
    const expiresAtMs = this.#now() + leaseMs;
    return tokens.filter((token) => !this.#leases.renew(token, expiresAtMs) && !this.#leases.isKnown(token));
  }

  reap(): number {
    const now = this.#now();
    const expired = this.#leases.takeExpired(now);
    for (const { host, entry } of expired) {
      this.#hosts.release(host, now);
      this.#known.set(entry.url, QUEUED);
      this.#queued++;
      this.#hosts.enqueue(host, entry);
    }
    if (expired.length > 0) this.changes.notify();
    return expired.length;
  }

  retryFailed(reason?: string): { count: number; changes: FrontierChanges } {
    const requeued = this.#failedTargets
      .take(reason)
      .map((entry): Entry => ({ ...entry, attempt: 1, notBeforeMs: 0 }));
    for (const entry of requeued) {
      this.#failed--;
      this.#known.set(entry.url, QUEUED);
      this.#levels?.add(entry.depth);
      this.#wait(this.#hosts.host(hostOf(entry.url)), entry);
    }
    if (requeued.length > 0) this.changes.notify();
    return { count: requeued.length, changes: { ...NOTHING, requeued } };
  }

  control(state: FrontierState): void {
    if (!FRONTIER_STATES.includes(state))
      throw new CrawlerOptionError(
        'state',
        `state is 'running', 'paused' or 'stopping', not ${String(state)}`,
      );
    this.#state = state;
    this.changes.notify();
  }

  lookup(url: string): TargetLookup {
    const canonical = canonicalUrl(url);
    const host = canonical === undefined ? undefined : this.#hosts.get(hostOf(canonical));
    return {
      state: canonical === undefined ? 'unknown' : STATES[this.#known.get(canonical)]!,
      hostDueInMs: host === undefined ? null : Math.max(0, host.dueAtMs - this.#now()),
      hostDelayMs: host?.delayMs ?? this.#delayMs,
      hostIsFull: (host?.known ?? 0) >= this.#maxUrlsPerHost,
      failure: canonical === undefined ? null : this.#failedTargets.failureOf(canonical),
    };
  }

  statistics(output = ''): FrontierStatistics {
    const perHost = this.#hosts.statistics();
    return Object.freeze({
      known: this.#known.size,
      queued: this.#queued,
      leased: this.#leases.size,
      done: this.#done,
      failed: this.#failed,
      hosts: this.#hosts.size,
      perHost: Object.freeze(perHost.slice(0, LISTED_HOSTS)),
      ...this.#ledger.output(output),
      outputs: Object.freeze(this.#ledger.outputs),
      sums: Object.freeze(this.#ledger.sums),
      counted: this.#ledger.counted,
      state: this.#state,
    });
  }

  /** Puts back what a file kept of one URL; in the order of ids, before anything is claimed. */
  restore(entry: Entry, state: 'queued' | 'done' | 'failed', failure: TargetFailure | null = null): void {
    const host = this.#hosts.host(hostOf(entry.url));
    host.known++;
    this.#lastId = Math.max(this.#lastId, entry.id);
    this.#known.set(entry.url, STATES.indexOf(state));
    if (state === 'queued') {
      this.#levels?.add(entry.depth);
      this.#wait(host, entry);
    } else if (state === 'done') this.#done++;
    else {
      this.#failed++;
      this.#failedTargets.add({ entry, failure: failure ?? { reason: '', message: '' } });
    }
  }

  /** Puts back what a file kept beside URLs. */
  restoreState(hosts: Readonly<Record<string, HostRecord>>, ledger: LedgerRecord | undefined): void {
    for (const [name, { delayMs, pausedUntilMs }] of Object.entries(hosts)) {
      this.#hosts.delay(this.#hosts.host(name), delayMs, this.#now());
      this.#hosts.pause(this.#hosts.host(name), pausedUntilMs);
    }
    if (ledger !== undefined) this.#ledger.restore(ledger);
  }

  #offerAll(urls: readonly (string | CrawlTarget)[], added: Entry[]): OfferReport {
    const report = { accepted: 0, duplicates: 0, refused: 0 };
    for (const offered of urls) {
      const target = typeof offered === 'string' ? { url: offered } : offered;
      const url = LOOKS_CANONICAL.test(target.url) ? target.url : canonicalUrl(target.url);
      if (url === undefined || url.length > MAX_URL_CHARS) {
        report.refused++;
      } else if (!this.#isNew(url, target.again)) {
        report.duplicates++;
      } else {
        const host = this.#hosts.host(hostOf(url));
        if (host.known >= this.#maxUrlsPerHost) {
          report.refused++;
          continue;
        }
        const entry = entryOf({ ...target, url }, ++this.#lastId);
        host.known++;
        this.#known.set(url, QUEUED);
        this.#levels?.add(entry.depth);
        this.#wait(host, entry);
        added.push(entry);
        report.accepted++;
      }
    }
    return report;
  }

  #isNew(url: string, again = false): boolean {
    const state = this.#known.get(url);
    return state === 0 || (again && (state === DONE || state === FAILED));
  }

  /** Everything that can be wrong with a settlement, before anything is changed. Gives the results that are not repeats. */
  #checkSettlement(settlement: Settlement): SettleResult[] {
    for (const name of ['hostDelays', 'hostPauses'] as const) {
      for (const [host, ms] of Object.entries(settlement[name] ?? {})) checkedDelay(`${name}["${host}"]`, ms);
    }
    for (const [name, value] of Object.entries(settlement.sums ?? {})) {
      if (!Number.isFinite(value))
        throw new CrawlerOptionError('sums', `sums["${name}"] is a finite number, not ${String(value)}`);
    }
    const fresh = new Map<string, SettleResult>();
    const lost: string[] = [];
    for (const result of settlement.results) {
      if (result.outcome !== 'done' && result.outcome !== 'retry' && result.outcome !== 'failed') {
        throw new CrawlerOptionError(
          'outcome',
          `outcome is 'done', 'retry' or 'failed', not ${String(result.outcome)}`,
        );
      }
      if (result.afterMs !== undefined) checkedDelay('afterMs', result.afterMs);
      if (this.#leases.has(result.token)) {
        if (!fresh.has(result.token)) fresh.set(result.token, result);
      } else if (!this.#leases.isKnown(result.token)) {
        lost.push(result.token);
      }
    }
    const { checkpoint } = this.#ledger.output(settlement.output ?? '');
    if (this.#orderOf(settlement) === 'gap') {
      throw new LeaseLostError(
        settlement.results.map(({ token }) => token),
        { checkpoint },
      );
    }
    if (lost.length > 0) throw new LeaseLostError(lost, { checkpoint });
    return [...fresh.values()];
  }

  /** A number used before is a repeat only when nothing of it is still leased: else somebody else writes under that name. */
  #orderOf(settlement: Settlement): 'next' | 'repeat' | 'gap' {
    const order = this.#ledger.orderOf(settlement);
    const isOther = order === 'repeat' && settlement.results.some(({ token }) => this.#leases.has(token));
    return isOther ? 'gap' : order;
  }

  #setHosts({ hostDelays = {}, hostPauses = {} }: Settlement): Record<string, HostRecord> {
    const now = this.#now();
    const records: Record<string, HostRecord> = {};
    for (const [name, ms] of Object.entries(hostPauses)) this.#hosts.pause(this.#hosts.host(name), now + ms);
    for (const [name, ms] of Object.entries(hostDelays)) this.#hosts.delay(this.#hosts.host(name), ms, now);
    for (const name of [...Object.keys(hostDelays), ...Object.keys(hostPauses)]) {
      const { delayMs, pausedUntilMs } = this.#hosts.host(name);
      records[name] = { delayMs, pausedUntilMs };
    }
    return records;
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
    const token = this.#leases.give({ entry, host }, request.workerId, now + request.leaseMs);
    this.#known.set(entry.url, LEASED);
    this.#queued--;
    const { id: _id, notBeforeMs: _notBeforeMs, ...target } = entry;
    return { token, ...target };
  }

  #endLease(result: SettleResult, requeued: Entry[]): Entry {
    const { entry, host } = this.#leases.end(result.token);
    this.#hosts.release(host, this.#now());
    if (result.outcome === 'retry') {
      const { afterMs } = result;
      const again =
        afterMs === undefined
          ? entry
          : { ...entry, attempt: entry.attempt + 1, notBeforeMs: this.#now() + afterMs };
      this.#known.set(entry.url, QUEUED);
      this.#wait(host, again);
      requeued.push(again);
      return entry;
    }
    this.#levels?.end(entry.depth);
    this.#known.set(entry.url, result.outcome === 'done' ? DONE : FAILED);
    if (result.outcome === 'done') this.#done++;
    else {
      this.#failed++;
      this.#failedTargets.add({ entry, failure: result.failure ?? { reason: '', message: '' } });
    }
    return entry;
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

  #dueInMs(now: number): number | null {
    const delayed = this.#delayed.peek()?.notBeforeMs ?? Number.POSITIVE_INFINITY;
    const next = Math.min(this.#hosts.nextDueAtMs(), delayed);
    return Number.isFinite(next) ? Math.max(0, next - now) : null;
  }
}

function entryOf(target: CrawlTarget, id: number): Entry {
  const { url, depth = 0, referrer = null, priority = 0, redirects = 0, validators = null } = target;
  const { purpose = 'page', mayBePrivate = false, redirectedFrom = null, data } = target;
  const found = {
    url,
    depth,
    referrer,
    priority,
    redirects,
    validators,
    purpose,
    mayBePrivate,
    redirectedFrom,
  };
  return { id, ...found, data, attempt: 1, notBeforeMs: 0 };
}

function atLeast(option: string, value: number, least: number): number {
  if (typeof value === 'number' && value >= least) return value;
  throw new CrawlerOptionError(option, `${option} is a number of at least ${least}, not ${String(value)}`);
}

function checkedDelay(option: string, value: number): number {
  const fault = durationFault(value, { zero: true });
  if (fault === undefined) return value;
  throw new CrawlerOptionError(option, `${option} ${fault}`);
}
