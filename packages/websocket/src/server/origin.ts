/**
 * Which web pages may open a connection. Browsers let any page connect anywhere and send the user's cookies along; the
 * server must look at the Origin header (RFC 6455 §10.2). Other clients send none and are not concerned.
 */
import { SocketInputError } from '../errors.ts';

/** Decides about an origin such as `https://example.org`; `host` is the request's Host header. */
export type OriginCheck = (origin: string, host: string | undefined) => boolean;

/** What `serve` takes: a list of origins besides the server's own host, `'*'` for all, or a function. */
export type OriginsOption = readonly string[] | '*' | OriginCheck;

/**
 * Makes the check. A page from the very host the request went to is always allowed, any other only when listed.
 *
 * @throws SocketInputError for an entry that is no origin
 */
export function originCheck(origins: OriginsOption | undefined): OriginCheck {
  if (origins === '*') return () => true;
  if (typeof origins === 'function') return origins;
  if (origins !== undefined && !Array.isArray(origins)) {
    throw new SocketInputError(
      `origins must be a list of origins, '*' or a function; got ${typeof origins}.`,
    );
  }
  const listed = new Set((origins ?? []).map(normalOrigin));
  return (origin, host) => {
    const url = parseOrigin(origin);
    if (url === undefined) return false;
    return listed.has(url.origin) || (host !== undefined && url.host === hostOf(host, url.protocol));
  };
}

function normalOrigin(entry: string): string {
  const url = typeof entry === 'string' ? parseOrigin(entry) : undefined;
  if (url !== undefined) return url.origin;
  throw new SocketInputError(
    `origins: ${JSON.stringify(entry)} is no origin; write it as "https://example.org".`,
  );
}

function parseOrigin(text: string): URL | undefined {
  // "null" (sandboxed pages, files) and lists of origins do not parse.
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isPlain = url.origin !== 'null' && url.pathname === '/' && url.search === '' && url.hash === '';
  return isPlain && url.username === '' ? url : undefined;
}

/** A Host header as the URL parser writes it: without the scheme's default port. */
function hostOf(host: string, protocol: string): string | undefined {
  const text = `${protocol}//${host}`;
  return URL.canParse(text) ? new URL(text).host : undefined;
}
