/**
 * How each host is treated: its delay, its headers, and what an answer or a failure of it means for the next request. One signal of a
 * host counts once, however many requests were under way: what was sent before the last change says nothing about the change.
 *
 * Theory of operation: a host that asks to slow down (429, 503 with Retry-After) gets twice its delay, and is left alone for as long as
 * it says. Its URLs wait untried. A host that does not answer gets growing delays and is asked by one request at a time; what could
 * not even be sent is no attempt of its URL. After so many failures in a row the host is given up: its URLs fail without a request,
 * until it is tried again by `retryFailed`.
 */
import { retryAfterMs } from '@oxbow/http';
import type { Answer, NoAnswer } from '../fetch/page-fetcher.ts';
import { headerValues } from '../html/mime-type.ts';
import type { ResolvedOptions } from '../options/crawl-options.ts';
import { hostOptionsOf } from '../options/host-options.ts';
import type { Reporter } from '../report/reporter.ts';
import { hostOf } from '../url/canonical-url.ts';
import { HostThrottle } from './politeness.ts';
import { isRetriedStatus, retryDelayMs } from './retry-policy.ts';
import type { PutOffVisit, Visit, VisitOutcome } from './visit.ts';

/** Failures in a row, with growing waits between, after which a host that has answered before is given up: two minutes by default. */
export const HOST_PATIENCE = 8;
/** Failures in a row that slow a host down; one may be the fault of its URL. */
const FAILURES_OF_A_HOST = 2;
/** A longer wait that a host asks for is told. */
const TOLD_WAIT_MS = 60_000;
/** Hosts remembered; the one used longest ago is forgotten first. Bounds the memory of a broad crawl. */
const MAX_HOSTS = 100_000;

/** Where a policy's decisions go: with the next settlement. */
export interface HostControls {
  delay(host: string, delayMs: number): void;
  pause(host: string, pauseMs: number): void;
}

interface Host {
  readonly throttle: HostThrottle;
  /** In a row. */
  failures: number;
  overloads: number;
  /** Its URLs are put off this many times in a row before it is given up. */
  patience: number;
  changedAtMs: number;
}

/** What a host policy works with. */
export interface HostPolicyParts {
  readonly options: ResolvedOptions;
  readonly controls: HostControls;
  readonly reporter: Reporter;
  /** Milliseconds of any steady clock. */
  readonly now: () => number;
  /** The crawl goes on with one that has had answers: its hosts are known to be there. */
  readonly isResumed: boolean;
}

/** The hosts of one crawl. */
export class HostPolicy {
  readonly #parts: HostPolicyParts;
  readonly #hosts = new Map<string, Host>();
  /** What the delay was changed to while the crawl runs. */
  #delayMs: number | undefined;

  constructor(parts: HostPolicyParts) {
    this.#parts = parts;
  }

