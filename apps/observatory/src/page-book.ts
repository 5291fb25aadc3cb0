/** What is kept of each URL for the page's details and searches, within a bound: the oldest are forgotten first. */
import type { Page } from '@oxbow/crawler';
import { type FailureNote, failureKind } from '@oxbow/crawler/command';
import type { PageDetail, PageNote, SearchAnswer } from './feed-message.ts';

/** Characters kept of all URLs together, each record counted with 200 for itself: some 10,000 pages with a menu on each. */
export const MAX_BOOK_CHARACTERS = 32 * 1024 * 1024;
/** Links kept of one page. */
export const MAX_KEPT_LINKS = 200;
/** Characters kept of one header, title or reason. */
const MAX_TEXT_CHARACTERS = 1000;
const MAX_KEPT_HEADERS = 64;
const RECORD_CHARACTERS = 200;
/** Rows of one answer to a search. */
export const MAX_MATCHES = 100;

/** What is searched for; every part must fit. */
export interface PageQuery {
  /** A part of the URL or the title, in any case; empty fits all. */
  readonly text: string;
  /** `2xx` … `5xx`, `none` for those that nobody answered, or undefined for all. */
  readonly status: string | undefined;
  /** A kind of failure; undefined for all URLs. */
  readonly failure: string | undefined;
  readonly order: 'newest' | 'slowest' | 'largest';
}

/** The parts of an answer that are kept. */
export type KeptPage = Pick<
  Page,
  | 'url'
  | 'status'
  | 'title'
  | 'depth'
  | 'referrer'
  | 'contentType'
  | 'bytes'
  | 'elapsedMs'
  | 'attempt'
  | 'fetchedAt'
  | 'redirectTo'
  | 'isTruncated'
  | 'headers'
  | 'links'
>;

export class PageBook {
  readonly #details = new Map<string, { detail: PageDetail; size: number }>();
  readonly #maxCharacters: number;
  #characters = 0;

  /** @param maxCharacters default `MAX_BOOK_CHARACTERS` */
  constructor(maxCharacters: number = MAX_BOOK_CHARACTERS) {
    this.#maxCharacters = maxCharacters;
  }

  /** Takes in one answered URL. Its body is not kept. */
  page(page: KeptPage): void {
    const { url, status, depth, referrer, contentType, bytes, attempt, fetchedAt, redirectTo } = page;
    this.#keep({
      url,
      status,
      title: page.title === null ? null : cut(page.title),
      depth,
      referrer,
      contentType,
      bytes,
      elapsedMs: Math.round(page.elapsedMs),
      attempt,
      fetchedAt,
      redirectTo,
      isTruncated: page.isTruncated,
      headers: Object.entries(page.headers)
        .slice(0, MAX_KEPT_HEADERS)
        .map(([name, value]) => [cut(name), cut(value)] as const),
      links: page.links.slice(0, MAX_KEPT_LINKS),
      linkCount: page.links.length,
      failure: null,
    });
  }

  /** Takes in what went wrong with one URL; of one that was answered, behind its page. */
  failure({ url, reason, kind, referrer, depth, attempt }: FailureNote): void {
    const { advice } = failureKind(kind);
    const failure = { url, reason: cut(reason), kind, advice };
    const answered = this.#details.get(url)?.detail;
    if (answered !== undefined && String(answered.status) === kind) {
      this.#keep({ ...answered, failure });
      return;
    }
    this.#keep({
      url,
      status: 0,
      title: cut(reason),
      depth,
      referrer,
      contentType: null,
      bytes: 0,
      elapsedMs: 0,
      attempt,
      fetchedAt: null,
      redirectTo: null,
      isTruncated: false,
      headers: [],
      links: [],
      linkCount: 0,
      failure,
    });
  }

  /** Undefined for a URL that was not fetched, or is forgotten. */
  detailOf(url: string): PageDetail | undefined {
    return this.#details.get(url)?.detail;
  }

  /** Looks through everything that is kept, at about a millisecond for 10,000 URLs. */
  search({ text, status, failure, order }: PageQuery): SearchAnswer {
    const needle = text.toLowerCase();
    const found: PageDetail[] = [];
    for (const { detail } of this.#details.values()) {
      if (status !== undefined && classOf(detail.status) !== status) continue;
      if (failure !== undefined && detail.failure?.kind !== failure) continue;
      if (needle !== '' && !fits(detail, needle)) continue;
      found.push(detail);
    }
    if (order === 'newest') found.reverse();
    if (order === 'slowest') found.sort((a, b) => b.elapsedMs - a.elapsedMs);
    if (order === 'largest') found.sort((a, b) => b.bytes - a.bytes);
    return {
      searched: this.#details.size,
      matches: found.length,
      pages: found.slice(0, MAX_MATCHES).map(noteOf),
    };
  }

  #keep(detail: PageDetail): void {
    this.#forget(detail.url);
    const size = sizeOf(detail);
    this.#details.set(detail.url, { detail, size });
    this.#characters += size;
    for (const url of this.#details.keys()) {
      if (this.#characters <= this.#maxCharacters || this.#details.size === 1) return;
      this.#forget(url);
    }
  }

  #forget(url: string): void {
    this.#characters -= this.#details.get(url)?.size ?? 0;
    this.#details.delete(url);
  }
}

function classOf(status: number): string {
  return status === 0 ? 'none' : `${Math.floor(status / 100)}xx`;
}

function fits({ url, title }: PageDetail, needle: string): boolean {
  return url.toLowerCase().includes(needle) || title?.toLowerCase().includes(needle) === true;
}

function noteOf({ url, status, title, bytes, elapsedMs }: PageDetail): PageNote {
  return { url, status, title, bytes, elapsedMs };
}

function sizeOf({ url, title, headers, links, failure }: PageDetail): number {
  let size = RECORD_CHARACTERS + url.length + (title?.length ?? 0) + (failure?.reason.length ?? 0);
  for (const [name, value] of headers) size += name.length + value.length;
  for (const link of links) size += link.length;
  return size;
}

function cut(text: string): string {
  return text.length <= MAX_TEXT_CHARACTERS ? text : `${text.slice(0, MAX_TEXT_CHARACTERS - 1)}…`;
}
