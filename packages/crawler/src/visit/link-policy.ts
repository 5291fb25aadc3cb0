/** Which of a page's links are offered to the frontier, and why others are not. It knows rules; the frontier knows what is known. */

import type { CrawlTarget } from '../frontier/frontier.ts';
import type { CrawlCounters, SkipReason } from '../report/crawl-statistics.ts';
import type { Reporter } from '../report/reporter.ts';
import type { RobotsTxt } from '../robots/robots-txt.ts';
import { canonicalUrl } from '../url/canonical-url.ts';
import type { ScopeCheck } from '../url/scope.ts';
import type { TrapGuard } from '../url/trap-guard.ts';

/** Why a link is not followed. */
export interface Skip {
  readonly reason: SkipReason;
  readonly message: string;
}

/** The rules of one crawl. */
export interface LinkRules {
  readonly scope: ScopeCheck;
  readonly traps: TrapGuard;
  readonly maxDepth: number;
  readonly query: 'keep' | 'sort';
  /** The robots file of a URL's origin, when it is known already. */
  readonly robotsOf: (url: string) => RobotsTxt | undefined;
}

/** Decides on links; URLs it has seen out of scope or beyond the depth are not looked at further. */
export class LinkPolicy {
  readonly #rules: LinkRules;
  readonly #counters: CrawlCounters;
  readonly #reporter: Reporter;

  constructor(rules: LinkRules, counters: CrawlCounters, reporter: Reporter) {
    this.#rules = rules;
    this.#counters = counters;
    this.#reporter = reporter;
  }

  /** True when a canonical URL is in scope. */
  isInScope(url: string): boolean {
    return this.#rules.scope(url) === undefined;
  }

  /** The links to offer, as targets that have `found` in common. */
  select(
    links: readonly string[],
    found: { readonly referrer: string; readonly depth: number; readonly mayBePrivate: boolean },
  ): CrawlTarget[] {
    if (found.depth > this.#rules.maxDepth) {
      this.#counters.skipped('depth', links.length);
      return [];
    }
    const selected: CrawlTarget[] = [];
    for (const link of links) {
      const target = this.accept({ url: link, ...found });
      if (target !== undefined) selected.push(target);
    }
    return selected;
  }

  /** One target in canonical form; undefined, and counted, when it is not followed. */
  accept(target: CrawlTarget, ignoresScope = false): CrawlTarget | undefined {
    const url = this.#canonical(target.url);
    const skip = this.skipOf(url, target.depth ?? 0, ignoresScope);
    if (skip !== undefined) {
      this.#counters.skipped(skip.reason);
      if (skip.reason === 'trap') {
        const message = `${url} is not followed, for it looks like a trap: ${skip.message}. The limits are options.`;
        this.#reporter.notice({ kind: 'trap', url: url ?? target.url, message }, 'trap');
      }
      return undefined;
    }
    return url === target.url ? target : { ...target, url: url! };
  }

  /** Why a URL would not be followed from a page of the depth before; undefined when it would. */
  skipOf(url: string | undefined, depth: number, ignoresScope = false): Skip | undefined {
    if (url === undefined)
      return { reason: 'url', message: 'it is no http(s) URL, or longer than 2083 characters' };
    const { scope, traps, maxDepth, robotsOf } = this.#rules;
    if (depth > maxDepth)
      return { reason: 'depth', message: `its depth is ${depth}, the limit is ${maxDepth}` };
    const outOfScope = ignoresScope ? undefined : scope(url);
    if (outOfScope !== undefined) return { reason: 'scope', message: outOfScope };
    const rule = robotsOf(url)?.ruleFor(url);
    if (rule !== undefined && !rule.allow)
      return { reason: 'robots', message: `robots.txt says Disallow: ${rule.pattern}` };
    const trap = traps.check(url);
    return trap === undefined ? undefined : { reason: 'trap', message: trap };
  }

  #canonical(url: string): string | undefined {
    // Links of a page are canonical but for credentials, length and the order of the query.
    const isCanonical =
      url.length <= 2000 && !url.includes('@') && (this.#rules.query === 'keep' || !url.includes('?'));
    return isCanonical && /^https?:\/\/[a-z0-9]/.test(url)
      ? url
      : canonicalUrl(url, { query: this.#rules.query });
  }
}
