/**
 * Sitemaps as values: the bytes of one file in, its URLs out. XML (urlset and sitemapindex) and plain text, gzipped or not.
 * It fetches nothing; how deep an index is followed is the caller's matter.
 *
 * Source: the sitemaps.org protocol 0.9. No DTD is read and no entity but XML's five is expanded, so no file can grow when read.
 */
import { constants, gunzipSync } from 'node:zlib';
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
/** A gzip header; less is no file. */
const MIN_GZIP_BYTES = 18;
const MAX_GZIP_LAYERS = 2;
/** Where the root element is looked for: behind a declaration, comments, or the warnings some servers print first. */
const MAX_PROLOG_CHARS = 64 * 1024;
const ROOT = /<([\w.-]+:)?(?:urlset|sitemapindex)(?=[\s/>])/i;
/** A URL with a scheme, or an absolute path, which some write. */
const TEXT_LINE = /^(?:[a-z][a-z0-9+.-]*:\/\/|\/)\S*$/i;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Reads one sitemap file.
 * @param body the file as it was served; gzip is recognised by its first bytes
 * @param url where it lies, for the relative URLs that some write
 * @throws SitemapError when it is larger than 50 MB, its gzip is broken from the start, or it is neither XML nor a list of URLs
 */
export function parseSitemap(body: Uint8Array, url?: string): Sitemap {
  let bytes = body;
  // Twice is a file that was packed and then served with gzip as its type; more is somebody's game.
  for (let layer = 0; layer < MAX_GZIP_LAYERS && isGzip(bytes); layer++) bytes = unzip(bytes);
  if (bytes.length > MAX_SITEMAP_BYTES) {
    throw new SitemapError(`A sitemap has at most ${MAX_SITEMAP_BYTES} bytes, this one ${bytes.length}`);
  }
  const text = decode(bytes);
  const options = url === undefined ? {} : { base: url };
  const pages = new Set<string>();
  const sitemaps = new Set<string>();
  const root = ROOT.exec(text.slice(0, MAX_PROLOG_CHARS));
  // A document of another kind, or one cut off before its root, lists nothing.
  const isText = !text.trimStart().startsWith('<');
  const entries =
    root === null ? (isText ? textLines(text) : []) : locations(text.slice(root.index), root[1] ?? '');
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

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === GZIP_MAGIC[0] && bytes[1] === GZIP_MAGIC[1];
}

/** Decompresses, and takes what came before the break of a file that is cut short, or has something else behind it. */
function unzip(body: Uint8Array): Uint8Array {
  const whole = inflated(body);
  if (whole !== undefined && body.length >= MIN_GZIP_BYTES) return whole;
  let good = MIN_GZIP_BYTES;
  let bad = body.length;
  let best: Uint8Array | undefined;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const part = inflated(body.subarray(0, middle));
    if (part === undefined) bad = middle;
    else {
      good = middle;
      best = part;
    }
  }
  if (best !== undefined && best.length > 0) return best;
  throw new SitemapError(`The sitemap's gzip is broken, or holds more than ${MAX_SITEMAP_BYTES} bytes`);
}

function inflated(body: Uint8Array): Uint8Array | undefined {
  try {
    // With a sync flush the end of the input is no error: what there is comes out.
    return gunzipSync(body, {
      maxOutputLength: MAX_SITEMAP_BYTES,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw new SitemapError(`A sitemap has at most ${MAX_SITEMAP_BYTES} bytes, this one is larger`, { cause });
  }
}

/** XML 1.0 appendix F: a mark or the zeros of the first `<` tell UTF-16; all else is read as UTF-8. */
function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isLittle = (first === 0xff && second === 0xfe) || (first === 0x3c && second === 0);
  const isBig = (first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c);
  return new TextDecoder(isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8').decode(bytes);
}

/** A text sitemap is URLs and nothing else, one a line (sitemaps.org, "Text file"); anything else is some other file. */
function textLines(text: string): Location[] {
  const lines = text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const other = lines.find((line) => !TEXT_LINE.test(line));
  if (other === undefined) return lines.map((location) => ({ parent: 'url', location }));
  throw new SitemapError(
    `A sitemap is XML or a list of URLs, and this file is neither: it has ${JSON.stringify(other.slice(0, 60))}`,
  );
}

/**
 * The text of each `loc` directly in a `url` or `sitemap` with the prefix of the document itself: `image:loc` and `x:url` are of other
 * namespaces.
 */
function* locations(xml: string, prefix: string): Generator<Location> {
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
    const tag = /^<(\/?)([\w.-]+:)?(url|sitemap|loc)(?=[\s/>])/i.exec(xml.slice(start, start + 64));
    if (tag === null || (tag[2] ?? '') !== prefix) continue;
    const [, closing, , name = ''] = tag;
    if (name.toLowerCase() !== 'loc') {
      parent = closing ? '' : name.toLowerCase();
    } else if (!closing) {
      inLocation = parent !== '';
      text = '';
    } else if (inLocation) {
      inLocation = false;
      yield { parent, location: text.trim() };
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
