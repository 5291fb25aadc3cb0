/** Links of the Link header (RFC 8288 §3): targets and relations. It resolves nothing but URLs. */

/** One link of the header. */
export interface HeaderLink {
  /** Absolute, without fragment. */
  readonly url: string;
  /** In lower case. */
  readonly relations: readonly string[];
  /** Its `type` parameter, in lower case; undefined when it has none. */
  readonly type: string | undefined;
}

/** Links of one header that are read. */
const MAX_LINKS = 1000;

/** Reads a Link header; what is no link is passed over. @param header several values joined by `, ` */
export function parseLinkHeader(header: string, base: string): HeaderLink[] {
  const links: HeaderLink[] = [];
  const each = /<([^>]*)>((?:\s*;\s*[\w!#$%&'*+.^`|~-]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)/g;
  for (const [, target = '', parameters = ''] of header.matchAll(each)) {
    const url = URL.parse(target, base);
    if (url === null || !/^https?:$/.test(url.protocol)) continue;
    url.hash = '';
    const values = parametersOf(parameters);
    const relations = (values.get('rel') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    links.push({ url: url.href, relations, type: values.get('type')?.toLowerCase() });
    if (links.length === MAX_LINKS) break;
  }
  return links;
}

/** The first of each name counts (RFC 8288 §3.3). */
function parametersOf(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [, name = '', quoted, bare] of text.matchAll(
    /;\s*([^\s=;,]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?/g,
  )) {
    const lower = name.toLowerCase();
    if (!values.has(lower)) values.set(lower, quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '');
  }
  return values;
}
