/**
 * What a frontier keeps of a crawl's options, so that resuming needs nothing else: its seeds, its scope and whatever was named. Options
 * given on a resume replace the kept ones. It reads and writes values; it opens nothing.
 */
import { CrawlerOptionError } from '../errors.ts';
import { canonicalUrl, originOf } from '../url/canonical-url.ts';
import type { Scope } from '../url/scope.ts';
import type { CrawlerOptions } from './crawl-options.ts';
import { listOf } from './seeds.ts';

/** What is kept. Only what was named: a default may change with the package. */
export interface StoredRules {
  readonly version: 1;
  readonly seeds: readonly string[];
  /** Origins that a redirect of a seed led to. */
  readonly widenedBy: readonly string[];
  /** `function`: the scope was a function, which cannot be kept. */
  readonly scope?: Exclude<Scope, (url: URL) => boolean> | 'function';
  /** The crawl signs in first, by a function, which cannot be kept. */
  readonly needsLogin?: boolean;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Options kept as they were given, those with parts part by part. */
const KEPT = [
  'limits',
  'politeness',
  'query',
  'userAgent',
  'headers',
  'robots',
  'retry',
  'rows',
  'follow',
  'hosts',
  'concurrency',
] as const;
const BY_PART: ReadonlySet<string> = new Set(['limits', 'politeness', 'follow']);

/** The rules of a crawl with these options, after `known`. */
export function rulesOf(options: CrawlerOptions, known: StoredRules | undefined): StoredRules {
  const { scope } = options;
  const kept = typeof scope === 'function' ? ('function' as const) : scope;
  return {
    version: 1,
    seeds: listOf(options.seeds).map(String),
    widenedBy: known?.widenedBy ?? [],
    ...(kept === undefined ? {} : { scope: kept }),
    ...(options.login === undefined ? {} : { needsLogin: true }),
    options: Object.fromEntries(
      KEPT.filter((name) => options[name] !== undefined).map((name) => [name, plain(options[name])]),
    ),
  };
}

/**
 * The options of a crawl that goes on: the kept ones, and over them those that were given.
 * @param store how the frontier is called in messages
 * @throws CrawlerOptionError when the seeds are others, or what cannot be kept is missing
 */
export function optionsWith(given: CrawlerOptions, stored: unknown, store: string): CrawlerOptions {
  const known = storedRules(stored, store);
  if (known === undefined) {
    if (listOf(given.seeds).length > 0) return given;
    throw new CrawlerOptionError(
      'seeds',
      `${store} holds no crawl yet: give it seeds, absolute http(s) URLs`,
    );
  }
  const merged: Record<string, unknown> = { ...given, seeds: seedsWith(given, known, store) };
  if (given.scope === undefined && known.scope === 'function') {
    throw new CrawlerOptionError(
      'scope',
      `the scope of the crawl in ${store} is a function, which cannot be kept: give it again`,
    );
  }
  if (given.login === undefined && known.needsLogin === true) {
    throw new CrawlerOptionError(
      'login',
      `the crawl in ${store} signs in by a function, which cannot be kept: give it again`,
    );
  }
  if (given.scope === undefined && known.scope !== undefined) merged.scope = known.scope;
  for (const [name, kept] of Object.entries(known.options)) {
    const value = revived(kept);
    const now = given[name as keyof CrawlerOptions];
    if (now === undefined) merged[name] = value;
    else if (BY_PART.has(name)) merged[name] = { ...(value as object), ...defined(now as object) };
  }
  return merged as unknown as CrawlerOptions;
}

/** What a frontier keeps, as rules; undefined when it keeps none. */
export function storedRules(stored: unknown, store: string): StoredRules | undefined {
  if (stored === undefined) return undefined;
  const rules = stored as StoredRules;
  if (rules.version === 1 && Array.isArray(rules.seeds)) return rules;
  throw new CrawlerOptionError(
    'frontier',
    `${store} was written by another version of the crawler, whose rules this one does not know`,
  );
}

/** Where a crawl with these rules is at home: the origins of its seeds and those it was widened by. */
export function originsOf(rules: StoredRules): string[] {
  return [...rules.seeds.map(originOf), ...rules.widenedBy];
}

/** The kept seeds, or more than those; other ones are another crawl. */
function seedsWith({ seeds, query }: CrawlerOptions, known: StoredRules, store: string): readonly string[] {
  const given = listOf(seeds).map(
    (seed) => canonicalUrl(String(seed), query === undefined ? {} : { query }) ?? String(seed),
  );
  const missing = known.seeds.filter((seed) => !given.includes(seed));
  if (given.length === 0 || given.every((seed) => known.seeds.includes(seed))) return known.seeds;
  if (missing.length === 0) return given;
  throw new CrawlerOptionError(
    'seeds',
    `${store} holds the crawl of ${shown(known.seeds)}, not of ${shown(given)}: leave the seeds out to go on with it, ` +
      'name them beside the new ones to add those, or keep the new crawl in another frontier',
  );
}

function shown(seeds: readonly string[]): string {
  return seeds.slice(0, 3).join(', ') + (seeds.length > 3 ? `, … (${seeds.length} in all)` : '');
}

function defined(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** A JSON value: without functions, such as a source of random numbers; `Infinity` is kept as a word. */
function plain(value: unknown): unknown {
  if (value === Number.POSITIVE_INFINITY) return { infinity: true };
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, each]) => [name, plain(each)] as const)
      .filter(([, each]) => each !== undefined),
  );
}

/** What `plain` made, as it was. */
function revived(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(revived);
  if ('infinity' in value) return Number.POSITIVE_INFINITY;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, revived(each)]));
}
