/**
 * Which links a crawl follows: those of the seeds' origins or sites, or what the caller's rules say. A crawl can be widened by an origin
 * that a seed leads to, and narrowed by further rules, while it runs. It does not know robots or traps.
 */
import { CrawlerOptionError } from '../errors.ts';
import { hostOf, originOf } from './canonical-url.ts';
import { compileUrlPattern, type UrlMatcher } from './path-pattern.ts';
import { siteOf } from './site.ts';

/** Rules beside the origin: both are lists of patterns such as `/docs/**`. */
export interface ScopeRules {
  /** Only URLs that one of these covers. Default: every one of a seed's origin. With absolute patterns other origins can be named. */
  readonly include?: readonly string[];
  /** No URL that one of these covers; goes before `include`. Default: none. */
  readonly exclude?: readonly string[];
}

/**
 * `same-origin`: the scheme, host and port of a seed. `same-site`: any host under the registrable domain of a seed, by the public suffix
 * list, whatever its scheme and port. Rules narrow or widen the first. A function decides alone.
 */
export type Scope = 'same-origin' | 'same-site' | ScopeRules | ((url: URL) => boolean);

/** Tells why a URL is out of scope; undefined when it is in scope. */
export type ScopeCheck = (url: string) => string | undefined;

/** The scope of one crawl. */
export class CrawlScope {
  readonly #origins: Set<string>;
  readonly #check: ScopeCheck;
  readonly #narrowings: ScopeCheck[] = [];

  /**
   * @param origins of the seeds, and those the crawl was widened by
   * @throws CrawlerOptionError for what is no scope
   */
  constructor(scope: Scope, origins: Iterable<string>) {
    this.#origins = new Set(origins);
    this.#check = this.#compile(scope);
  }

  /** Why a URL is out of scope; undefined when it is in scope. */
  readonly check: ScopeCheck = (url) => {
    const outside = this.#check(url);
    if (outside !== undefined || this.#narrowings.length === 0) return outside;
    return this.narrowed(url);
  };

  /** Why a URL that was in scope is so no longer; undefined when it is. */
  narrowed(url: string): string | undefined {
    for (const narrowing of this.#narrowings) {
      const outside = narrowing(url);
      if (outside !== undefined) return outside;
    }
    return undefined;
  }

  /** Takes an origin in, as those of the seeds. */
  widen(origin: string): void {
    this.#origins.add(origin);
  }

  /** Leaves out what these rules do not cover, from now on. */
  narrow(scope: ScopeRules | ((url: URL) => boolean)): void {
    if (typeof scope === 'function') {
      this.#narrowings.push((url) =>
        scope(new URL(url)) ? undefined : 'the crawl was narrowed: a function says no',
      );
      return;
    }
    const check = compileRules(scope, () => undefined);
    this.#narrowings.push((url) => {
      const outside = check(url);
      return outside === undefined ? undefined : `the crawl was narrowed: ${outside}`;
    });
  }

  readonly #inOrigin: ScopeCheck = (url) =>
    this.#origins.has(originOf(url))
      ? undefined
      : `its origin ${originOf(url)} is not a seed's: name it as a seed, or give scope: 'same-site' or rules`;

  #compile(scope: Scope): ScopeCheck {
    if (typeof scope === 'function')
      return (url) => (scope(new URL(url)) ? undefined : 'the scope function says no');
    if (scope === 'same-origin') return this.#inOrigin;
    if (scope === 'same-site') return this.#inSite();
    if (typeof scope !== 'object' || scope === null) {
      const hint = (scope as unknown) === 'origin' ? ": did you mean 'same-origin'?" : '';
      throw new CrawlerOptionError(
        'scope',
        `scope is 'same-origin', 'same-site', { include, exclude } or a function, not ${String(scope)}${hint}`,
      );
    }
    return compileRules(scope, this.#inOrigin);
  }

  #inSite(): ScopeCheck {
    const sites = new Map<string, string>();
    const siteOfUrl = (url: string): string => {
      const host = hostOf(url);
      let site = sites.get(host);
      if (site === undefined) {
        site = siteOf(url);
        if (sites.size < MAX_CACHED_SITES) sites.set(host, site);
      }
      return site;
    };
    return (url) => {
      const site = siteOfUrl(url);
      for (const origin of this.#origins) if (siteOfUrl(`${origin}/`) === site) return undefined;
      return `its site ${site} is not a seed's: name a URL of it as a seed, or give scope rules`;
    };
  }
}

/** Hosts whose site is remembered: looking one up costs microseconds. */
const MAX_CACHED_SITES = 10_000;

function compileRules(rules: ScopeRules, otherwise: ScopeCheck): ScopeCheck {
  const include = rules.include?.map(named);
  const exclude = rules.exclude?.map(named) ?? [];
  return (url) => {
    const excluded = exclude.find((rule) => rule.covers(url));
    if (excluded !== undefined) return `it is excluded by ${excluded.pattern}`;
    if (include === undefined) return otherwise(url);
    const covering = include.filter((rule) => rule.covers(url));
    if (covering.length === 0) return 'no include pattern covers it';
    return covering.some((rule) => !rule.pattern.startsWith('/')) ? undefined : otherwise(url);
  };
}

function named(pattern: string): { pattern: string; covers: UrlMatcher } {
  return { pattern, covers: compileUrlPattern(pattern) };
}
