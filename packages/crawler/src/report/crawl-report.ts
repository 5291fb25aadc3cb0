/** What a crawl came to, by reason, with what to do about each. Values in, sentences out. */
import type { CrawlStatistics, SkipReason } from './crawl-statistics.ts';
import type { FailureReason } from './observer.ts';

const FAILURES: Readonly<Record<FailureReason, string>> = {
  robots: 'forbidden by robots.txt; robots: false (--ignore-robots) fetches all the same',
  'robots-unreachable':
    'the robots.txt of the host could not be had; retryFailed (--retry-failed) asks again',
  blocked: 'on a private address, and found on a public page; name the host as a seed to allow it',
  scope: 'the crawl was narrowed',
  timeout: 'too slow; raise limits.totalTimeoutMs, or try again by retryFailed (--retry-failed)',
  network: 'the network or the host failed; try again by retryFailed (--retry-failed)',
  render:
    'no browser could show it; raise timeoutMs of the pool, or try again by retryFailed (--retry-failed)',
  handler: 'a handler or a middleware failed; mend it, then retryFailed (--retry-failed --reason handler)',
  record: 'a record cannot be written; mend the handler, then retryFailed (--retry-failed --reason record)',
};

const SKIPS: Readonly<Record<SkipReason, string>> = {
  scope: 'out of scope',
  robots: 'forbidden by robots.txt',
  nofollow:
    'on pages or with relations that ask robots not to follow; robots: { meta, header, rel } are the switches',
  trap: 'looking like a trap; the limits are options',
  depth: 'deeper than limits.maxDepth',
  redirects: 'behind more redirects than limits.maxRedirects',
  url: 'no http(s) URL, or longer than 2083 characters',
  'host-limit': 'of hosts with more URLs than limits.maxUrlsPerHost',
  sitemap: 'not to be read',
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
      ([reason, count]) => `${counted(count, 'URL')} failed: ${FAILURES[reason as FailureReason] ?? reason}`,
    ),
    ...byCount(skipped).map(([reason, count]) =>
      reason === 'sitemap'
        ? `${counted(count, 'sitemap')} could not be read`
        : `${counted(count, 'link')} not followed: ${SKIPS[reason as SkipReason] ?? reason}`,
    ),
  ];
  if (state === 'ended' && queued > 0)
    lines.push(
      `${counted(queued, 'URL')} left in the frontier: a crawl with the same frontier goes on there`,
    );
  return lines;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function byCount(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a);
}
