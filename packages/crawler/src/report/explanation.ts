/** Why a URL was fetched, skipped or waits, in words. It asks the rules and the frontier; it changes neither. */
import type { TargetLookup, TargetState } from '../frontier/frontier.ts';
import { canonicalUrl } from '../url/canonical-url.ts';
import type { LinkPolicy } from '../visit/link-policy.ts';

/** What is known about one URL. */
export interface Explanation {
  /** Its canonical form; undefined when it has none. */
  readonly url: string | undefined;
  /** `skipped`: a rule keeps it out. The rest is its state in the frontier; `unknown` has not been found. */
  readonly verdict: TargetState | 'skipped';
  /** Sentences, the most telling first. */
  readonly reasons: readonly string[];
}

const STATE_REASONS: Readonly<Record<TargetState, string>> = {
  unknown: 'no page that was read links to it',
  queued: 'it waits in the frontier',
  leased: 'it is being fetched, or its page is with the consumer',
  done: 'it was answered',
  failed: 'it came to nothing',
};

/** Looks a URL up: a frontier's, or what is left of a closed one. */
export type Lookup = (url: string) => TargetLookup | Promise<TargetLookup>;

/** Explains one URL. */
export async function explain(
  given: string,
  lookup: Lookup | undefined,
  links: LinkPolicy | undefined,
): Promise<Explanation> {
  const url = canonicalUrl(given);
  if (url === undefined)
    return { url, verdict: 'skipped', reasons: ['it is no http(s) URL, or longer than 2083 characters'] };
  if (lookup === undefined) return { url, verdict: 'unknown', reasons: ['the crawl has not started'] };
  const { state, hostDueInMs, hostDelayMs, hostIsFull, failure } = await lookup(url);
  if (state === 'unknown') {
    const skip = links?.skipOf(url, 0);
    if (skip !== undefined) return { url, verdict: 'skipped', reasons: [skip.message] };
    if (hostIsFull) {
      const reason = 'its host has as many URLs as limits.maxUrlsPerHost allows: raise it to follow more';
      return { url, verdict: 'skipped', reasons: [reason] };
    }
  }
  const reasons = [STATE_REASONS[state]];
  if (failure !== null) reasons[0] = `${STATE_REASONS.failed} (${failure.reason}): ${failure.message}`;
  if (url !== given) reasons.push(`its canonical form is ${url}`);
  if (state === 'queued' && hostDueInMs !== null && hostDueInMs > 0) {
    reasons.push(
      `its host may be asked again in ${Math.ceil(hostDueInMs)} ms (one request every ${hostDelayMs} ms)`,
    );
  }
  return { url, verdict: state, reasons };
}
