/**
 * What happens to one claimed URL: robots, the request, what the answer says, the handler, and which links to offer. It settles
 * nothing and writes nothing: it says what is to be settled.
 */
import { retryAfterMs } from '@oxbow/http';
import { CancelledError } from '@oxbow/loop';
import type { Answer, Fetch } from '../fetch/page-fetcher.ts';
import { redirectTarget } from '../fetch/redirect-target.ts';
import type { ClaimedTarget, CrawlTarget } from '../frontier/frontier.ts';
import { isHtml } from '../html/mime-type.ts';
import { type PageFacts, readPageFacts } from '../html/page-facts.ts';
import type { ResolvedOptions } from '../options/crawl-options.ts';
import type { CrawlCounters } from '../report/crawl-statistics.ts';
import type { CrawlFailure, FailureReason } from '../report/observer.ts';
import type { RobotsCache } from '../robots/robots-cache.ts';
import type { RobotsTxt } from '../robots/robots-txt.ts';
import { parseSitemap } from '../sitemap/sitemap.ts';
import { canonicalUrl, hostOf } from '../url/canonical-url.ts';
import type { LinkPolicy } from './link-policy.ts';
import { Page } from './page.ts';
import { HostThrottle } from './politeness.ts';
import { isRetriedStatus, retryDelayMs } from './retry-policy.ts';
import type { Router } from './router.ts';

/** What is to be done about a claimed URL. */
export type Visit =
  /** Answered; `records` replace the page's row. */
  | {
      readonly kind: 'answered';
      readonly page: Page;
      readonly discovered: readonly CrawlTarget[];
      readonly records?: readonly unknown[];
    }
  /** To be tried again; without a failure the lease was only given back. */
  | {
      readonly kind: 'put-off';
      readonly notBeforeMs?: number;
      readonly failure?: CrawlFailure;
      readonly discovered?: readonly CrawlTarget[];
    }
  /** Came to nothing. */
  | { readonly kind: 'failed'; readonly failure: CrawlFailure };

/** What a visitor works with. */
export interface VisitorParts {
  readonly options: ResolvedOptions;
  readonly fetch: Fetch;
  readonly robots: RobotsCache;
  readonly links: LinkPolicy;
  readonly router: Router;
  readonly counters: CrawlCounters;
  /** Milliseconds of the frontier's clock. */
  readonly now: () => number;
  /** A host is to be left alone for longer or shorter. */
  readonly onHostDelay: (host: string, delayMs: number) => void;
}

/**
 * Marks the URL of a sitemap in the frontier, by how deep in an index it lies: they go before all pages, and pages go by other
 * priorities. An index in an index is read, no deeper (sitemaps.org knows one level).
 */
const SITEMAP_PRIORITIES: readonly number[] = [3_000_003, 3_000_002, 3_000_001];

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Visits URLs, any number at a time. */
export class Visitor {
  readonly #parts: VisitorParts;
  readonly #throttles = new Map<string, HostThrottle>();

  constructor(parts: VisitorParts) {
    this.#parts = parts;
  }

  /** The delay a host starts with, in milliseconds: none for a seed on loopback unless one was asked for. */
  baseDelayMs(host: string): number {
    const { politeness, isDelayNamed, seeds } = this.#parts.options;
    return !isDelayNamed && isLoopback(host) && seeds.some((seed) => hostOf(seed) === host)
      ? 0
      : politeness.delayMs;
  }

