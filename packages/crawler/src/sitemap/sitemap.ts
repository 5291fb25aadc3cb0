/**
 * Sitemaps as values: the bytes of one file in, its URLs out. XML (urlset and sitemapindex) and plain text, gzipped or not.
 * It fetches nothing; how deep an index is followed is the caller's matter.
 *
 * Source: the sitemaps.org protocol 0.9. No DTD is read and no entity but XML's five is expanded, so no file can grow when read.
 */
import { gunzipSync } from 'node:zlib';
import { SitemapError } from '../errors.ts';
import { canonicalUrl } from '../url/canonical-url.ts';

/** URLs that one file may list (sitemaps.org: 50,000); what is behind them is not read. */
export const MAX_SITEMAP_URLS = 50_000;
/** Bytes of one file, decompressed (sitemaps.org: 50 MB). */
export const MAX_SITEMAP_BYTES: number = 50 * 1024 * 1024;

/** What one sitemap lists. */
export interface Sitemap {
  /** Pages, canonical, each once, in order. */
  readonly urls: readonly string[];
  /** Further sitemaps: an index lists these and no pages. */
  readonly sitemaps: readonly string[];
}

const GZIP_MAGIC = [0x1f, 0x8b];
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Reads one sitemap file.
 * @param body the file as it was served; gzip is recognised by its first bytes
 * @param url where it lies, for the relative URLs that some write
 * @throws SitemapError when it is larger than 50 MB or its gzip is broken
 */
export function parseSitemap(body: Uint8Array, url?: string): Sitemap {
  const bytes = body[0] === GZIP_MAGIC[0] && body[1] === GZIP_MAGIC[1] ? unzip(body) : body;
  if (bytes.length > MAX_SITEMAP_BYTES) {
    throw new SitemapError(`A sitemap has at most ${MAX_SITEMAP_BYTES} bytes, this one ${bytes.length}`);
  }
  const text = new TextDecoder().decode(bytes);
  const options = url === undefined ? {} : { base: url };
  const pages = new Set<string>();
  const sitemaps = new Set<string>();
  const entries = text.trimStart().startsWith('<') ? locations(text) : textLines(text);
  for (const { parent, location } of entries) {
    const found = canonicalUrl(location, options);
    if (found !== undefined) (parent === 'sitemap' ? sitemaps : pages).add(found);
    if (pages.size + sitemaps.size >= MAX_SITEMAP_URLS) break;
  }
  return { urls: [...pages], sitemaps: [...sitemaps] };
}

interface Location {
  readonly parent: string;
  readonly location: string;
}

function unzip(body: Uint8Array): Uint8Array {
  try {
    return gunzipSync(body, { maxOutputLength: MAX_SITEMAP_BYTES });
  } catch (cause) {
    throw new SitemapError(`The sitemap's gzip is broken, or holds more than ${MAX_SITEMAP_BYTES} bytes`, {
      cause,
    });
  }
}

function* textLines(text: string): Generator<Location> {
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line.trim() !== '') yield { parent: 'url', location: line.trim() };
  }
}

/** The text of each `loc` directly in a `url` or `sitemap`; elements of other namespaces (`image:loc`) have another name. */
function* locations(xml: string): Generator<Location> {
  let parent = '';
  let inLocation = false;
  let text = '';
  let position = 0;
  while (position < xml.length) {
    const start = xml.indexOf('<', position);
    if (start === -1) return;
    if (inLocation) text += expandReferences(xml.slice(position, start));
    if (xml.startsWith('<![CDATA[', start)) {
      const end = xml.indexOf(']]>', start);
      if (end === -1) return;
      if (inLocation) text += xml.slice(start + '<![CDATA['.length, end);
      position = end + 3;
      continue;
    }
    const ending = xml.startsWith('<!--', start) ? '-->' : xml.startsWith('<?', start) ? '?>' : '>';
    const end = xml.indexOf(ending, start);
    if (end === -1) return;
    position = end + ending.length;
    const tag = /^<(\/?)(?:\w+:)?(url|sitemap|loc)(?=[\s/>])/.exec(xml.slice(start, start + 64));
    if (tag === null) continue;
    const [, closing, name] = tag;
    // A prefix is only right when it is that of the document itself, such as `s:loc` in `s:url`.
    if (name === 'loc' && xml.slice(start, end).includes(':') && !parent.includes(':')) continue;
    if (name !== 'loc') {
      parent = closing ? '' : xml.slice(start + 1, end).split(/[\s/]/, 1)[0]!;
    } else if (!closing) {
      inLocation = parent !== '';
      text = '';
    } else if (inLocation) {
      inLocation = false;
      yield { parent: parent.replace(/^.*:/, ''), location: text.trim() };
    }
  }
}

function expandReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{1,8}));/gi, (reference, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? reference;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : reference;
  });
}
