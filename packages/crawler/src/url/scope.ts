/** Which links a crawl follows: those of the seeds' origins, or what the caller's rules say. It does not know robots or traps. */
import { CrawlerOptionError } from '../errors.ts';
import { originOf } from './canonical-url.ts';
import { compileUrlPattern, type UrlMatcher } from './path-pattern.ts';

/** Rules beside the origin: both are lists of patterns such as `/docs/**`. */
export interface ScopeRules {
  /** Only URLs that one of these covers. Default: every one of a seed's origin. With absolute patterns other origins can be named. */
  readonly include?: readonly string[];
  /** No URL that one of these covers; goes before `include`. Default: none. */
  readonly exclude?: readonly string[];
}

/** `origin`: the scheme, host and port of a seed. Rules narrow or widen that. A function decides alone. */
export type Scope = 'origin' | ScopeRules | ((url: URL) => boolean);

/** Tells why a URL is out of scope; undefined when it is in scope. */
export type ScopeCheck = (url: string) => string | undefined;

/** Compiles a scope for canonical seeds. Seeds themselves are always in scope. */
export function compileScope(scope: Scope, seeds: readonly string[]): ScopeCheck {
  if (typeof scope === 'function') {
    return (url) => (scope(new URL(url)) ? undefined : 'the scope function says no');
  }
  const origins = new Set(seeds.map(originOf));
  const inOrigin: ScopeCheck = (url) =>
    origins.has(originOf(url)) ? undefined : `its origin ${originOf(url)} is not a seed's`;
  if (scope === 'origin') return inOrigin;
  if (typeof scope !== 'object' || scope === null) {
    throw new CrawlerOptionError(
      'scope',
      `scope is 'origin', { include, exclude } or a function, not ${String(scope)}`,
    );
  }
  const include = scope.include?.map(named);
  const exclude = scope.exclude?.map(named) ?? [];
  return (url) => {
    const excluded = exclude.find((rule) => rule.covers(url));
    if (excluded !== undefined) return `it is excluded by ${excluded.pattern}`;
    if (include === undefined) return inOrigin(url);
    const covering = include.filter((rule) => rule.covers(url));
    if (covering.length === 0) return 'no include pattern covers it';
    return covering.some((rule) => !rule.pattern.startsWith('/')) ? undefined : inOrigin(url);
  };
}

function named(pattern: string): { pattern: string; covers: UrlMatcher } {
  return { pattern, covers: compileUrlPattern(pattern) };
}
