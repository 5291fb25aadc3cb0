/** The options of a crawl, their defaults, and their check at the door. */
import type { Session } from '@oxbow/http';
import { checkOptions } from '@oxbow/loop/lowlevel';
import { CrawlerOptionError } from '../errors.ts';
import type { Frontier } from '../frontier/frontier.ts';
import type { FrontierOpener } from '../frontier/frontier-opener.ts';
import type { CrawlObserver } from '../report/observer.ts';
import { canonicalUrl } from '../url/canonical-url.ts';
import type { Scope } from '../url/scope.ts';
import { DEFAULT_TRAP_LIMITS, type TrapLimits } from '../url/trap-guard.ts';
import { DEFAULT_POLITENESS, type PolitenessOptions } from '../visit/politeness.ts';
import {
  type CrawlRetryOptions,
  type CrawlRetryPolicy,
  RETRY_OPTION_NAMES,
  retryPolicy,
} from '../visit/retry-policy.ts';
import type { Handler } from '../visit/router.ts';

import { listOf, type SeedsOption } from './seeds.ts';

/** How much one crawl takes, of what. */
export interface CrawlLimits extends Partial<TrapLimits> {
  /** Pages with a 2xx status after which the crawl ends. Default: no limit. */
  readonly maxPages?: number;
  /** Links from a seed that are followed, by the shortest way: when it is named, the crawl goes level by level. Default 30. */
  readonly maxDepth?: number;
  /** URLs known of one host; more are not followed, which is told. Default 100,000. */
  readonly maxUrlsPerHost?: number;
  /** Bytes of a body, decompressed; what is behind is not read. Default 10 MB. */
  readonly maxBodyBytes?: number;
  /** Redirects in a row that are followed. Default 10. */
  readonly maxRedirects?: number;
  /** Milliseconds until the response's headers, connecting included. Default 10,000. */
  readonly headersTimeoutMs?: number;
  /** Milliseconds a body may stand still. Default 15,000. */
  readonly bodyIdleTimeoutMs?: number;
  /** Milliseconds for one URL altogether. Default 60,000. */
  readonly totalTimeoutMs?: number;
  /** Milliseconds until a lease that is not renewed is taken back. Default 60,000. */
  readonly leaseMs?: number;
  /**
   * Milliseconds that the crawl waits with nothing to do. When every host that has URLs left asks for a longer wait (`Retry-After`,
   * `Crawl-delay`), it ends, tells so, and leaves them in its frontier. Default 600,000.
   */
  readonly maxWaitMs?: number;
}

/** How robots.txt is obeyed. */
export interface RobotsOptions {
  /** False follows no robots.txt, and no Crawl-delay. Default true. */
  readonly obey?: boolean;
  /** Offers the pages of the sitemaps that robots.txt names, else of `/sitemap.xml`. Default false. */
  readonly sitemaps?: boolean;
  /** Follows no link of a page whose `meta name=robots` says nofollow. Default true, as the next two. */
  readonly meta?: boolean;
  /** Follows no link of a page whose `X-Robots-Tag` says nofollow. */
  readonly header?: boolean;
  /** Follows no link that only stands with `rel=nofollow`. */
  readonly rel?: boolean;
}

/** How one host, or all hosts of a pattern, are treated otherwise than the rest. */
export interface HostOptions {
  /** Milliseconds from the end of one request to the next. Default: `politeness.delayMs`. */
  readonly delayMs?: number;
  /** Requests at a time. Default: `politeness.maxInFlightPerHost`. Kept by the frontiers of this package. */
  readonly maxInFlight?: number;
  /** Sent with each request, beside those of the crawl, which they replace. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The User-Agent header. Default: the crawl's. */
  readonly userAgent?: string;
}

/** What is followed beside `a[href]`. Each may be switched. */
export interface FollowOptions {
  /** `area[href]`. Default true. */
  readonly areas?: boolean;
  /** `frame[src]`. Default true. */
  readonly frames?: boolean;
  /** `iframe[src]`. Default true. */
  readonly iframes?: boolean;
  /** `meta[http-equiv=refresh]`. Default true. */
  readonly refresh?: boolean;
  /** `link[rel=canonical]`, in the page or its Link header. Default false. */
  readonly canonical?: boolean;
  /** `link[rel=next]` and `prev`, in the page or its Link header. Default false. */
  readonly neighbours?: boolean;
  /** Feeds that the page announces, in itself or its Link header. Default false. */
  readonly feeds?: boolean;
  /** `img` and `source`, with every candidate of `srcset`. Default false. */
  readonly images?: boolean;
}

