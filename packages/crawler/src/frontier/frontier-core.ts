/**
 * The rules of a frontier as plain state: what each call changes, and the changes as a list, so that an engine can make them durable.
 * Synchronous, without I/O; time comes from the injected clock. MemoryFrontier is this and promises; the engines with a file add one.
 *
 * Invariants: a URL is in exactly one of a host's queue, the delayed heap, the leases, or settled. What stands in the queues is as much
 * of a URL as its EntryStore keeps in memory; a lease has all of it before anybody may end the lease.
 */
import { ChangeSignal, Heap } from '@oxbow/loop/structures';
import { CrawlerOptionError } from '../errors.ts';
import { canonicalUrl, hostOf, MAX_URL_CHARS } from '../url/canonical-url.ts';
import { type Entry, type FrontierChanges, type HostRecord, NOTHING, type SettledEntry } from './entry.ts';
import { type EntryStore, MemoryEntries } from './entry-store.ts';
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
} from './frontier.ts';
import { atLeast, type FrontierLimits, frontierLimits } from './frontier-limits.ts';
import type { HostQueue, Scheduled } from './host-queue.ts';
import { HostSchedule, type Host as ScheduledHost } from './host-schedule.ts';
import { LeaseBook } from './lease-book.ts';
import { LevelGate } from './level-gate.ts';
import { type LedgerRecord, OutputLedger } from './output-ledger.ts';
import { freshResults, orderOf } from './settlement-check.ts';

/** Hosts listed by `statistics`. */
const LISTED_HOSTS = 1000;

/** How the table of known URLs tells their states; a lease is known by its book. */
export const KNOWN_STATES: readonly TargetState[] = ['unknown', 'queued', 'done', 'failed'];
const QUEUED = 1;
const DONE = 2;
const FAILED = 3;

