/** Where an answered page leads: its redirect, or its links. It knows which of them the rules let through, and offers nothing itself. */
import type { PrivateAddressGuard } from '../fetch/private-address-guard.ts';
import type { CrawlTarget } from '../frontier/frontier.ts';
import type { ResolvedOptions } from '../options/crawl-options.ts';
import type { CrawlCounters } from '../report/crawl-statistics.ts';
import type { Reporter } from '../report/reporter.ts';
import { originOf } from '../url/canonical-url.ts';
import { isSameSite } from '../url/site.ts';
import type { LinkPolicy } from './link-policy.ts';
import type { ReadPage } from './page-reader.ts';
import type { PutOffVisit, Visit } from './visit.ts';

/** What it works with. */
export interface PageTargetsParts {
  readonly options: ResolvedOptions;
  readonly links: LinkPolicy;
  readonly counters: CrawlCounters;
  readonly reporter: Reporter;
  readonly guard: PrivateAddressGuard;
  /** The session keeps cookies: a redirect back to where it began may be answered otherwise then. */
  readonly hasCookies: boolean;
  /** Takes an origin into the scope, for good. */
  readonly widen: (origin: string) => Promise<void>;
}

/** Finds the targets of pages. */
export class PageTargets {
  readonly #parts: PageTargetsParts;

  constructor(parts: PageTargetsParts) {
    this.#parts = parts;
  }

  /** What is offered with a page; or the visit again, when the page only set a cookie and sent back to itself. */
  async find(visit: Visit, { page }: ReadPage): Promise<CrawlTarget[] | PutOffVisit> {
    const { links, guard } = this.#parts;
    if (page.redirectTo !== null) return this.#redirected(visit, page.redirectTo, page.headers);
    // An error page is not part of the site: what it links to is written, not followed.
    if (page.status < 200 || page.status >= 300) return [];
    const mayBePrivate = guard.isPrivate(visit.url);
    return links.select(page.links, { referrer: visit.url, depth: visit.depth + 1, mayBePrivate });
  }

  async #redirected(
    visit: Visit,
    redirectTo: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<CrawlTarget[] | PutOffVisit> {
    const { options, counters, links, guard, hasCookies } = this.#parts;
    const { target } = visit;
    if (target.redirects >= options.limits.maxRedirects) {
      counters.skipped('redirects');
      return [];
    }
    const setsCookie = hasCookies && 'set-cookie' in headers;
    if (redirectTo === visit.url) {
      // With the cookie it may be another answer: the page is asked again, as often as a redirect is followed.
      return setsCookie && visit.attempt <= options.limits.maxRedirects
        ? {
            kind: 'put-off',
            afterMs: 0,
            failure: visit.failure('network', 'redirects to itself with a cookie'),
          }
        : [];
    }
    if (target.depth === 0) await this.#followSeed(visit, redirectTo);
    const { depth, priority, purpose, data } = target;
    const redirectedFrom = target.redirectedFrom ?? visit.url;
    // Back where it began, with cookies: once more.
    const again = hasCookies && redirectTo === target.redirectedFrom && target.redirects === 1;
    const found = links.accept(
      {
        url: redirectTo,
        depth,
        referrer: visit.url,
        priority,
        redirects: target.redirects + 1,
        purpose,
        data,
        redirectedFrom,
        mayBePrivate: guard.isPrivate(visit.url),
        ...(again ? { again } : {}),
      },
      purpose === 'sitemap',
    );
    return found === undefined ? [] : [found];
  }

  /** A seed that leads to https, to www or elsewhere within its site takes the crawl with it; one that leads to another site is told. */
  async #followSeed(visit: Visit, redirectTo: string): Promise<void> {
    const { links, reporter, widen } = this.#parts;
    if (visit.purpose !== 'page' || links.isInScope(redirectTo)) return;
    if (isSameSite(visit.url, redirectTo)) {
      await widen(originOf(redirectTo));
      return;
    }
    const message = `the seed ${visit.url} leads to ${redirectTo}, which is another site: name that one as a seed to crawl it`;
    reporter.notice({ kind: 'seed-redirect', url: visit.url, message });
  }
}
