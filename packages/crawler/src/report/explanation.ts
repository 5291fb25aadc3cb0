/** Why a URL was fetched, skipped or waits, in words. It asks the rules and the frontier; it changes neither. */
import type { Frontier, TargetState } from '../frontier/frontier.ts';
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

/** Explains one URL. @param nowMs the time of the frontier's clock */
export async function explain(
  given: string,
  frontier: Frontier | undefined,
  links: LinkPolicy | undefined,
  nowMs: number,
): Promise<Explanation> {
  const url = canonicalUrl(given);
  if (url === undefined)
    return { url, verdict: 'skipped', reasons: ['it is no http(s) URL, or longer than 2083 characters'] };
  if (frontier === undefined) return { url, verdict: 'unknown', reasons: ['the crawl has not started'] };
  const { state, hostDueAtMs, hostDelayMs } = await frontier.lookup(url);
  const skip = state === 'unknown' ? links?.skipOf(url, 0) : undefined;
  if (skip !== undefined) return { url, verdict: 'skipped', reasons: [skip.message] };
  const reasons = [STATE_REASONS[state]];
  if (url !== given) reasons.push(`its canonical form is ${url}`);
  if (state === 'queued' && hostDueAtMs !== null && hostDueAtMs > nowMs) {
    reasons.push(
      `its host may be asked again in ${Math.ceil(hostDueAtMs - nowMs)} ms (one request every ${hostDelayMs} ms)`,
    );
  }
  return { url, verdict: state, reasons };
}
