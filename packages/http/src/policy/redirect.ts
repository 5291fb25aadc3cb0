/**
 * What a redirect means: the next URL, the method, whether the body goes along, and which headers survive the hop.
 * Pure functions on values; following, counting hops and closing the old response belong to the exchange.
 * Rules: RFC 9110 §15.4, and the WHATWG Fetch standard where the RFC leaves a choice (POST becoming GET on 301 and 302).
 */
import { isUtf8 } from 'node:buffer';

/** What to do with a 3xx: follow it (`{ max }` hops, default 10), hand it back as it is, or fail. */
export type RedirectPolicy = 'follow' | 'manual' | 'error' | { readonly max: number };

/** Hops followed before giving up; browsers allow 20, curl 50, and no healthy site needs more than a few. */
export const DEFAULT_MAX_REDIRECTS = 10;

/** The request a redirect asks for. */
export interface RedirectHop {
  /** Absolute, with the fragment of the previous URL when the target names none (RFC 9110 §10.2.2); never with userinfo. */
  readonly url: string;
  readonly method: string;
  /** False when the method became GET: the body and the headers describing it stay behind. */
  readonly keepsBody: boolean;
  /** True when scheme, host or port changed: every caller header but a safe few is dropped, and so are credentials. */
  readonly crossOrigin: boolean;
}

/** Whether a status with a Location field is a redirect to follow. 300 and 304 are not, 305 and 306 are retired. */
export function isRedirectStatus(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/** The method after the hop (RFC 9110 §15.4.2–15.4.9). */
export function redirectMethod(status: number, method: string): string {
  if (status === 303) return method === 'HEAD' ? 'HEAD' : 'GET';
  if ((status === 301 || status === 302) && method === 'POST') return 'GET';
  return method;
}

/** The one Location of a response. Several that say the same are one (as in browsers); `undefined` for any that differ. */
export function singleLocation(location: string | readonly string[]): string | undefined {
  if (typeof location === 'string') return location;
  const places = new Set(location);
  return places.size === 1 ? location[0] : undefined;
}

// Field values arrive as Latin-1. Browsers read raw UTF-8 in a Location as UTF-8; bytes that are not keep their value.
function decodeLocation(location: string): string {
  const bytes = Buffer.from(location, 'latin1');
  if (isUtf8(bytes)) return bytes.toString('utf8');
  return location.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * Works out the next request of a redirect. `undefined` when Location is not a URL this client may follow: unparsable, or
 * neither http nor https (so never a unix socket, a file or a data URL).
 */
export function redirectHop(
  status: number,
  method: string,
  location: string,
  from: string,
): RedirectHop | undefined {
  const base = new URL(from);
  let target: URL;
  try {
    target = new URL(decodeLocation(location), base);
  } catch {
    return undefined;
  }
  if ((target.protocol !== 'http:' && target.protocol !== 'https:') || target.hostname === '')
    return undefined;
  // A server must not choose the credentials a client sends.
  target.username = '';
  target.password = '';
  if (target.hash === '' && base.hash !== '') target.hash = base.hash;
  const next = redirectMethod(status, method);
  return {
    url: target.href,
    method: next,
    keepsBody: next === method,
    crossOrigin: target.origin !== base.origin,
  };
}

/** What may follow to another origin: it says how to answer, not who asks. */
const CROSS_ORIGIN_SAFE: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'user-agent',
]);

/** Headers that describe a body (RFC 9110 §8.3–8.7): they go where the body goes. */
const BODY_HEADERS: ReadonlySet<string> = new Set([
  'content-type',
  'content-language',
  'content-encoding',
  'content-location',
  'content-length',
]);

/** Conditions and ranges speak of the representation at the old URL. */
const REPRESENTATION_HEADERS: ReadonlySet<string> = new Set([
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
]);

/** The caller's headers that go along to the next hop. `fields` is flat: name, value, name, value. */
export function headersAfterHop(fields: readonly string[], hop: RedirectHop): string[] {
  const kept: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const name = (fields[i] ?? '').toLowerCase();
    const isBodyHeader = BODY_HEADERS.has(name);
    if (isBodyHeader && !hop.keepsBody) continue;
    if (REPRESENTATION_HEADERS.has(name) || name === 'host') continue;
    if (hop.crossOrigin && !isBodyHeader && !CROSS_ORIGIN_SAFE.has(name)) continue;
    kept.push(fields[i] ?? '', fields[i + 1] ?? '');
  }
  return kept;
}
