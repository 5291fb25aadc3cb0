/** What a crawl came to, by reason, with what to do about each. Values in, sentences out. */
import type { CrawlStatistics, SkipReason } from './crawl-statistics.ts';
import type { FailureReason } from './observer.ts';

const FAILURES: Readonly<Record<FailureReason, string>> = {
  robots: 'robots.txt forbids them; robots: false (--ignore-robots) fetches them all the same',
  'robots-unreachable':
    'the robots.txt of their host could not be had; retryFailed (--retry-failed) asks again',
  blocked:
    'their address is private, and they were found on a public page; name their host as a seed to allow it',
  scope: 'the crawl was narrowed',
  timeout: 'they took too long; raise limits.totalTimeoutMs, or try again by retryFailed (--retry-failed)',
  network: 'the network or their host failed; try again by retryFailed (--retry-failed)',
  render:
    'a browser could not show them; raise timeoutMs of the pool, or try again by retryFailed (--retry-failed)',
  handler: 'a handler or a middleware failed; mend it, then retryFailed (--retry-failed --reason handler)',
  record:
    'their records cannot be written; mend the handler, then retryFailed (--retry-failed --reason record)',
};

const SKIPS: Readonly<Record<SkipReason, string>> = {
  scope: 'are out of scope',
  robots: 'are forbidden by robots.txt',
  nofollow:
    'stand on pages or with relations that ask robots not to follow; robots: { meta, header, rel } are the switches',
  trap: 'look like a trap; the limits are options',
  depth: 'are deeper than limits.maxDepth',
  redirects: 'are behind more redirects than limits.maxRedirects',
  url: 'are no http(s) URLs, or longer than 2083 characters',
  'host-limit': 'are of hosts with more URLs than limits.maxUrlsPerHost',
  sitemap: 'sitemaps could not be read',
};

/**
 * One line for each reason that something was not fetched, or came to nothing; the largest first. Empty when all went well.
 *
 * @example
 * ```ts
 * import { Crawler, crawlReport, jsonl } from '@oxbow/crawler';
 *
 * const crawl = new Crawler({ seeds: 'https://example.org/' });
 * await crawl.to(jsonl('pages.jsonl'));
 * for (const line of crawlReport(crawl.statistics())) console.log(line);
 * ```
 */
export function crawlReport({ failures, skipped, queued, state }: CrawlStatistics): string[] {
  const lines = [
    ...byCount(failures).map(
      ([reason, count]) => `${count} URLs failed: ${FAILURES[reason as FailureReason] ?? reason}`,
    ),
    ...byCount(skipped).map(([reason, count]) =>
      reason === 'sitemap'
        ? `${count} ${SKIPS.sitemap}`
        : `${count} links were not followed: they ${SKIPS[reason as SkipReason] ?? reason}`,
    ),
  ];
  if (state === 'ended' && queued > 0)
    lines.push(`${queued} URLs wait in the frontier: a crawl with the same frontier goes on with them`);
  return lines;
}

function byCount(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a);
}
