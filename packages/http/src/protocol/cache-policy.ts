/**
 * What a cache may keep and when it may answer (RFC 9111), for a private cache: pure functions of fields and times. Times come in as
 * milliseconds since 1970; nothing here knows a clock, a store or a network.
 * Beyond the RFC: stale-while-revalidate and stale-if-error (RFC 5861).
 */

import { splitFieldValue } from './media-type.ts';

/** Directives by their lower-case names; `''` for one without a value. */
export type CacheDirectives = ReadonlyMap<string, string>;

/** RFC 9111 §5.2: a token, and a value as a token or in quotes; blanks around `=` are a common mistake. */
const DIRECTIVE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*)))?/;

/** Reads Cache-Control. Of a directive that comes twice the first counts (RFC 9111 §4.2.1). */
export function parseCacheControl(value: string | readonly string[] | undefined): CacheDirectives {
  const directives = new Map<string, string>();
  if (value === undefined) return directives;
  const text = typeof value === 'string' ? value : value.join(',');
  for (const part of splitFieldValue(text)) {
    const match = DIRECTIVE.exec(part);
    if (match === null) continue;
    const name = (match[1] ?? '').toLowerCase();
    if (!directives.has(name)) directives.set(name, match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? '');
  }
  return directives;
}

/** Seconds of a directive, as milliseconds; 0 for what is not a number (RFC 9111 §4.2.1: stale), `undefined` when it is absent. */
export function secondsOf(directives: CacheDirectives, name: string): number | undefined {
  const text = directives.get(name);
  if (text === undefined) return undefined;
  // RFC 9111 §1.2.2: more than can be represented is a very long time.
  return /^\d+$/.test(text) ? Math.min(Number(text), 2 ** 31) * 1000 : 0;
}

/** What the policy needs of a response. */
export interface CachedFacts {
  readonly status: number;
  readonly directives: CacheDirectives;
  /** The field Age, in milliseconds. */
  readonly ageMs: number;
  readonly dateEpochMs: number;
  /** The field Expires: 0 for one that is no date (RFC 9111 §5.3), `undefined` when there is none. */
  readonly expiresEpochMs: number | undefined;
  readonly lastModifiedEpochMs: number | undefined;
  readonly hasValidator: boolean;
  readonly requestEpochMs: number;
  readonly responseEpochMs: number;
}

/** RFC 9110 §15.1: statuses that may be kept without being told so. */
const HEURISTIC_STATUSES: ReadonlySet<number> = new Set([
  200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501,
]);
/** Statuses this cache understands the caching of; a 206 would have to be put together. */
const UNDERSTOOD_STATUSES: ReadonlySet<number> = new Set([
  ...HEURISTIC_STATUSES,
  302,
  303,
  307,
  400,
  403,
  500,
  502,
  503,
]);
/** The share of its age for which an unchanged resource is taken to stay so (RFC 9111 §4.2.2 suggests 10 %). */
const HEURISTIC_SHARE = 0.1;
const LONGEST_HEURISTIC_MS = 24 * 60 * 60 * 1000;

/** Whether a response to GET may be kept (RFC 9111 §3). */
export function isStorable(
  request: { readonly directives: CacheDirectives; readonly hasAuthorization: boolean },
  facts: CachedFacts,
  vary: string | undefined,
): boolean {
  const { status, directives } = facts;
  if (request.directives.has('no-store') || directives.has('no-store')) return false;
  if (!UNDERSTOOD_STATUSES.has(status) || vary?.includes('*') === true) return false;
  // §3.5, kept for a private cache too: a session may change its credentials.
  const isForAnyone =
    directives.has('public') || directives.has('must-revalidate') || directives.has('s-maxage');
  if (request.hasAuthorization && !isForAnyone) return false;
  const isExplicit =
    directives.has('max-age') || facts.expiresEpochMs !== undefined || directives.has('public');
  return isExplicit || directives.has('private') || (HEURISTIC_STATUSES.has(status) && facts.hasValidator);
}

/** How long it is fresh, from the moment it was made (RFC 9111 §4.2.1). */
export function freshnessMs(facts: CachedFacts): number {
  const maxAge = secondsOf(facts.directives, 'max-age');
  if (maxAge !== undefined) return maxAge;
  if (facts.expiresEpochMs !== undefined) return Math.max(0, facts.expiresEpochMs - facts.dateEpochMs);
  const { lastModifiedEpochMs, dateEpochMs } = facts;
  if (lastModifiedEpochMs === undefined || !HEURISTIC_STATUSES.has(facts.status)) return 0;
  return Math.min(LONGEST_HEURISTIC_MS, Math.max(0, dateEpochMs - lastModifiedEpochMs) * HEURISTIC_SHARE);
}

/** How old it is (RFC 9111 §4.2.3). */
export function ageMs(facts: CachedFacts, nowEpochMs: number): number {
  const apparent = Math.max(0, facts.responseEpochMs - facts.dateEpochMs);
  const corrected = facts.ageMs + (facts.responseEpochMs - facts.requestEpochMs);
  return Math.max(apparent, corrected) + Math.max(0, nowEpochMs - facts.responseEpochMs);
}

/** What to do with a kept response: answer with it, answer and ask in the background, ask first, or (asked for nothing else) refuse. */
export type CacheVerdict = 'fresh' | 'stale-while-revalidate' | 'revalidate';

/** Whether a kept response may answer this request now (RFC 9111 §4). */
export function judge(request: CacheDirectives, facts: CachedFacts, nowEpochMs: number): CacheVerdict {
  const { directives } = facts;
  if (request.has('no-cache') || directives.has('no-cache')) return 'revalidate';
  const age = ageMs(facts, nowEpochMs);
  const maxAge = secondsOf(request, 'max-age');
  if (maxAge !== undefined && age > maxAge) return 'revalidate';
  const stale = age - freshnessMs(facts);
  if (stale < 0) return stale + (secondsOf(request, 'min-fresh') ?? 0) < 0 ? 'fresh' : 'revalidate';
  if (directives.has('must-revalidate')) return 'revalidate';
  const maxStale = request.get('max-stale');
  if (maxStale === '' || stale < (secondsOf(request, 'max-stale') ?? 0)) return 'fresh';
  return stale < (secondsOf(directives, 'stale-while-revalidate') ?? 0)
    ? 'stale-while-revalidate'
    : 'revalidate';
}

/** Whether a kept response may stand in for a failure: a lost connection or a 5xx (RFC 5861 §4). */
export function maySubstitute(request: CacheDirectives, facts: CachedFacts, nowEpochMs: number): boolean {
  if (facts.directives.has('must-revalidate') || facts.directives.has('no-cache') || request.has('no-cache'))
    return false;
  const allowed = secondsOf(facts.directives, 'stale-if-error') ?? secondsOf(request, 'stale-if-error');
  return allowed !== undefined && ageMs(facts, nowEpochMs) - freshnessMs(facts) < allowed;
}
