/** From an entry's fields to what the cache policy needs. */
import { type RawHeaders, rawField, rawValues } from '../header-fields.ts';
import { parseHttpDate } from '../policy/http-date.ts';
import { type CachedFacts, parseCacheControl } from '../protocol/cache-policy.ts';
import type { CacheEntry } from './cache-store.ts';

function single(headers: RawHeaders, name: string): string | undefined {
  const value = rawValues(headers, name);
  return typeof value === 'object' ? value[0] : value;
}

/** What the policy needs of an entry. */
export function cachedFacts(entry: Omit<CacheEntry, 'body' | 'url' | 'vary'>): CachedFacts {
  const { headers, responseEpochMs } = entry;
  const date = (name: string): number | undefined => {
    const text = single(headers, name);
    return text === undefined ? undefined : parseHttpDate(text, responseEpochMs);
  };
  const age = single(headers, 'age') ?? '';
  return {
    status: entry.status,
    directives: parseCacheControl(rawField(headers, 'cache-control')),
    // RFC 9111 §5.1: an invalid one is ignored; of several the first counts.
    ageMs: /^\d{1,10}$/.test(age) ? Number(age) * 1000 : 0,
    dateEpochMs: date('date') ?? responseEpochMs,
    expiresEpochMs: Object.hasOwn(headers, 'expires') ? (date('expires') ?? 0) : undefined,
    lastModifiedEpochMs: date('last-modified'),
    hasValidator: Object.hasOwn(headers, 'etag') || Object.hasOwn(headers, 'last-modified'),
    requestEpochMs: entry.requestEpochMs,
    responseEpochMs,
  };
}

/** Fields that a 304 does not change: they tell of the bytes kept, or of the connection (RFC 9111 §3.2). */
const KEPT_BY_304: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The entry after a 304 that confirms it (RFC 9111 §4.3.4). */
export function freshened(
  entry: CacheEntry,
  headers: RawHeaders,
  requestEpochMs: number,
  responseEpochMs: number,
): CacheEntry {
  // An Age of the old response says nothing of the new one.
  const { age: _age, ...kept } = entry.headers;
  const merged: Record<string, string | string[] | undefined> = kept;
  for (const name of Object.keys(headers)) if (!KEPT_BY_304.has(name)) merged[name] = headers[name];
  return { ...entry, headers: merged, requestEpochMs, responseEpochMs };
}
