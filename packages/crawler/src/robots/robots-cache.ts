/**
 * The robots.txt of each origin, fetched when first needed and kept for a day at most. It decides what a status means (RFC 9309 §2.3).
 * What a file says is for RobotsTxt to decide, and when a host may be asked is for the frontier.
 */
import type { Fetch } from '../fetch/page-fetcher.ts';
import { redirectTarget } from '../fetch/redirect-target.ts';
import { originOf } from '../url/canonical-url.ts';
import { ALLOW_ALL, MAX_ROBOTS_BYTES, parseRobotsTxt, RobotsTxt } from './robots-txt.ts';

/** RFC 9309 §2.4: a file is not used for longer than 24 hours. */
const KEEP_MS = 24 * 60 * 60 * 1000;
/** RFC 9309 §2.3.1.2: at least five redirects are followed. */
const MAX_ROBOTS_REDIRECTS = 5;
/** An unreachable file is asked for again after this long, twice that the next time, and so on. */
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 5 * 60 * 1000;
/** Origins kept; the one fetched longest ago is dropped first. Bounds the memory of a broad crawl. */
const MAX_ORIGINS = 10_000;

/** A file that is known, or when to ask for it again. */
export type RobotsVerdict =
  | {
      readonly isKnown: true;
      readonly robots: RobotsTxt /** This call sent a request to the host. */;
      readonly wasFetched: boolean;
    }
  | {
      readonly isKnown: false;
      readonly retryInMs: number;
      /** Fetches of it in a row that have failed. */
      readonly failures: number;
      readonly message: string;
      /** The address guard said no: asking again cannot help. */
      readonly isBlocked: boolean;
    };

interface CacheEntry {
  readonly robots: RobotsTxt | undefined;
  readonly message: string;
  readonly isBlocked: boolean;
  readonly expiresAtMs: number;
  readonly failures: number;
}

/** Why there is no file to be had. */
interface Unreachable {
  readonly message: string;
  readonly isBlocked: boolean;
}

/** Gets and keeps robots files. Callers that ask for one origin at the same time share one fetch. */
export class RobotsCache {
  readonly #fetch: Fetch;
  readonly #userAgent: string;
  readonly #now: () => number;
  readonly #isPrivate: (url: string) => boolean;
  readonly #entries = new Map<string, CacheEntry>();
  readonly #pending = new Map<string, Promise<CacheEntry>>();

  /** @param isPrivate whether a URL's host was found on a private address: then a redirect of its file may lead to one */
  constructor(fetch: Fetch, userAgent: string, now: () => number, isPrivate: (url: string) => boolean) {
    this.#fetch = fetch;
    this.#userAgent = userAgent;
    this.#now = now;
    this.#isPrivate = isPrivate;
  }

  /** The file of a URL's origin if it is at hand and not too old. */
  peek(url: string): RobotsTxt | undefined {
    return this.#fresh(originOf(url))?.robots;
  }

  /**
   * The file of a URL's origin, fetched if need be. Rejects only when the task that fetches is cancelled.
   * @param mayBePrivate as the URL's: for the address guard
   */
  async get(url: string, mayBePrivate: boolean): Promise<RobotsVerdict> {
    const origin = originOf(url);
    let entry = this.#fresh(origin);
    const wasFetched = entry === undefined;
    if (entry === undefined) {
      let pending = this.#pending.get(origin);
      if (pending === undefined) {
        pending = this.#fetchEntry(origin, mayBePrivate).finally(() => this.#pending.delete(origin));
        this.#pending.set(origin, pending);
      }
      entry = await pending;
    }
    if (entry.robots !== undefined) return { isKnown: true, robots: entry.robots, wasFetched };
    const { expiresAtMs, message, isBlocked, failures } = entry;
    const retryInMs = Math.max(0, expiresAtMs - this.#now());
    return { isKnown: false, retryInMs, failures, message, isBlocked };
  }

  #fresh(origin: string): CacheEntry | undefined {
    const entry = this.#entries.get(origin);
    return entry !== undefined && entry.expiresAtMs > this.#now() ? entry : undefined;
  }

  async #fetchEntry(origin: string, mayBePrivate: boolean): Promise<CacheEntry> {
    const failures = this.#entries.get(origin)?.failures ?? 0;
    const found = await this.#fetchFile(`${origin}/robots.txt`, mayBePrivate);
    const robots = found instanceof RobotsTxt ? found : undefined;
    const waitMs =
      robots === undefined ? Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS) : KEEP_MS;
    const entry: CacheEntry = {
      robots,
      message: found instanceof RobotsTxt ? '' : found.message,
      isBlocked: !(found instanceof RobotsTxt) && found.isBlocked,
      expiresAtMs: this.#now() + waitMs,
      failures: robots === undefined ? failures + 1 : 0,
    };
    this.#entries.delete(origin);
    this.#entries.set(origin, entry);
    if (this.#entries.size > MAX_ORIGINS) this.#entries.delete(this.#entries.keys().next().value!);
    return entry;
  }

  async #fetchFile(first: string, startsPrivate: boolean): Promise<RobotsTxt | Unreachable> {
    let url = first;
    let mayBePrivate = startsPrivate;
    for (let hop = 0; hop <= MAX_ROBOTS_REDIRECTS; hop++) {
      const answer = await this.#fetch({ url, mayBePrivate, maxBodyBytes: MAX_ROBOTS_BYTES + 1 });
      if (!answer.isAnswer)
        return { message: `${url}: ${answer.message}`, isBlocked: answer.reason === 'blocked' };
      const { status } = answer;
      // A 429 says nothing about the file. RFC 9309 would take it for none; the large crawlers wait, as for a 5xx.
      if (status >= 500 || status === 429) return { message: `${url} answered ${status}`, isBlocked: false };
      if (status >= 200 && status < 300) return parseRobotsTxt(answer.body, this.#userAgent, url);
      const location = status >= 300 && status < 400 ? answer.headers.location : undefined;
      const next = location === undefined ? undefined : redirectTarget(location, url);
      // RFC 9309 §2.3.1.3: a 4xx, or a redirect to nowhere, means that there is no file.
      if (next === undefined) return ALLOW_ALL;
      mayBePrivate = this.#isPrivate(url);
      url = next;
    }
    return ALLOW_ALL;
  }
}
