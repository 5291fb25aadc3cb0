/** What a sitemap that was fetched leads to: pages, and further sitemaps. It fetches nothing. */
import type { Answer } from '../fetch/page-fetcher.ts';
import type { CrawlTarget } from '../frontier/frontier.ts';
import type { CrawlCounters } from '../report/crawl-statistics.ts';
import type { Reporter } from '../report/reporter.ts';
import { parseSitemap } from '../sitemap/sitemap.ts';
import type { LinkPolicy } from './link-policy.ts';
import type { Visit } from './visit.ts';

/** Sitemaps go before the pages of their host. */
export const SITEMAP_PRIORITY = 1_000_000;
/** Indexes in indexes that are read (sitemaps.org knows one level). */
const MAX_INDEX_LEVELS = 2;

/** What it works with. */
export interface SitemapParts {
  readonly links: LinkPolicy;
  readonly counters: CrawlCounters;
  readonly reporter: Reporter;
}

/** The targets that a sitemap lists. A broken one lists nothing, which is counted and told. */
export function sitemapTargets(
  visit: Visit,
  answer: Answer,
  parts: SitemapParts,
  mayBePrivate: boolean,
): CrawlTarget[] {
  const { links, counters, reporter } = parts;
  const { url, depth } = visit;
  const { level = 0 } = (visit.data ?? {}) as { level?: number };
  try {
    const sitemap = parseSitemap(answer.body, url);
    const pages = links.select(sitemap.urls, { referrer: url, depth: depth + 1, mayBePrivate });
    if (level >= MAX_INDEX_LEVELS) return pages;
    const further = sitemap.sitemaps.map((found) =>
      links.accept(
        {
          url: found,
          depth,
          referrer: url,
          priority: SITEMAP_PRIORITY,
          purpose: 'sitemap',
          data: { level: level + 1 },
          mayBePrivate,
        },
        true,
      ),
    );
    return [...pages, ...further.filter((found) => found !== undefined)];
  } catch (error) {
    counters.skipped('sitemap');
    const message = `the sitemap ${url} cannot be read: ${(error as Error).message}`;
    reporter.notice({ kind: 'sitemap', url, message, error });
    return [];
  }
}
