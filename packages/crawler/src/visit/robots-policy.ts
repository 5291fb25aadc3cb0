/** What robots.txt has to say to a visit, and which sitemaps it leads to. It settles nothing and reads no page. */
import type { CrawlTarget } from '../frontier/frontier.ts';
import type { ResolvedOptions } from '../options/crawl-options.ts';
import type { RobotsCache } from '../robots/robots-cache.ts';
import type { RobotsTxt } from '../robots/robots-txt.ts';
import { hostOf, originOf } from '../url/canonical-url.ts';
import type { HostPolicy } from './host-policy.ts';
import type { LinkPolicy } from './link-policy.ts';
import { SITEMAP_PRIORITY } from './sitemap-targets.ts';
import type { Visit, VisitOutcome } from './visit.ts';

/** What it works with. */
export interface RobotsPolicyParts {
  readonly options: ResolvedOptions;
  readonly robots: RobotsCache;
  readonly hosts: HostPolicy;
  readonly links: LinkPolicy;
}

/** Asks robots.txt before each visit. */
export class RobotsPolicy {
  readonly #parts: RobotsPolicyParts;

  constructor(parts: RobotsPolicyParts) {
    this.#parts = parts;
  }

  /** An outcome in the place of the visit; undefined when it may go on. */
  async check(visit: Visit): Promise<VisitOutcome | undefined> {
    const { options, robots, hosts } = this.#parts;
    if (!options.robots.obey) return undefined;
    const verdict = await robots.get(visit.url, visit.target.mayBePrivate);
    if (!verdict.isKnown) {
      if (verdict.isBlocked) return visit.fail(verdict.message, 'blocked');
      return hosts.withoutRobots(visit, verdict.retryInMs, verdict.failures, verdict.message);
    }
    const delayMs = hosts.crawlDelay(hostOf(visit.url), verdict.robots.crawlDelayMs ?? 0);
    const discovered = verdict.wasFetched ? this.#sitemaps(visit, verdict.robots) : [];
    // The file was a request to the host: the page waits for its turn, unless there are no turns.
    if ((verdict.wasFetched && delayMs > 0) || discovered.length > 0) return { kind: 'put-off', discovered };
    const rule = verdict.robots.ruleFor(visit.url);
    if (rule === undefined || rule.allow) return undefined;
    return visit.fail(`robots.txt says Disallow: ${rule.pattern}`, 'robots');
  }

  /** The sitemaps that the file names, on any host (sitemaps.org, "Cross Submits"), or the one at the usual place. */
  #sitemaps(visit: Visit, robots: RobotsTxt): CrawlTarget[] {
    const { options, links } = this.#parts;
    if (!options.robots.sitemaps) return [];
    const { mayBePrivate } = visit.target;
    const urls = robots.sitemaps.length > 0 ? robots.sitemaps : [`${originOf(visit.url)}/sitemap.xml`];
    return urls
      .map((url) =>
        links.accept(
          { url, depth: 0, priority: SITEMAP_PRIORITY, purpose: 'sitemap', data: { level: 0 }, mayBePrivate },
          true,
        ),
      )
      .filter((found) => found !== undefined);
  }
}
