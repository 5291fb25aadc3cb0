/** Where an answered page leads: its redirect, or its links. It knows which of them the rules let through, and offers nothing itself. */
import type { PrivateAddressGuard } from '../fetch/private-address-guard.ts';
import type { CrawlTarget } from '../frontier/frontier.ts';
import { parseLinkHeader } from '../html/link-header.ts';
import { FEED_TYPES, type PageFacts } from '../html/page-facts.ts';
import type { ResolvedOptions } from '../options/crawl-options.ts';
import type { CrawlCounters } from '../report/crawl-statistics.ts';
import type { Reporter } from '../report/reporter.ts';
import { directivesOfHeader } from '../robots/robots-directives.ts';
import { originOf } from '../url/canonical-url.ts';
import { isSameSite } from '../url/site.ts';
import type { LinkPolicy } from './link-policy.ts';
import type { Page } from './page.ts';
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
  async find(visit: Visit, read: ReadPage): Promise<CrawlTarget[] | PutOffVisit> {
    const { links, guard } = this.#parts;
    const { page } = read;
    if (page.redirectTo !== null) return this.#redirected(visit, page.redirectTo, page.headers);
    // An error page is not part of the site: what it links to is written, not followed.
    if (page.status < 200 || page.status >= 300) return [];
    const mayBePrivate = guard.isPrivate(visit.url);
    const found = this.#followed(read);
    return links.select(found, { referrer: visit.url, depth: visit.depth + 1, mayBePrivate });
  }

  /** The links that the page and the options let through. */
  #followed({ page, facts }: ReadPage): readonly string[] {
    const { options, counters } = this.#parts;
    const { robots } = options;
    if (this.#asksNotToFollow(page, facts)) {
      counters.skipped('nofollow', page.links.length);
      return [];
    }
    const others = otherTargets(page, facts, options.follow);
    const nofollow = robots.rel ? (facts?.nofollow ?? []) : [];
    if (nofollow.length === 0) return others.length === 0 ? page.links : [...page.links, ...others];
    counters.skipped('nofollow', nofollow.length);
    const left = new Set(nofollow);
    return [...page.links.filter((link) => !left.has(link)), ...others];
  }

  #asksNotToFollow(page: Page, facts: PageFacts | undefined): boolean {
    const { robots, userAgent } = this.#parts.options;
    if (robots.meta && facts?.robots.nofollow === true) return true;
    return robots.header && directivesOfHeader(page.headers['x-robots-tag'], userAgent).nofollow;
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

/** Where a page leads beside its links, of the kinds that are followed. */
function otherTargets(
  page: Page,
  facts: PageFacts | undefined,
  follow: ResolvedOptions['follow'],
): readonly string[] {
  const targets: string[] = [];
  if (facts !== undefined) {
    const { others, refresh, canonical } = facts;
    for (const kind of ['areas', 'frames', 'iframes', 'images', 'feeds', 'neighbours'] as const)
      if (follow[kind]) targets.push(...others[kind]);
    if (follow.refresh && refresh !== null && refresh !== page.url) targets.push(refresh);
    if (follow.canonical && canonical !== null) targets.push(canonical);
  }
  const header = page.headers.link;
  if (header === undefined || !(follow.canonical || follow.neighbours || follow.feeds)) return targets;
  for (const { url, relations, type } of parseLinkHeader(header, page.baseUrl)) {
    const isNeighbour = relations.includes('next') || relations.includes('prev');
    const isFeed = relations.includes('alternate') && FEED_TYPES.has(type ?? '');
    const isCanonical = relations.includes('canonical');
    if ((follow.neighbours && isNeighbour) || (follow.feeds && isFeed) || (follow.canonical && isCanonical))
      targets.push(url);
  }
  return targets;
}
