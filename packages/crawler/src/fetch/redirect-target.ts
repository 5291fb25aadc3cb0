/** Where a Location header leads, read as browsers read it. It follows nothing. */
import { isUtf8 } from 'node:buffer';
import { headerValues } from '../html/mime-type.ts';
import { canonicalUrl } from '../url/canonical-url.ts';

/**
 * The canonical URL a Location header leads to from `base`; undefined when it is no http(s) URL. Bytes that are UTF-8 are read as such,
 * others keep their value (`%E9`). A header that came twice with one value counts once (Fetch, "location URL"; whatwg/fetch#883).
 * @param location the header as received: Latin-1, several values joined by `, `
 */
export function redirectTarget(location: string, base: string): string | undefined {
  const values = new Set(location.includes(',') ? headerValues(location) : [location]);
  const only = values.size === 1 ? [...values][0]! : location;
  return canonicalUrl(decoded(only), { base });
}

function decoded(location: string): string {
  const bytes = Buffer.from(location, 'latin1');
  if (isUtf8(bytes)) return bytes.toString('utf8');
  return location.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
}
