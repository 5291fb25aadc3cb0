/** What a frontier keeps of a URL that is not settled, and what one call changes. Values only. */
import type { CrawlTarget, TargetFailure, Validators } from './frontier.ts';
import type { Scheduled } from './host-queue.ts';
import type { LedgerRecord } from './output-ledger.ts';

/** Everything about a URL that is not settled. `id` grows in the order of offers and is never used twice. */
export interface Entry extends Scheduled, Required<Omit<CrawlTarget, 'again' | 'data'>> {
  readonly data: unknown;
  readonly attempt: number;
  /** Not claimed before this time of the engine's clock; 0 for at once. */
  readonly notBeforeMs: number;
}

/** The end of one URL. */
export interface SettledEntry {
  readonly id: number;
  readonly url: string;
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

/** No change. */
export const NOTHING: FrontierChanges = Object.freeze({
  added: [],
  requeued: [],
  settled: [],
  hosts: {},
  ledger: undefined,
});

/** A URL as it was offered, with every default. @param url in canonical form @param id default: 0, which is none yet */
export function newEntry(target: CrawlTarget, url: string = target.url, id = 0): Entry {
  return {
    id,
    url,
    depth: target.depth ?? 0,
    referrer: target.referrer ?? null,
    priority: target.priority ?? 0,
    redirects: target.redirects ?? 0,
    validators: target.validators ?? null,
    purpose: target.purpose ?? 'page',
    mayBePrivate: target.mayBePrivate ?? false,
    redirectedFrom: target.redirectedFrom ?? null,
    data: target.data,
    attempt: 1,
    notBeforeMs: 0,
  };
}
