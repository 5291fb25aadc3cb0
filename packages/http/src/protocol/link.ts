/** The field Link (RFC 8288): where a resource points to, and by which relation. */
import { splitFieldValue } from './media-type.ts';

/** One link. */
export interface Link {
  /** As written: resolve it against the URL of the response. */
  readonly target: string;
  /** The relation types, in lower case. */
  readonly rel: readonly string[];
  /** Every parameter by its lower-case name, `rel` included; of several the first. */
  readonly parameters: Readonly<Record<string, string>>;
}

const PARAMETER = /;\s*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?/g;

/** Splits at commas, those inside `<…>` and quotes apart. */
function linksIn(text: string): string[] {
  // A comma is legal in a URL: it is hidden while the list is taken apart.
  const hidden = text.replace(/<[^>]*>/g, (target) =>
    target.replaceAll(',', '\u0000').replaceAll('"', '%22'),
  );
  return splitFieldValue(hidden).map((part) => part.replaceAll('\u0000', ','));
}

/**
 * Reads Link; what is malformed is left out.
 *
 * @example
 * ```ts
 * import { parseLink } from '@oxbow/http';
 *
 * const [next] = parseLink('</page/2>; rel="next"');
 * console.log(next);
 * ```
 */
export function parseLink(value: string | readonly string[] | null | undefined): Link[] {
  const links: Link[] = [];
  if (value === null || value === undefined) return links;
  for (const part of linksIn(typeof value === 'string' ? value : value.join(','))) {
    const match = /^\s*<([^>]*)>/.exec(part);
    if (match === null) continue;
    const parameters: Record<string, string> = Object.create(null);
    for (const [, name = '', quoted, plain] of part.slice(match[0].length).matchAll(PARAMETER)) {
      const lower = name.toLowerCase();
      if (!(lower in parameters)) parameters[lower] = quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '';
    }
    const rel = (parameters.rel ?? '')
      .toLowerCase()
      .split(/\s+/)
      .filter((one) => one !== '');
    links.push({ target: (match[1] ?? '').trim(), rel, parameters });
  }
  return links;
}