  /** Visits one URL. Rejects only when its task is cancelled. */
  async visit(target: ClaimedTarget): Promise<Visit> {
    const { options, fetch } = this.#parts;
    const forbidden = options.robots.obey ? await this.#askRobots(target) : undefined;
    if (forbidden !== undefined) return forbidden;
    const answer = await fetch({
      url: target.url,
      referrer: target.referrer,
      maxBodyBytes: options.limits.maxBodyBytes,
      validators: target.validators,
    });
    if (!answer.isAnswer) {
      const failure = failureOf(target, answer.reason, answer.message);
      return (answer.isTransient ? this.#tryAgain(failure) : undefined) ?? { kind: 'failed', failure };
    }
    return this.#observe(target, answer) ?? (await this.#read(target, answer));
  }

  /** What robots.txt has against this visit; undefined when nothing. */
  async #askRobots(target: ClaimedTarget): Promise<Visit | undefined> {
    const { options, robots } = this.#parts;
    const verdict = await robots.get(target.url, target.referrer);
    if (!verdict.isKnown) {
      const failure = failureOf(
        target,
        verdict.isBlocked ? 'blocked' : 'robots-unreachable',
        verdict.message,
      );
      if (verdict.isBlocked || target.attempt > options.retry.backoff.maxAttempts)
        return { kind: 'failed', failure };
      return { kind: 'put-off', notBeforeMs: verdict.retryAtMs, failure };
    }
    const host = hostOf(target.url);
    const throttle = this.#throttleOf(host);
    const baseMs = Math.max(this.baseDelayMs(host), verdict.robots.crawlDelayMs ?? 0);
    if (throttle.rebase(baseMs)) this.#parts.onHostDelay(host, throttle.delayMs);
    const rule = verdict.robots.ruleFor(target.url);
    const discovered =
      verdict.wasFetched && options.robots.sitemaps ? this.#sitemapTargets(verdict.robots) : [];
    // The file was a request to the host: the page waits for its turn, unless there are no turns.
    if ((verdict.wasFetched && throttle.delayMs > 0) || discovered.length > 0)
      return { kind: 'put-off', discovered };
    if (rule === undefined || rule.allow) return undefined;
    return {
      kind: 'failed',
      failure: failureOf(target, 'robots', `robots.txt says Disallow: ${rule.pattern}`),
    };
  }

  #sitemapTargets(robots: RobotsTxt): CrawlTarget[] {
    return robots.sitemaps
      .map((url) => this.#parts.links.accept({ url, depth: 0, priority: SITEMAP_PRIORITIES[0]! }))
      .filter((found) => found !== undefined);
  }

  /** Lets the host's delay follow its answer; a visit when the answer is worth another try. */
  #observe(target: ClaimedTarget, answer: Answer): Visit | undefined {
    const { status, elapsedMs } = answer;
    const host = hostOf(target.url);
    const throttle = this.#throttleOf(host);
    const askedFor = retryAfterMs(answer.headers['retry-after'], this.#parts.now());
    const isOverloaded = status === 429 || (status === 503 && askedFor !== undefined);
    if (throttle.observe({ elapsedMs, isSuccess: status < 400, isOverloaded }))
      this.#parts.onHostDelay(host, throttle.delayMs);
    if (!isRetriedStatus(status)) return undefined;
    return this.#tryAgain(failureOf(target, 'network', `answered ${status}`), askedFor);
  }