  /** The delay a host starts with, in milliseconds: none for a seed on loopback unless one was asked for. */
  baseDelayMs(host: string): number {
    const { politeness, isDelayNamed, seeds } = this.#parts.options;
    const own = hostOptionsOf(this.#parts.options.hosts, host)?.delayMs;
    if (own !== undefined) return own;
    if (this.#delayMs !== undefined) return this.#delayMs;
    return !isDelayNamed && isLoopback(host) && seeds.some((seed) => hostOf(seed) === host)
      ? 0
      : politeness.delayMs;
  }

  /** What is sent to a host beside the headers of the crawl. */
  headersFor(host: string): Readonly<Record<string, string>> {
    const own = hostOptionsOf(this.#parts.options.hosts, host);
    const { headers } = this.#parts.options;
    if (own === undefined) return headers;
    return {
      ...headers,
      ...(own.userAgent === undefined ? {} : { 'user-agent': own.userAgent }),
      ...own.headers,
    };
  }

  /** Takes a `Crawl-delay` in: the longer of it and the configured delay holds. Gives the delay that holds now. */
  crawlDelay(host: string, crawlDelayMs: number): number {
    const { throttle } = this.#host(host);
    if (throttle.rebase(Math.max(this.baseDelayMs(host), crawlDelayMs)))
      this.#parts.controls.delay(host, throttle.delayMs);
    if (crawlDelayMs > TOLD_WAIT_MS) this.#tellWait(host, crawlDelayMs, 'its robots.txt says Crawl-delay');
    return throttle.delayMs;
  }

  /** Why a host is not asked any more; undefined while it is. */
  givenUp(visit: Visit): VisitOutcome | undefined {
    const host = this.#hosts.get(hostOf(visit.url));
    if (host === undefined || host.failures <= host.patience) return undefined;
    return visit.fail(`its host did not answer ${host.failures} times in a row and was given up`, 'network');
  }

  /** Gives every host a new chance. */
  forgiveAll(): void {
    for (const host of this.#hosts.values()) host.failures = 0;
  }

  /** Gives every host that is known another least delay, and those that come. */
  setDelay(delayMs: number): void {
    this.#delayMs = delayMs;
    for (const [name, { throttle }] of this.#hosts) {
      if (throttle.rebase(delayMs)) this.#parts.controls.delay(name, throttle.delayMs);
    }
  }

  /** Lets the host's delay follow its answer; an outcome when the answer is worth another try. */
  answered(visit: Visit, answer: Answer, startedAtMs: number): VisitOutcome | undefined {
    const name = hostOf(visit.url);
    const host = this.#host(name);
    const { status } = answer;
    const askedForMs = this.#askedFor(answer);
    if (status === 429 || (status === 503 && askedForMs !== undefined))
      return this.#overloaded(visit, status, askedForMs, startedAtMs);
    const isFresh = startedAtMs > host.changedAtMs;
    host.patience = Math.max(host.patience, HOST_PATIENCE);
    if (!isRetriedStatus(status)) {
      if (isFresh) this.#recovered(name, host, answer.elapsedMs, status < 400);
      return undefined;
    }
    if (isFresh) this.#failed(name, host, FAILURES_OF_A_HOST);
    return this.#tryAgain(visit, 'network', `answered ${status}`);
  }

  /** What a request without an answer means for its host and its URL. */
  unanswered(visit: Visit, noAnswer: NoAnswer, startedAtMs: number): VisitOutcome {
    const { reason, message, isTransient, isUnreached } = noAnswer;
    if (!isTransient) return visit.fail(message, reason);
    const name = hostOf(visit.url);
    const host = this.#host(name);
    if (startedAtMs > host.changedAtMs) this.#failed(name, host, isUnreached ? 1 : FAILURES_OF_A_HOST);
    if (!isUnreached)
      return (
        this.#tryAgain(visit, reason, message) ?? { kind: 'failed', failure: visit.failure(reason, message) }
      );
    // Nothing was sent: the URL waits untried, until its host is given up.
    const failure = { ...visit.failure(reason, message), attempt: visit.attempt + host.failures - 1 };
    return host.failures > host.patience ? { kind: 'failed', failure } : { kind: 'put-off', failure };
  }

  /** Another try, or the end of the tries, for what is no fault of the host. */
  tryAgain(visit: Visit, { reason, message }: NoAnswer): VisitOutcome {
    return this.#tryAgain(visit, reason, message) ?? visit.fail(message, reason);
  }

  /** What a robots.txt that cannot be had means for a URL of its host. */
  withoutRobots(visit: Visit, retryInMs: number, failures: number, message: string): VisitOutcome {
    const name = hostOf(visit.url);
    const failure = { ...visit.failure('robots-unreachable', message), attempt: failures };
    if (failures > this.#host(name).patience) return { kind: 'failed', failure };
    this.#parts.controls.pause(name, retryInMs);
    return { kind: 'put-off', failure };
  }

  /** Milliseconds a Retry-After asks for; undefined when there is none that can be read. */
  #askedFor({ headers }: Answer): number | undefined {
    const value = headers['retry-after'];
    if (value === undefined) return undefined;
    // Of several equal values, joined by commas, one counts; a date has a comma of its own.
    return retryAfterMs(value, Date.now()) ?? retryAfterMs(headerValues(value)[0], Date.now());
  }

  #overloaded(
    visit: Visit,
    status: number,
    askedForMs: number | undefined,
    startedAtMs: number,
  ): VisitOutcome | undefined {
    const name = hostOf(visit.url);
    const host = this.#host(name);
    const { controls, now, options } = this.#parts;
    if (startedAtMs > host.changedAtMs) {
      host.overloads++;
      host.changedAtMs = now();
      if (host.throttle.observe({ elapsedMs: 0, isSuccess: false, isOverloaded: true }))
        controls.delay(name, host.throttle.delayMs);
    }
    const pauseMs = Math.min(askedForMs ?? 0, options.retry.maxRetryAfterMs);
    if (pauseMs > 0) controls.pause(name, pauseMs);
    if (pauseMs > TOLD_WAIT_MS) this.#tellWait(name, pauseMs, `it answered ${status} with Retry-After`);
    // A host that says so again and again, with all waits kept, means its answer.
    if (host.overloads > HOST_PATIENCE) return undefined;
    return { kind: 'put-off', failure: visit.failure('network', `answered ${status}`) };
  }

  #failed(name: string, host: Host, slowsAt: number): void {
    host.failures++;
    if (host.failures < slowsAt) return;
    const { options, controls, now } = this.#parts;
    host.changedAtMs = now();
    const delayMs = Math.round(options.retry.backoff.longestMs(host.failures - slowsAt + 1));
    if (host.throttle.backOff(delayMs)) controls.delay(name, host.throttle.delayMs);
  }

  #recovered(name: string, host: Host, elapsedMs: number, isSuccess: boolean): void {
    host.failures = 0;
    host.overloads = 0;
    if (host.throttle.observe({ elapsedMs, isSuccess, isOverloaded: false }))
      this.#parts.controls.delay(name, host.throttle.delayMs);
  }

  #tryAgain(
    visit: Visit,
    reason: 'network' | 'timeout' | NoAnswer['reason'],
    message: string,
  ): PutOffVisit | undefined {
    const afterMs = retryDelayMs(this.#parts.options.retry, visit.attempt);
    if (afterMs === undefined) return undefined;
    return { kind: 'put-off', afterMs, failure: visit.failure(reason, message) };
  }

  #tellWait(host: string, waitMs: number, why: string): void {
    const seconds = Math.round(waitMs / 1000);
    const message = `${host} is asked again in ${seconds} s: ${why}. Its URLs wait in the frontier.`;
    this.#parts.reporter.notice({ kind: 'host-wait', message }, `host-wait ${host}`);
  }

  #host(name: string): Host {
    let host = this.#hosts.get(name);
    if (host === undefined) {
      const { options, isResumed } = this.#parts;
      const throttle = new HostThrottle(this.baseDelayMs(name), options.politeness);
      const { maxAttempts } = options.retry.backoff;
      const patience = isResumed ? Math.max(HOST_PATIENCE, maxAttempts) : maxAttempts;
      host = { throttle, failures: 0, overloads: 0, patience, changedAtMs: Number.NEGATIVE_INFINITY };
      this.#hosts.set(name, host);
      if (this.#hosts.size > MAX_HOSTS) this.#hosts.delete(this.#hosts.keys().next().value!);
    }
    return host;
  }
}

/** RFC 6761 §6.3 and the loopback blocks of IPv4 and IPv6. */
function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return (
    name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127(?:\.\d+){3}$/.test(name)
  );
}