/** Options of a crawl. `seeds` is all it needs, or the `frontier` of a crawl to go on with. */
export interface CrawlerOptions {
  /**
   * Where to start: one absolute http(s) URL or several. Allowed on any address, loopback too. May be left out when the frontier has a
   * crawl already: it knows its seeds, and its options too.
   */
  readonly seeds?: SeedsOption;
  /** Which links are followed. Default `'same-origin'`: scheme, host and port of a seed. */
  readonly scope?: Scope;
  /**
   * A frontier to use, which stays open; one that stands elsewhere, to be opened; or a file to keep one in. The file is a log when its
   * path ends in `.log`, else SQLite. Default: in memory.
   */
  readonly frontier?: Frontier | FrontierOpener | string;
  /**
   * What is written: `'pages'`, a row for each URL answered, or what a handler emits for it; `'records'`, only what handlers emit.
   * Default: `'records'` once a route is registered, `'pages'` otherwise.
   */
  readonly rows?: 'pages' | 'records';
  /** What is followed beside `a[href]`. */
  readonly follow?: FollowOptions;
  /** Settings by host: `example.org`, `127.0.0.1:8080`, or `*.example.org` for it and every host under it. The first that fits holds. */
  readonly hosts?: Readonly<Record<string, HostOptions>>;
  /** Keeps what came of a body whose connection broke, as a truncated page, instead of another try. Default false. */
  readonly keepPartialBodies?: boolean;
  /**
   * With a `frontier` in a file whose crawl is finished: fetches every URL again, but the body only of those that have changed; the others
   * are rows with status 304. Default false.
   */
  readonly recrawl?: boolean;
  readonly politeness?: PolitenessOptions;
  /** `false` is short for `{ obey: false }`. */
  readonly robots?: boolean | RobotsOptions;
  /** Requests at a time, to all hosts. Default 16. */
  readonly concurrency?: number;
  readonly limits?: CrawlLimits;
  readonly retry?: CrawlRetryOptions | false;
  /** Whether the order of query parameters tells pages apart (`keep`, the default) or not (`sort`). */
  readonly query?: 'keep' | 'sort';
  /** A session to send with, which stays open; redirects and retries are switched off for each request. Default: one of its own. */
  readonly session?: Session;
  /**
   * Runs first, at every start, before any page is asked for: signs in with the session that the crawl sends with, whose cookies go with every
   * request from then on. What it throws ends the crawl with a `LoginError`. It cannot be kept: a resume has to be given it again. Default: none.
   */
  readonly login?: (session: Session) => unknown;
  /** Sent with each request, beside the crawl's own, which they replace. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The User-Agent header; its first word is what robots.txt knows the crawler by. */
  readonly userAgent?: string;
  /** Handlers by pattern, as `route` adds them. */
  readonly handlers?: Readonly<Record<string, Handler>>;
  /** Is told of every answer, retry and failure as it happens. */
  readonly observer?: CrawlObserver;
}

/** Options with every default filled in. */
export interface ResolvedOptions {
  readonly seeds: readonly string[];
  readonly scope: Scope;
  readonly recrawl: boolean;
  /** Undefined: as it comes out, by whether there are routes. */
  readonly rows: 'pages' | 'records' | undefined;
  readonly follow: Readonly<Required<FollowOptions>>;
  readonly hosts: Readonly<Record<string, HostOptions>>;
  readonly keepPartialBodies: boolean;
  readonly politeness: Readonly<Required<PolitenessOptions>>;
  /** The delay was named, so that it holds for loopback seeds too. */
  readonly isDelayNamed: boolean;
  /** A depth was named: every URL must then be found by its shortest way. */
  readonly isDepthNamed: boolean;
  /** Requests at a time to a host without a delay: what was named, else as many as the crawl has. */
  readonly maxInFlightUndelayed: number;
  readonly robots: Readonly<Required<RobotsOptions>>;
  readonly concurrency: number;
  readonly limits: Readonly<Required<CrawlLimits>>;
  readonly retry: CrawlRetryPolicy;
  readonly query: 'keep' | 'sort';
  readonly session: Session | undefined;
  readonly login: ((session: Session) => unknown) | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly userAgent: string;
  readonly handlers: Readonly<Record<string, Handler>>;
  readonly observer: CrawlObserver;
}

