/**
 * One hop of a request: where it goes, with what, and on whose behalf. The first is what the caller asked for; each redirect
 * makes the next one of it, with what the policy (policy/redirect.ts) lets through. Knows nothing of attempts or sending.
 */
import type { OpenUpload, Upload } from '../body/upload.ts';
import type { CookieJar } from '../cookies/cookie-jar.ts';
import { RedirectError, TooManyRedirectsError } from '../errors.ts';
import { type Credential, credentialFor } from '../guard/credentials.ts';
import type { HeaderFields } from '../header-fields.ts';
import { headersAfterHop, redirectHop, singleLocation } from '../policy/redirect.ts';
import { redactUrl } from '../redaction.ts';
import { completeFields } from './request-headers.ts';
import { type Target, targetOf } from './target.ts';

/** One hop. */
export interface Hop {
  readonly target: Target;
  readonly method: string;
  /** The caller's and the session's fields, as far as they may go here; see {@link fieldsToSend} for the rest. */
  readonly fields: HeaderFields;
  readonly upload: Upload | undefined;
  /** Credentials that name no origins count for `homeOrigin`. */
  readonly credentials: readonly Credential[];
  /** `undefined` once a redirect has led to another origin, for good: what comes back from there is not trusted as home. */
  readonly homeOrigin: string | undefined;
  /** Cookies of this request alone, by name, as they are sent; a redirect to another origin leaves them behind for good. */
  readonly ownCookies?: ReadonlyMap<string, string> | undefined;
}

/** An answer that redirects. */
export interface MetRedirect {
  readonly status: number;
  /** The Location field as received, or several of them. */
  readonly location: string | readonly string[];
}

/** Whether the body, if there is one, could be sent again. */
export function canResend(hop: Hop): boolean {
  return hop.upload?.isReplayable ?? true;
}

/** The credential that belongs to this hop, if there is one. */
export function credentialOf(hop: Hop): Credential | undefined {
  const { credentials, target, homeOrigin } = hop;
  return credentials.length === 0 ? undefined : credentialFor(credentials, target.origin, homeOrigin);
}

/** The value of Cookie: those kept, but for the ones that the request has of its own. */
function withOwn(kept: string, own: ReadonlyMap<string, string>): string {
  const others = kept.split('; ').filter((pair) => pair !== '' && !own.has(pair.split('=', 1)[0] ?? ''));
  return [...others, ...own.values()].join('; ');
}

/** The header fields of a sending: the hop's own, and what belongs to this place and moment. */
export function fieldsToSend(
  hop: Hop,
  jar: CookieJar | undefined,
  authorization: string | undefined,
  body: OpenUpload | undefined,
): HeaderFields {
  const kept = jar === undefined ? '' : jar.cookieFor(hop.target);
  const cookie = hop.ownCookies === undefined ? kept : withOwn(kept, hop.ownCookies);
  if (cookie === '' && authorization === undefined && body === undefined) return hop.fields;
  return completeFields(hop.fields, cookie, authorization, body);
}

/**
 * The hop a redirect leads to, or why it is not followed.
 *
 * @param limit hops that may be followed; 'manual' never gets here
 * @param followed redirects followed before this one
 */
export function nextHop(
  hop: Hop,
  met: MetRedirect,
  limit: number | 'manual' | 'error',
  followed: number,
): Hop | RedirectError {
  if (typeof limit !== 'number') {
    return new RedirectError('ERR_OXBOW_HTTP_REDIRECT', `answered ${met.status} and redirect is '${limit}'`);
  }
  const location = singleLocation(met.location);
  if (location === undefined) {
    const message = `redirects to several places at once: ${[...met.location].map(redactUrl).join(' and ')}`;
    return new RedirectError('ERR_OXBOW_HTTP_BAD_LOCATION', message);
  }
  const asked = redirectHop(met.status, hop.method, location, hop.target.href);
  if (asked === undefined) {
    const message = `redirects to ${redactUrl(location)}, which is not an http(s) URL`;
    return new RedirectError('ERR_OXBOW_HTTP_BAD_LOCATION', message);
  }
  if (followed >= limit) return new TooManyRedirectsError(limit);
  if (asked.keepsBody && !canResend(hop)) {
    const message = `answered ${met.status}, but the request body is a stream that cannot be sent again; give a function`;
    return new RedirectError('ERR_OXBOW_HTTP_BODY_NOT_REPLAYABLE', message);
  }
  return {
    target: targetOf(new URL(asked.url)),
    method: asked.method,
    fields: headersAfterHop(hop.fields, asked),
    upload: asked.keepsBody ? hop.upload : undefined,
    credentials: hop.credentials,
    homeOrigin: asked.crossOrigin ? undefined : hop.homeOrigin,
    ownCookies: asked.crossOrigin ? undefined : hop.ownCookies,
  };
}
