/**
 * Which web pages may open a connection. Browsers let any page connect anywhere and send the user's cookies along; the
 * server must look at the Origin header (RFC 6455 §10.2). Other clients send none and are not concerned.
 */
import { SocketInputError } from '../errors.ts';

/** Decides about an origin such as `https://example.org`, at once or later; `host` is the request's Host header. */
export type OriginCheck = (origin: string, host: string | undefined) => boolean | PromiseLike<boolean>;

/** What `serve` takes: a list of origins besides the server's own host, `'*'` for all, or a function. */
export type OriginsOption = readonly string[] | '*' | OriginCheck;

/**
 * Makes the check. A page from the very host the request went to is always allowed, any other only when listed. What may
 * be listed: web origins, those of other schemes (`capacitor://localhost`, `chrome-extension://…`), and `'null'` for
 * pages without one.
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
  const listed = new Set((origins ?? []).map(listedOrigin));
  return (origin, host) => {
    const parsed = parseOrigin(origin);
    if (parsed === undefined) return false;
    if (listed.has(parsed.serialized)) return true;
    const { url } = parsed;
    return url !== undefined && host !== undefined && url.host === hostOf(host, url.protocol);
  };
}

/** An origin as it is compared; `url` is there for those of the web. */
interface Origin {
  readonly serialized: string;
  readonly url: URL | undefined;
}

function listedOrigin(entry: unknown): string {
  const origin = typeof entry === 'string' ? parseOrigin(entry) : undefined;
  if (origin !== undefined) return origin.serialized;
  throw new SocketInputError(
    `origins: ${JSON.stringify(entry)} is no origin; write it as "https://example.org".`,
  );
}

function parseOrigin(text: string): Origin | undefined {
  // Sandboxed pages and files: allowed where it is listed (RFC 6454 §7.3).
  if (text === 'null') return { serialized: text, url: undefined };
  // Lists of origins do not parse.
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isPlain = url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (!isPlain) return undefined;
  if (url.origin !== 'null') return url.pathname === '/' ? { serialized: url.origin, url } : undefined;
  // A scheme the web knows no origin for: scheme and host, as the app's web view sends them.
  const isOpaque = url.host === '' || (url.pathname !== '' && url.pathname !== '/');
  return isOpaque ? undefined : { serialized: `${url.protocol}//${url.host.toLowerCase()}`, url: undefined };
}

/** A Host header as the URL parser writes it: without the scheme's default port. */
function hostOf(host: string, protocol: string): string | undefined {
  const text = `${protocol}//${host}`;
  return URL.canParse(text) ? new URL(text).host : undefined;
}