/** The defaults of a crawl. */
export const CRAWL_DEFAULTS: {
  readonly concurrency: number;
  readonly userAgent: string;
  readonly limits: Readonly<Required<CrawlLimits>>;
  readonly robots: Readonly<Required<RobotsOptions>>;
  readonly follow: Readonly<Required<FollowOptions>>;
} = Object.freeze({
  concurrency: 16,
  userAgent: 'oxbow-crawler/0.1',
  limits: Object.freeze({
    ...DEFAULT_TRAP_LIMITS,
    maxPages: Number.POSITIVE_INFINITY,
    /** Deeper than any real site; a calendar's "next month" has no bottom. */
    maxDepth: 30,
    maxUrlsPerHost: 100_000,
    /** A hundred times a large page. */
    maxBodyBytes: 10_000_000,
    /** As browsers and RFC 9110 §15.4's advice: ten is a loop. */
    maxRedirects: 10,
    headersTimeoutMs: 10_000,
    bodyIdleTimeoutMs: 15_000,
    totalTimeoutMs: 60_000,
    leaseMs: 60_000,
    /** Longer than any usual Crawl-delay; an hour of silence is not what anybody expects. */
    maxWaitMs: 600_000,
  }),
  robots: Object.freeze({ obey: true, sitemaps: false, meta: true, header: true, rel: true }),
  follow: Object.freeze({
    areas: true,
    frames: true,
    iframes: true,
    refresh: true,
    canonical: false,
    neighbours: false,
    feeds: false,
    images: false,
  }),
});

const OPTION_NAMES: readonly (keyof CrawlerOptions)[] = [
  'seeds',
  'scope',
  'frontier',
  'recrawl',
  'rows',
  'follow',
  'hosts',
  'keepPartialBodies',
  'politeness',
  'robots',
  'concurrency',
  'limits',
  'retry',
  'query',
  'session',
  'login',
  'headers',
  'userAgent',
  'handlers',
  'observer',
];
/** Limits that may be 0. */
const ZERO_ALLOWED: ReadonlySet<string> = new Set(['maxDepth', 'maxRedirects', 'delayMs', 'maxDelayMs']);

/**
 * Checks the options of a crawl and fills in the defaults.
 * @throws CrawlerOptionError for a value that cannot be used, UsageError for a name that is not known
 */
export function resolveOptions(options: CrawlerOptions): ResolvedOptions {
  checkOptions(options, OPTION_NAMES, 'new Crawler()', { string: 'seeds' });
  const { limits, politeness, robots = {}, retry = {} } = options;
  const robotsOptions = typeof robots === 'boolean' ? allOf(robots) : robots;
  checkOptions(options.follow, Object.keys(CRAWL_DEFAULTS.follow), 'follow');
  checkOptions(limits, Object.keys(CRAWL_DEFAULTS.limits), 'limits');
  checkOptions(politeness, Object.keys(DEFAULT_POLITENESS), 'politeness');
  checkOptions(robotsOptions, Object.keys(CRAWL_DEFAULTS.robots), 'robots');
  if (retry !== false) checkOptions(retry, RETRY_OPTION_NAMES, 'retry');
  if (options.recrawl && typeof options.frontier !== 'string') {
    throw new CrawlerOptionError('recrawl', 'recrawl needs a frontier in a file, and its path');
  }
  const concurrency = options.concurrency ?? CRAWL_DEFAULTS.concurrency;
  return Object.freeze({
    seeds: canonicalSeeds(options),
    scope: options.scope ?? 'same-origin',
    rows: checkedRows(options.rows),
    follow: filled(CRAWL_DEFAULTS.follow, options.follow),
    hosts: checkedHosts(options.hosts),
    keepPartialBodies: options.keepPartialBodies ?? false,
    recrawl: options.recrawl ?? false,
    politeness: numbersChecked(filled(DEFAULT_POLITENESS, politeness)),
    isDelayNamed: politeness?.delayMs !== undefined,
    isDepthNamed: limits?.maxDepth !== undefined && Number.isFinite(limits.maxDepth),
    maxInFlightUndelayed: politeness?.maxInFlightPerHost ?? concurrency,
    robots: filled(CRAWL_DEFAULTS.robots, robotsOptions),
    concurrency: checkedNumber('concurrency', concurrency),
    limits: numbersChecked(filled(CRAWL_DEFAULTS.limits, limits)),
    retry: retryPolicy(retry),
    query: options.query ?? 'keep',
    session: options.session,
    login: checkedLogin(options),
    headers: options.headers ?? {},
    userAgent: options.userAgent ?? CRAWL_DEFAULTS.userAgent,
    handlers: options.handlers ?? {},
    observer: options.observer ?? {},
  });
}

