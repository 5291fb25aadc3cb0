/**
 * What happens to one claimed URL, from its lease to what it comes to. It settles nothing and writes nothing: it says what is to be
 * settled. The order of the policies is here, each of them in a file of its own.
 *
 *   middlewares of the user → scope → host → robots → request → host → render → page → targets → handler
 */
import { CancelledError, currentSignal } from '@oxbow/loop';
import type { Answer, Fetch, NoAnswer } from '../fetch/page-fetcher.ts';
import type { PrivateAddressGuard } from '../fetch/private-address-guard.ts';
import type { ClaimedTarget } from '../frontier/frontier.ts';
import { isHtml } from '../html/mime-type.ts';
import type { ResolvedOptions } from '../options/crawl-options.ts';
import { hostOf } from '../url/canonical-url.ts';
import type { CrawlScope } from '../url/scope.ts';
import type { HostPolicy } from './host-policy.ts';
import type { PageHandler } from './page-handler.ts';
import { readPage } from './page-reader.ts';
import type { PageTargets } from './page-targets.ts';
import type { RobotsPolicy } from './robots-policy.ts';
import { type SitemapParts, sitemapTargets } from './sitemap-targets.ts';
import { type Middleware, throughMiddlewares, Visit, type VisitOutcome } from './visit.ts';

/** What a visitor works with. */
export interface VisitorParts extends SitemapParts {
  readonly options: ResolvedOptions;
  readonly middlewares: readonly Middleware[];
  readonly fetch: Fetch;
  readonly guard: PrivateAddressGuard;
  readonly scope: CrawlScope;
  readonly hosts: HostPolicy;
  readonly robots: RobotsPolicy;
  readonly targets: PageTargets;
  readonly handler: PageHandler;
  /** Milliseconds of the time of day. */
  readonly now: () => number;
}

/** Visits URLs, any number at a time. */
export class Visitor {
  readonly #parts: VisitorParts;

  constructor(parts: VisitorParts) {
    this.#parts = parts;
  }

  /** Visits one URL. Rejects only when its task is cancelled. */
  async visit(target: ClaimedTarget): Promise<VisitOutcome> {
    const visit = new Visit(target, this.#parts.hosts.headersFor(hostOf(target.url)));
    const { middlewares } = this.#parts;
    if (middlewares.length === 0) return this.#visit(visit);
    try {
      return await throughMiddlewares(middlewares, visit, (each) => this.#visit(each));
    } catch (error) {
      if (error instanceof CancelledError) throw error;
      const message = `a middleware failed: ${error instanceof Error ? error.message : String(error)}`;
      return { kind: 'failed', failure: visit.failure('handler', message, error) };
    }
  }

  async #visit(visit: Visit): Promise<VisitOutcome> {
    const { options, fetch, hosts, robots, scope, now } = this.#parts;
    const { target } = visit;
    const narrowed = scope.narrowed(visit.url);
    if (narrowed !== undefined) return visit.fail(narrowed, 'scope');
    const stopped = hosts.givenUp(visit) ?? (await robots.check(visit));
    if (stopped !== undefined) return stopped;
    const startedAtMs = now();
    const answer = await fetch({
      url: visit.url,
      mayBePrivate: target.mayBePrivate,
      headers: visit.headers,
      maxBodyBytes: options.limits.maxBodyBytes,
      validators: target.validators,
    });
    if (!answer.isAnswer) return hosts.unanswered(visit, answer, startedAtMs);
    const settled = hosts.answered(visit, answer, startedAtMs);
    if (settled !== undefined) return settled;
    const shown = visit.render === undefined ? answer : await this.#rendered(visit, answer);
    if (shown.isAnswer) return this.#read(visit, shown);
    return shown.isTransient ? hosts.tryAgain(visit, shown) : visit.fail(shown.message, shown.reason);
  }

  /** What a middleware makes of a page of HTML; everything else is read as it came. */
  async #rendered(visit: Visit, answer: Answer): Promise<Answer | NoAnswer> {
    const { options, guard } = this.#parts;
    const { status, headers, body } = answer;
    if (status < 200 || status >= 300 || !isHtml(headers['content-type'], body)) return answer;
    return visit.render!({
      url: visit.url,
      answer,
      mayBePrivate: guard.isPrivate(visit.url),
      userAgent: visit.headers['user-agent'] ?? options.userAgent,
      maxBodyBytes: options.limits.maxBodyBytes,
      signal: currentSignal(),
    });
  }

  async #read(visit: Visit, answer: Parameters<typeof readPage>[1]): Promise<VisitOutcome> {
    const { targets, handler, guard, now } = this.#parts;
    const read = readPage(visit, answer, now(), this.#parts.options);
    const mayBePrivate = guard.isPrivate(visit.url);
    const isSitemap = visit.purpose === 'sitemap' && answer.status === 200;
    const found = isSitemap
      ? sitemapTargets(visit, answer, this.#parts, mayBePrivate)
      : await targets.find(visit, read);
    if (!Array.isArray(found)) return found;
    return handler.handle(visit, read.page, found, mayBePrivate);
  }
}
