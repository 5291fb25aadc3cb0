/**
 * Which URL two spellings of one page share: the WHATWG form without fragment and credentials, http and https only.
 * It knows nothing of scope, hosts that are wanted, or robots.
 *
 * Source: WHATWG URL §4.4 (parsing), §4.5 (serializing). Default ports, dot segments, case of scheme and host, and IDNA are the
 * parser's work.
 */

/** Longer URLs are not fetched: the limit browsers and servers settled on (Internet Explorer's, and Scrapy's default). */
export const MAX_URL_CHARS = 2083;

/** Which spelling differences count as the same page. */
export interface CanonicalUrlOptions {
  /** What relative references are resolved against. */
  readonly base?: string;
  /** `keep` takes the query as it stands; `sort` orders its parameters, so that permutations are one page. Default `keep`. */
  readonly query?: 'keep' | 'sort';
}

/**
 * The canonical form of an http(s) URL; undefined when it is none, or longer than 2,083 characters.
 * Fragment, user name and password are dropped; everything else stays as WHATWG serializes it.
 *
 * @example
 * ```ts
 * import { canonicalUrl } from '@oxbow/crawler';
 *
 * console.log(canonicalUrl('/a/../b#top', { base: 'https://Example.org/' })); // https://example.org/b
 * ```
 */
export function canonicalUrl(input: string, options: CanonicalUrlOptions = {}): string | undefined {
  const url = URL.parse(input, options.base);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
  if (url.username !== '') url.username = '';
  if (url.password !== '') url.password = '';
  if (options.query === 'sort' && url.search !== '') url.searchParams.sort();
  const canonical = withoutFragment(url.href);
  return canonical.length > MAX_URL_CHARS ? undefined : canonical;
}

/** A serialized URL up to its fragment, the `#` included. */
export function withoutFragment(href: string): string {
  // A serialized URL holds an unescaped `#` only before its fragment.
  const hash = href.indexOf('#');
  return hash === -1 ? href : href.slice(0, hash);
}

/** Scheme, host and port of a canonical URL, as `URL.origin` gives it, without parsing the URL. */
export function originOf(url: string): string {
  const end = url.indexOf('/', url.indexOf('//') + 2);
  return end === -1 ? url : url.slice(0, end);
}

/** Host and port of a canonical URL: the unit of politeness. */
export function hostOf(url: string): string {
  const start = url.indexOf('//') + 2;
  const end = url.indexOf('/', start);
  return end === -1 ? url.slice(start) : url.slice(start, end);
}