/** Most URLs come in canonical form already: parsing them again would cost more than all the rest. */
const LOOKS_CANONICAL = /^https?:\/\/[a-z0-9.:[\]-]+\/[^#]*$/;

const FRONTIER_STATES: readonly FrontierState[] = ['running', 'paused', 'stopping'];

type Host = ScheduledHost<Scheduled>;

interface Leased {
  readonly host: Host;
  readonly item: Scheduled;
  /** All of it; undefined until the engine has read it. */
  entry: Entry | undefined;
}

/** A URL that was leased, as much of it as is in memory. */
export interface TakenLease {
  readonly token: string;
  readonly item: Scheduled;
  readonly entry: Entry | undefined;
}

/** What was claimed, before the URLs are read. */
export interface Taken extends Omit<Claim, 'items'> {
  readonly leases: readonly TakenLease[];
}

/** One host as a file keeps it. */
export interface RestoredHost {
  readonly name: string;
  readonly known: number;
  /** What waits, all of it held. */
  readonly queue: HostQueue<Scheduled>;
  /** How many of those there are, by depth. */
  readonly depths: Iterable<readonly [depth: number, count: number]>;
}

/** The state machine behind every engine that keeps its URLs in this process. */
export class FrontierCore {
  readonly changes: ChangeSignal = new ChangeSignal();
  readonly #limits: FrontierLimits;
  readonly #now: () => number;
  readonly #entries: EntryStore;
  readonly #known: FingerprintTable;
  readonly #hosts: HostSchedule<Scheduled>;
  readonly #delayed = new Heap<Entry>((a, b) => a.notBeforeMs < b.notBeforeMs);
  readonly #levels: LevelGate | undefined;
  readonly #leases: LeaseBook<Leased>;
  readonly #failedTargets = new FailedTargets<Entry>();
  readonly #ledger = new OutputLedger();
  #state: FrontierState = 'running';
  #queued = 0;
  #done = 0;
  #failed = 0;

  /**
   * @param entries where the URLs that wait are kept. Default: in memory
   * @param known the URLs that are known. Default: none
   */
  constructor(
    options: FrontierOptions = {},
    entries: EntryStore = new MemoryEntries(),
    known: FingerprintTable = new FingerprintTable(),
  ) {
    this.#limits = frontierLimits(options);
    this.#now = this.#limits.now;
    this.#entries = entries;
    this.#known = known;
    this.#hosts = new HostSchedule<Scheduled>(this.#limits, () => entries.createQueue());
    this.#levels = this.#limits.byLevels ? new LevelGate() : undefined;
    this.#leases = new LeaseBook(Math.random().toString(36).slice(2, 10));
  }

  offer(urls: readonly (string | CrawlTarget)[]): { report: OfferReport; changes: FrontierChanges } {
    const added: Entry[] = [];
    const report = this.#offerAll(urls, added);
    if (report.accepted > 0) this.changes.notify();
    return { report, changes: { ...NOTHING, added } };
  }

  claim(request: ClaimRequest): Claim {
    const { leases, ...rest } = this.take(request);
    return { items: leases.map(({ token, entry }) => claimedTarget(token, entry!)), ...rest };
  }

  /** As `claim`, with as much of each URL as is in memory: `load` gives the rest before anybody else gets the token. */
  take(request: ClaimRequest): Taken {
    atLeast('count', request.count, 1);
    atLeast('leaseMs', request.leaseMs, 1);
    const now = this.#now();
    this.reap();
    this.#enqueueDelayed(now);
    this.#openLevel();
    const leases: TakenLease[] = [];
    const { counted } = this.#ledger;
    const { maxPages } = this.#limits;
    // Each lease may turn out to be a page that counts.
    const left = maxPages - counted - this.#leases.size;
    const room = this.#state === 'running' ? Math.min(request.count, left) : 0;
    while (leases.length < room) {
      const next = this.#hosts.take(now);
      if (next === undefined) break;
      leases.push(this.#lease(next.host, next.item, request, now));
    }
    const isFull = counted >= maxPages && this.#leases.size === 0;
    return {
      leases,
      dueInMs: this.#dueInMs(now),
      drained: this.#queued === 0 && this.#leases.size === 0,
      state: isFull ? 'stopping' : this.#state,
    };
  }

  /** Gives a lease all of its URL. */
  load(token: string, entry: Entry): ClaimedTarget {
    const lease = this.#leases.get(token);
    if (lease !== undefined) lease.entry = entry;
    return claimedTarget(token, entry);
  }

  settle(settlement: Settlement): { report: OfferReport; changes: FrontierChanges } {
    if (orderOf(settlement, this.#leases, this.#ledger) === 'repeat')
      return { report: this.#ledger.lastReport(settlement.output), changes: NOTHING };
    const fresh = freshResults(settlement, this.#leases, this.#ledger);
    const hosts = this.#setHosts(settlement);
    const added: Entry[] = [];
    const requeued: Entry[] = [];
    const settled: SettledEntry[] = [];
    const report = { accepted: 0, duplicates: 0, refused: 0 };
    let counted = 0;
    for (const result of fresh) {
      const entry = this.#endLease(result, requeued);
      const { outcome, validators = entry.validators, failure = null } = result;
      if (outcome !== 'retry') settled.push({ id: entry.id, url: entry.url, outcome, validators, failure });
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
    for (const { host, item } of expired) {
      this.#hosts.ended(host, now);
      this.#queued++;
      this.#hosts.enqueue(host, item);
    }
    if (expired.length > 0) this.changes.notify();
    return expired.length;
  }

  retryFailed(reason?: string): { count: number; changes: FrontierChanges } {
    const requeued = this.#failedTargets
      .take(reason)
      .map((entry) => this.#replaced({ ...entry, attempt: 1, notBeforeMs: 0 }));
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
      state: canonical === undefined ? 'unknown' : this.#stateOf(canonical),
      hostDueInMs: host === undefined ? null : Math.max(0, host.dueAtMs - this.#now()),
      hostDelayMs: host?.delayMs ?? this.#limits.delayMs,
      hostIsFull: (host?.known ?? 0) >= this.#limits.maxUrlsPerHost,
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
    this.#entries.restored(entry.id);
    this.#known.set(entry.url, KNOWN_STATES.indexOf(state));
    if (state === 'queued') {
      this.#levels?.add(entry.depth);
      this.#wait(host, entry);
    } else if (state === 'done') this.#done++;
    else {
      this.#failed++;
      this.#failedTargets.add({ entry, failure: failure ?? { reason: '', message: '' } });
    }
  }

  /** Puts back a host whose queue was filled already. */
  restoreHost({ name, known, queue, depths }: RestoredHost): void {
    const host = this.#hosts.host(name, queue);
    host.known = known;
    for (const [depth, count] of depths) {
      this.#levels?.add(depth, count);
      this.#queued += count;
    }
    queue.release(this.#levels === undefined ? Number.POSITIVE_INFINITY : 0);
    this.#hosts.restored(host);
  }

  /** Puts back URLs that wait for a time of their own; their hosts know of them already. */
  restoreDelayed(entry: Entry): void {
    this.#levels?.add(entry.depth);
    this.#wait(this.#hosts.host(hostOf(entry.url)), entry);
  }

  /** Puts back how many have ended, and those of the failed that can be tried again. */
  restoreEnded(ended: {
    readonly done: number;
    readonly failed: number;
    readonly failures: Iterable<{ readonly entry: Entry; readonly failure: TargetFailure }>;
  }): void {
    this.#done += ended.done;
    this.#failed += ended.failed;
    for (const failed of ended.failures) this.#failedTargets.add(failed);
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
        if (host.known >= this.#limits.maxUrlsPerHost) {
          report.refused++;
          continue;
        }
        const entry = this.#entries.add(target, url);
        host.known++;
        this.#known.set(url, QUEUED);
        this.#levels?.add(entry.depth);
        this.#wait(host, entry);
        // Those of a large step would live until it is on the disk.
        if (!this.#entries.isJournal) added.push(entry);
        report.accepted++;
      }
    }
    return report;
  }

  #isNew(url: string, again = false): boolean {
    const state = this.#known.get(url);
    return state === 0 || (again && (state === DONE || state === FAILED));
  }

  /** The state of a canonical URL. Leases are few: they are looked through. */
  #stateOf(url: string): TargetState {
    const state = KNOWN_STATES[this.#known.get(url)]!;
    return state === 'queued' && this.#leases.some(({ entry }) => entry?.url === url) ? 'leased' : state;
  }

  #replaced(entry: Entry): Entry {
    return this.#entries.replace(entry);
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

  /** Lets what has waited for its level be taken, when nothing nearer to a seed is left. */
  #openLevel(): void {
    const level = this.#levels?.open();
    if (level !== undefined) this.#hosts.release(level);
  }

  #enqueue(host: Host, entry: Entry): void {
    if (this.#levels?.isClosedTo(entry.depth)) host.queue.hold(entry);
    else this.#hosts.enqueue(host, entry);
  }

  #lease(host: Host, item: Scheduled, { workerId, leaseMs }: ClaimRequest, now: number): TakenLease {
    const entry = this.#entries.recall(item);
    const token = this.#leases.give({ host, item, entry }, workerId, now + leaseMs);
    this.#queued--;
    return { token, item, entry };
  }

  #endLease(result: SettleResult, requeued: Entry[]): Entry {
    const { host, ...leased } = this.#leases.end(result.token);
    const entry = leased.entry!;
    const now = this.#now();
    this.#hosts.ended(host, now);
    if (result.outcome === 'retry') {
      const { afterMs } = result;
      if (afterMs === undefined) {
        this.#wait(host, entry);
        return entry;
      }
      const again = this.#replaced({ ...entry, attempt: entry.attempt + 1, notBeforeMs: now + afterMs });
      this.#wait(host, again);
      if (!this.#entries.isJournal) requeued.push(again);
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

function claimedTarget(token: string, entry: Entry): ClaimedTarget {
  const { id: _id, notBeforeMs: _notBeforeMs, ...target } = entry;
  return { token, ...target };
}
