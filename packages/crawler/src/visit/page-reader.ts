/** Makes a page of an answer: its row's fields, and what its HTML says. It follows nothing. */
import type { Answer } from '../fetch/page-fetcher.ts';
import { redirectTarget } from '../fetch/redirect-target.ts';
import { isHtml } from '../html/mime-type.ts';
import { type PageFacts, readPageFacts } from '../html/page-facts.ts';
import type { ResolvedOptions } from '../options/crawl-options.ts';
import { directivesOfHeader, joined, NO_DIRECTIVES } from '../robots/robots-directives.ts';
import { Page } from './page.ts';
import type { Visit } from './visit.ts';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** What was read of one answer. */
export interface ReadPage {
  readonly page: Page;
  /** Undefined where there is no HTML. */
  readonly facts: PageFacts | undefined;
}

/** Reads an answer. @param fetchedAtMs the time of day when it was complete */
export function readPage(
  visit: Visit,
  answer: Answer,
  fetchedAtMs: number,
  { userAgent, follow }: Pick<ResolvedOptions, 'userAgent' | 'follow'>,
): ReadPage {
  const { status, headers, body, isTruncated, elapsedMs } = answer;
  const contentType = headers['content-type'];
  const isRedirect = REDIRECTS.has(status);
  const hasHtml = !isRedirect && isHtml(contentType, body);
  const facts = hasHtml
    ? readPageFacts(body, {
        url: visit.url,
        userAgent,
        images: follow.images,
        scripting: answer.isRendered ?? false,
        ...(contentType === undefined ? {} : { contentType }),
      })
    : undefined;
  const location = isRedirect ? headers.location : undefined;
  const page = new Page({
    url: visit.url,
    status,
    depth: visit.depth,
    title: facts?.title ?? null,
    links: facts?.links ?? [],
    contentType: contentType ?? null,
    bytes: body.length,
    fetchedAt: new Date(fetchedAtMs).toISOString(),
    referrer: visit.referrer,
    headers,
    body,
    charset: facts?.charset ?? null,
    canonical: facts?.canonical ?? null,
    refresh: facts?.refresh ?? null,
    redirectTo: location === undefined ? null : (redirectTarget(location, visit.url) ?? null),
    isTruncated,
    elapsedMs,
    attempt: visit.attempt,
    data: visit.data,
    baseUrl: facts?.baseUrl ?? visit.url,
    robots: joined(facts?.robots ?? NO_DIRECTIVES, directivesOfHeader(headers['x-robots-tag'], userAgent)),
  });
  return { page, facts };
}
