/** Which hosts are one site: those under one registrable domain, by the public suffix list. It does not know what a crawl makes of it. */
import { createRequire } from 'node:module';

/** The list is large: it is loaded when a site is first asked for. */
let list: Pick<typeof import('tldts'), 'getDomain'> | undefined;

/**
 * The site of a URL: its registrable domain (`example.co.uk` of `https://www.example.co.uk:8443/`), or its host name where it has none
 * (an address, `localhost`). Private suffixes such as `github.io` part sites too.
 */
export function siteOf(url: string): string {
  const { hostname } = new URL(url);
  list ??= createRequire(import.meta.url)('tldts') as NonNullable<typeof list>;
  return list.getDomain(hostname, { allowPrivateDomains: true }) ?? hostname;
}

/** True when two URLs are of one site. */
export function isSameSite(a: string, b: string): boolean {
  return siteOf(a) === siteOf(b);
}