function canonicalSeeds({ seeds, frontier, query = 'keep' }: CrawlerOptions): readonly string[] {
  const list = listOf(seeds);
  if (list.length === 0 && frontier === undefined) {
    throw new CrawlerOptionError(
      'seeds',
      'A crawl needs at least one seed, an absolute http(s) URL, or the frontier of a crawl to go on with',
    );
  }
  return list.map((seed) => {
    const canonical = canonicalUrl(String(seed), { query });
    if (canonical === undefined) {
      throw new CrawlerOptionError(
        'seeds',
        `A seed is an absolute http(s) URL of at most 2083 characters, not "${String(seed).slice(0, 100)}"${seedHint(String(seed))}`,
      );
    }
    return canonical;
  });
}

function seedHint(seed: string): string {
  if (seed.includes('://')) return '';
  const isLocal = /^(?:localhost|127\.|\[?::1)/i.test(seed);
  const guess = URL.parse(`${isLocal ? 'http' : 'https'}://${seed}`);
  const isLikely = guess !== null && (isLocal || guess.hostname.includes('.')) && guess.username === '';
  return isLikely ? `: did you mean ${guess.href}?` : '';
}

function checkedLogin({ login, session }: CrawlerOptions): CrawlerOptions['login'] {
  if (login !== undefined && typeof login !== 'function')
    throw new CrawlerOptionError('login', `login is a function that signs in, not ${typeof login}`);
  if (login !== undefined && session !== undefined && session.cookies === undefined)
    throw new CrawlerOptionError(
      'login',
      'login needs a session that keeps cookies: new Session({ cookies: true })',
    );
  return login;
}

function checkedRows(rows: CrawlerOptions['rows']): 'pages' | 'records' | undefined {
  if (rows === undefined || rows === 'pages' || rows === 'records') return rows;
  throw new CrawlerOptionError('rows', `rows is 'pages' or 'records', not ${String(rows)}`);
}

const HOST_OPTION_NAMES: readonly string[] = ['delayMs', 'maxInFlight', 'headers', 'userAgent'];
const HOST_PATTERN = /^(?:\*\.)?[^\s/*@]+$/;

function checkedHosts(hosts: CrawlerOptions['hosts'] = {}): Readonly<Record<string, HostOptions>> {
  for (const [pattern, options] of Object.entries(hosts)) {
    if (!HOST_PATTERN.test(pattern)) {
      const what = 'a host such as example.org, 127.0.0.1:8080 or *.example.org';
      throw new CrawlerOptionError('hosts', `hosts takes ${what}, not "${pattern}"`);
    }
    checkOptions(options, HOST_OPTION_NAMES, `hosts["${pattern}"]`);
    if (options.delayMs !== undefined) checkedNumber('delayMs', options.delayMs);
    if (options.maxInFlight !== undefined) checkedNumber('maxInFlight', options.maxInFlight);
  }
  return hosts;
}

/** `robots: false` lifts all that a site says to robots. */
function allOf(obey: boolean): RobotsOptions {
  return obey ? {} : { obey, meta: false, header: false, rel: false };
}

/** Defaults under what was given; a value that is undefined counts as not given. */
function filled<T extends object>(defaults: T, given: Partial<T> | undefined): T {
  const own = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(own) };
}

function numbersChecked<T extends object>(values: T): T {
  for (const [name, value] of Object.entries(values))
    if (typeof value !== 'boolean') checkedNumber(name, value);
  return Object.freeze(values);
}

function checkedNumber(name: string, value: unknown): number {
  const least = ZERO_ALLOWED.has(name) ? 0 : 1;
  if (typeof value === 'number' && value >= least) return value;
  throw new CrawlerOptionError(name, `${name} is a number of at least ${least}, not ${String(value)}`);
}
