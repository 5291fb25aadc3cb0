/**
 * Whether a redirect is followed, and where to: the policy's rules (policy/redirect.ts) under the session's limits.
 */
import { RedirectError, TooManyRedirectsError } from '../errors.ts';
import { type RedirectHop, redirectHop } from '../policy/redirect.ts';
import { redactUrl } from '../redaction.ts';

/** A redirect as it was met. */
export interface MetRedirect {
  readonly status: number;
  readonly method: string;
  /** The Location field as received. */
  readonly location: string;
  readonly from: string;
  /** Redirects followed before this one. */
  readonly followed: number;
  /** Whether the request body, if there is one, could be sent again. */
  readonly canResend: boolean;
}

/** The next request, or why there is none. `limit` is a number of hops; 'manual' never gets here. */
export function nextHop(limit: number | 'manual' | 'error', met: MetRedirect): RedirectHop | RedirectError {
  if (typeof limit !== 'number') {
    return new RedirectError('ERR_OXBOW_HTTP_REDIRECT', `answered ${met.status} and redirect is '${limit}'`);
  }
  const hop = redirectHop(met.status, met.method, met.location, met.from);
  if (hop === undefined) {
    const message = `redirects to ${redactUrl(met.location)}, which is not an http(s) URL`;
    return new RedirectError('ERR_OXBOW_HTTP_BAD_LOCATION', message);
  }
  if (met.followed >= limit) return new TooManyRedirectsError(limit);
  if (hop.keepsBody && !met.canResend) {
    const message = `answered ${met.status}, but the request body is a stream that cannot be sent again; give a function`;
    return new RedirectError('ERR_OXBOW_HTTP_BODY_NOT_REPLAYABLE', message);
  }
  return hop;
}