  #tryAgain(failure: CrawlFailure, askedForMs?: number): Visit | undefined {
    const { options, now } = this.#parts;
    const delayMs = retryDelayMs(options.retry, failure.attempt, askedForMs);
    return delayMs === undefined ? undefined : { kind: 'put-off', notBeforeMs: now() + delayMs, failure };
  }

  async #read(target: ClaimedTarget, answer: Answer): Promise<Visit> {
    const contentType = answer.headers['content-type'];
    const facts =
      isHtml(contentType, answer.body) && answer.body.length > 0 && !REDIRECTS.has(answer.status)
        ? factsOf(target, answer)
        : undefined;
    const page = this.#pageOf(target, answer, facts);
    const discovered = this.#discover(target, page, answer);
    const handler = this.#parts.router.find(target.url);
    if (handler === undefined) return { kind: 'answered', page, discovered };
    const records: unknown[] = [];
    let emits = false;
    let drops = false;
    try {
      await handler(page, {
        enqueue: (urls, options = {}) => {
          for (const url of typeof urls === 'string' ? [urls] : urls) {
            const absolute = canonicalUrl(url, { base: page.url }) ?? url;
            const found = { url: absolute, depth: target.depth + 1, referrer: target.url, ...options };
            const accepted = this.#parts.links.accept(found, true);
            if (accepted !== undefined) discovered.push(accepted);
          }
        },
        emit: (record) => {
          emits = true;
          records.push(record);
        },
        drop: () => {
          drops = true;
        },
      });
    } catch (error) {
      if (error instanceof CancelledError) throw error;
      return {
        kind: 'failed',
        failure: failureOf(target, 'handler', error instanceof Error ? error.message : String(error)),
      };
    }
    if (drops) return { kind: 'answered', page, discovered, records: [] };
    return emits ? { kind: 'answered', page, discovered, records } : { kind: 'answered', page, discovered };
  }

  #pageOf(target: ClaimedTarget, answer: Answer, facts: PageFacts | undefined): Page {
    const location = REDIRECTS.has(answer.status) ? answer.headers.location : undefined;
    return new Page({
      url: target.url,
      status: answer.status,
      depth: target.depth,
      title: facts?.title ?? null,
      links: facts?.links ?? [],
      contentType: answer.headers['content-type'] ?? null,
      bytes: answer.body.length,
      fetchedAt: new Date(this.#parts.now()).toISOString(),
      referrer: target.referrer,
      headers: answer.headers,
      body: answer.body,
      charset: facts?.charset ?? null,
      canonical: facts?.canonical ?? null,
      refresh: facts?.refresh ?? null,
      redirectTo: location === undefined ? null : (redirectTarget(location, target.url) ?? null),
      isTruncated: answer.isTruncated,
      elapsedMs: answer.elapsedMs,
      attempt: target.attempt,
    });
  }

  #discover(target: ClaimedTarget, page: Page, answer: Answer): CrawlTarget[] {
    const { links, counters, options } = this.#parts;
    const level = SITEMAP_PRIORITIES.indexOf(target.priority);
    if (level !== -1 && page.status === 200) return this.#readSitemap(target, answer, level);
    if (page.redirectTo === null) {
      // An error page is not part of the site: what it links to is written, not followed.
      const isGood = page.status >= 200 && page.status < 300;
      return isGood ? links.select(page.links, target.url, target.depth + 1) : [];
    }
    if (target.redirects >= options.limits.maxRedirects) {
      counters.skipped('redirects');
      return [];
    }
    const { depth, priority, redirects } = target;
    const found = links.accept({
      url: page.redirectTo,
      depth,
      referrer: target.url,
      priority,
      redirects: redirects + 1,
    });
    return found === undefined ? [] : [found];
  }

  #readSitemap(target: ClaimedTarget, answer: Answer, level: number): CrawlTarget[] {
    const { links } = this.#parts;
    try {
      const sitemap = parseSitemap(answer.body, target.url);
      const pages = links.select(sitemap.urls, target.url, target.depth + 1);
      const priority = SITEMAP_PRIORITIES[level + 1];
      if (priority === undefined) return pages;
      const further = sitemap.sitemaps.map((url) =>
        links.accept({ url, depth: target.depth, referrer: target.url, priority }),
      );
      return [...pages, ...further.filter((found) => found !== undefined)];
    } catch {
      // A broken sitemap lists nothing; that it was answered is in its row.
      return [];
    }
  }

  #throttleOf(host: string): HostThrottle {
    let throttle = this.#throttles.get(host);
    if (throttle === undefined) {
      throttle = new HostThrottle(this.baseDelayMs(host), this.#parts.options.politeness);
      this.#throttles.set(host, throttle);
    }
    return throttle;
  }
}

function failureOf(target: ClaimedTarget, reason: FailureReason, message: string): CrawlFailure {
  const { url, referrer, depth, attempt } = target;
  return { url, referrer, depth, reason, message, attempt };
}

function factsOf(target: ClaimedTarget, answer: Answer): PageFacts {
  const contentType = answer.headers['content-type'];
  return readPageFacts(
    answer.body,
    contentType === undefined ? { url: target.url } : { url: target.url, contentType },
  );
}

/** RFC 6761 §6.3 and the loopback blocks of IPv4 and IPv6. */
function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return (
    name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127(?:\.\d+){3}$/.test(name)
  );
}
