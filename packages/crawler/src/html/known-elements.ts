/**
 * The few elements and attributes a crawler looks at, in the forms that make looking cheap: by a hash that is computed while a name is
 * read, and by length. Tables only.
 */

/** The elements whose start tags are reported. */
export type WatchedElement = 'a' | 'area' | 'base' | 'frame' | 'iframe' | 'img' | 'link' | 'meta' | 'source';

/** The attributes that are kept of each. */
export const WATCHED_ATTRIBUTES: Readonly<Record<WatchedElement, ReadonlySet<string>>> = {
  a: new Set(['href', 'xlink:href', 'rel']),
  area: new Set(['href', 'rel']),
  base: new Set(['href']),
  frame: new Set(['src']),
  iframe: new Set(['src']),
  img: new Set(['src', 'srcset']),
  link: new Set(['rel', 'href', 'type']),
  meta: new Set(['charset', 'name', 'http-equiv', 'content']),
  source: new Set(['src', 'srcset']),
};

/** The attributes that are kept of every element while svg or math is open: they decide where that ends (§13.2.6.5). */
export const FOREIGN_ATTRIBUTES: ReadonlySet<string> = new Set([
  'color',
  'face',
  'size',
  'encoding',
  'href',
  'xlink:href',
]);

/** The lengths of all those names. Most attributes are told apart by this alone: class and title from href and rel. */
export const KEPT_ATTRIBUTE_LENGTHS: ReadonlySet<number> = new Set(
  [...Object.values(WATCHED_ATTRIBUTES), FOREIGN_ATTRIBUTES].flatMap((names) =>
    [...names].map((name) => name.length),
  ),
);

/** Elements whose content is text up to their own end tag, whatever is in between (§13.2.6.2). */
const TEXT_ELEMENTS = ['title', 'textarea', 'style', 'xmp', 'iframe', 'noembed', 'noframes', 'noscript'];

/** What ends the text of each of them. The expressions are global: set `lastIndex` before use. */
export const END_TAG_OF: ReadonlyMap<string, RegExp> = new Map(
  TEXT_ELEMENTS.map((name) => [name, new RegExp(`</${name}[\\t\\n\\f\\r />]`, 'gi')]),
);

/** One more character of a name in its hash; upper and lower case give the same. Different names may too: compare them. */
export function addToHash(hash: number, code: number): number {
  return (Math.imul(hash, 33) + (code | 0x20)) | 0;
}

function hashOf(name: string): number {
  let hash = 0;
  for (let index = 0; index < name.length; index++) hash = addToHash(hash, name.charCodeAt(index));
  return hash;
}

/** Every element that means something to the scanner, by the hash of its name; all others are passed over. */
export const KNOWN_BY_HASH: ReadonlyMap<number, string> = new Map(
  [
    ...Object.keys(WATCHED_ATTRIBUTES),
    ...TEXT_ELEMENTS,
    'svg',
    'math',
    'template',
    'script',
    'plaintext',
  ].map((name) => [hashOf(name), name]),
);
