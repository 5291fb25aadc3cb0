/**
 * What a crawler wants to know of one HTML page: its links, title, base, canonical URL and refresh. It joins the scanner (bytes), the
 * encoding and WHATWG URLs; it does not know which of the links are wanted.
 */
import { TextDecoder } from 'node:util';
import { decodeHTML, decodeHTMLAttribute } from 'entities';
import { directivesOf, joined, NO_DIRECTIVES, type RobotsDirectives } from '../robots/robots-directives.ts';
import { productToken } from '../robots/robots-txt.ts';
import { withoutFragment } from '../url/canonical-url.ts';
import {
  CHARSET_PRESCAN_BYTES,
  certainCharset,
  charsetOfMeta,
  detectCharset,
  guessCharset,
  prescanned,
} from './charset.ts';
import type { WatchedElement } from './known-elements.ts';
import { MarkupScanner, type MarkupVisitor, type RawAttributes } from './markup-scanner.ts';
import { isXhtml } from './mime-type.ts';
import type { MarkupNamespace } from './open-elements.ts';
import { srcsetUrls } from './srcset.ts';

/** What is known of a page before its bytes are read. */
export interface PageFactsOptions {
  /** The page's own URL: what relative links and `base` are resolved against. */
  readonly url: string;
  /** The Content-Type header, for its charset. */
  readonly contentType?: string;
  /** The encoding when neither mark, header nor meta names one. Default `windows-1252`; `readPageFacts` looks at the bytes. */
  readonly fallbackCharset?: string;
  /** The encoding, whatever the page says of it. Default: found by the rules of HTML. */
  readonly charset?: string;
  /** Reads the addresses of images as well. Default false. */
  readonly images?: boolean;
  /** The crawler's name: `meta` elements that name it speak to it as `robots` does to all. Default: none do. */
  readonly userAgent?: string;
  /** True reads noscript as a browser that runs scripts does: as text. Default false. */
  readonly scripting?: boolean;
}

/** What one HTML page says. */
export interface PageFacts {
  /** The text of the first title element, white space collapsed as `document.title` does; null when there is none. */
  readonly title: string | null;
  /** Absolute http(s) URLs of `a[href]` without fragment, each once, in document order. */
  readonly links: readonly string[];
  /** What relative URLs were resolved against: the first `base[href]`, else the page's URL. */
  readonly baseUrl: string;
  /** `link[rel=canonical]`, the first, absolute; null when there is none. */
  readonly canonical: string | null;
  /** Where a `meta[http-equiv=refresh]` leads, absolute; null when there is none. */
  readonly refresh: string | null;
  /** Where the page leads beside its links. */
  readonly others: OtherTargets;
  /** Those of `links` that only stand with `rel=nofollow`. */
  readonly nofollow: readonly string[];
  /** What its `meta name=robots` asks for. */
  readonly robots: RobotsDirectives;
  /** The encoding the bytes were read in, by its WHATWG name. */
  readonly charset: string;
}

/** Where a page leads beside `a[href]`: absolute http(s) URLs without fragment, each once, in document order. */
export interface OtherTargets {
  /** `area[href]`. */
  readonly areas: readonly string[];
  /** `frame[src]`. */
  readonly frames: readonly string[];
  /** `iframe[src]`. */
  readonly iframes: readonly string[];
  /** `img` and `source`, by `src` and every candidate of `srcset`; empty unless they were asked for. */
  readonly images: readonly string[];
  /** `link[rel=alternate]` of RSS and Atom. */
  readonly feeds: readonly string[];
  /** `link[rel=next]`, `link[rel=prev]`. */
  readonly neighbours: readonly string[];
}

/** Links of one page that are read, before they are resolved: the largest indexes of real sites have a tenth of it. */
export const MAX_LINKS_PER_PAGE = 250_000;
/** Characters of one page's links together: a long `base` makes many megabytes of few. */
export const MAX_LINK_CHARS_PER_PAGE: number = 8 * 1024 * 1024;

/** Types of feeds, as pages announce them. */
export const FEED_TYPES: ReadonlySet<string> = new Set([
  'application/rss+xml',
  'application/atom+xml',
  'application/feed+json',
]);

/** Encodings whose bytes cannot be scanned as they are: they are turned into UTF-8 first. */
const NOT_ASCII_COMPATIBLE: ReadonlySet<string> = new Set(['utf-16le', 'utf-16be', 'iso-2022-jp']);
const NOT_ASCII = /[^\0-\x7f]/;
const NULS = /\0/g;
/**
 * WHATWG HTML "shared declarative refresh steps": seconds, a separator, and the URL behind an optional `url=`, behind which it may be
 * empty: the page itself. Without a URL it is a reload, and leads nowhere.
 */
const REFRESH =
  /^[\t\n\f\r ]*(?:\d+|(?=\.))[\d.]*(?:[\t\n\f\r ]*[;,][\t\n\f\r ]*|[\t\n\f\r ]+)(?:url[\t\n\f\r ]*=[\t\n\f\r ]*(.*)|(.+))$/is;

/**
 * Reads the facts of a page in any chunks: `write` the body, then `end`. Takes memory for the raw links only, plus 1 KiB until the
 * encoding is known.
 */
export class PageFactsReader implements MarkupVisitor {
  readonly #options: PageFactsOptions;
  readonly #scanner: MarkupScanner;
  readonly #hrefs = new Set<string>();
  readonly #nofollow = new Set<string>();
  readonly #others: Readonly<Record<keyof OtherTargets, Set<string>>> = {
    areas: new Set(),
    frames: new Set(),
    iframes: new Set(),
    images: new Set(),
    feeds: new Set(),
    neighbours: new Set(),
  };
  #robots: RobotsDirectives = NO_DIRECTIVES;
  #head: Buffer | undefined = Buffer.alloc(0);
  #charset = '';
  #transcoder: TextDecoder | undefined;
  #decoder: TextDecoder | undefined;
  #title: string | undefined;
  #base: string | undefined;
  #canonical: string | undefined;
  #refresh: string | undefined;
  /** What a `meta` behind the first 1,024 bytes names, while nothing before it did. */
  #lateCharset: string | undefined;
  #isTentative = false;

  constructor(options: PageFactsOptions) {
    this.#options = options;
    this.#scanner = new MarkupScanner(this, {
      scripting: options.scripting ?? false,
      xml: isXhtml(options.contentType),
      images: options.images ?? false,
    });
  }

  /** The encoding that a `meta` further down names, when nothing at the start named one: the page is to be read again in it. */
  get lateCharset(): string | undefined {
    return this.#lateCharset;
  }

  /** Takes the next bytes of the decompressed body; the chunk is not kept. */
  write(chunk: Uint8Array): void {
    if (this.#head === undefined) {
      this.#scan(chunk);
      return;
    }
    if (this.#head.length === 0 && chunk.length >= CHARSET_PRESCAN_BYTES) {
      this.#begin(chunk);
      return;
    }
    this.#head = Buffer.concat([this.#head, chunk]);
    if (this.#head.length >= CHARSET_PRESCAN_BYTES) this.#begin(this.#head);
  }

  /** Ends the body and gives what it said. */
  end(): PageFacts {
    if (this.#head !== undefined) this.#begin(this.#head);
    const rest = this.#transcoder?.decode();
    if (rest) this.#scanner.write(Buffer.from(rest));
    this.#scanner.end();
    const baseUrl = this.#baseUrl();
    return {
      title: this.#title ?? null,
      links: resolveLinks(this.#hrefs, baseUrl),
      nofollow: this.#nofollowOnly(baseUrl),
      others: this.#resolvedOthers(baseUrl),
      robots: this.#robots,
      baseUrl,
      canonical: absolute(this.#canonical, baseUrl),
      refresh: absolute(this.#refresh, baseUrl),
      charset: this.#charset,
    };
  }

  /** Part of the scanner's visitor; not for callers. */
  startTag(element: WatchedElement, attributes: RawAttributes, namespace: MarkupNamespace): void {
    switch (element) {
      case 'a': {
        // SVG 2 §16.1.3: `href` goes before `xlink:href`, which means something in svg and math only.
        const href =
          attributes.get('href') ?? (namespace === 'html' ? undefined : attributes.get('xlink:href'));
        if (href !== undefined && this.#hrefs.size < MAX_LINKS_PER_PAGE) {
          this.#addLink(this.#beforeFragment(this.#value(href)), this.#attribute(attributes, 'rel'));
        }
        return;
      }
      case 'area':
        this.#addOther('areas', this.#attribute(attributes, 'href'));
        return;
      case 'frame':
      case 'iframe':
        this.#addOther(element === 'frame' ? 'frames' : 'iframes', this.#attribute(attributes, 'src'));
        return;
      case 'img':
      case 'source':
        this.#addOther('images', this.#attribute(attributes, 'src'));
        for (const url of srcsetUrls(this.#attribute(attributes, 'srcset') ?? ''))
          this.#addOther('images', url);
        return;
      case 'base':
        // HTML §4.2.3: the first base element with an href counts, whether its URL is any good or not.
        this.#base ??= this.#attribute(attributes, 'href');
        return;
      case 'link':
        this.#addRelation(attributes);
        return;
      case 'meta':
        if (this.#isTentative && this.#lateCharset === undefined)
          this.#lateCharset = this.#charsetOf(attributes);
        if (
          this.#refresh === undefined &&
          this.#attribute(attributes, 'http-equiv')?.toLowerCase() === 'refresh'
        ) {
          this.#refresh = refreshTarget(this.#attribute(attributes, 'content') ?? '');
        }
        this.#addDirectives(attributes);
    }
  }

  /** Part of the scanner's visitor; not for callers. */
  title(rawText: string): void {
    this.#title ??= decodeHTML(this.#decode(rawText))
      .replace(/[\t\n\f\r ]+/g, ' ')
      .replace(/^ | $/g, '');
  }

  #begin(head: Uint8Array): void {
    this.#head = undefined;
    const { contentType, fallbackCharset, charset } = this.#options;
    const known = charset ?? certainCharset(head, contentType) ?? prescanned(head);
    this.#isTentative = known === undefined;
    this.#charset = known ?? detectCharset(head, contentType, fallbackCharset);
    if (NOT_ASCII_COMPATIBLE.has(this.#charset)) this.#transcoder = new TextDecoder(this.#charset);
    this.#scan(head);
  }

  #scan(chunk: Uint8Array): void {
    if (this.#charset === 'replacement') return;
    if (this.#transcoder === undefined) this.#scanner.write(chunk);
    else this.#scanner.write(Buffer.from(this.#transcoder.decode(chunk, { stream: true })));
  }

  #attribute(attributes: RawAttributes, name: string): string | undefined {
    const raw = attributes.get(name);
    return raw === undefined ? undefined : this.#value(raw);
  }

  #value(raw: string): string {
    const text = this.#decode(raw);
    return text.includes('&') ? decodeHTMLAttribute(text) : text;
  }

  /** Raw bytes as Latin-1 text to text; copies, so that a title or link does not keep its whole page in memory. */
  #decode(raw: string): string {
    if (!NOT_ASCII.test(raw)) return raw.includes('\0') ? raw.replace(NULS, '�') : raw;
    this.#decoder ??= new TextDecoder(this.#transcoder === undefined ? decodable(this.#charset) : 'utf-8', {
      ignoreBOM: true,
    });
    return this.#decoder.decode(Buffer.from(raw, 'latin1')).replace(NULS, '�');
  }

  #addLink(href: string, rel: string | undefined): void {
    const isNofollow = rel !== undefined && hasWord(rel, 'nofollow');
    // One plain link to a URL is enough to follow it.
    if (!isNofollow) this.#nofollow.delete(href);
    else if (!this.#hrefs.has(href)) this.#nofollow.add(href);
    this.#hrefs.add(href);
  }

  #addOther(kind: keyof OtherTargets, url: string | undefined): void {
    const found = this.#others[kind];
    if (url !== undefined && found.size < MAX_LINKS_PER_PAGE) found.add(this.#beforeFragment(url));
  }

  #addRelation(attributes: RawAttributes): void {
    const rel = this.#attribute(attributes, 'rel');
    const href = this.#attribute(attributes, 'href');
    if (hasWord(rel, 'canonical')) this.#canonical ??= href;
    if (hasWord(rel, 'next') || hasWord(rel, 'prev')) this.#addOther('neighbours', href);
    if (!hasWord(rel, 'alternate')) return;
    if (FEED_TYPES.has(this.#attribute(attributes, 'type')?.trim().toLowerCase() ?? ''))
      this.#addOther('feeds', href);
  }

  #addDirectives(attributes: RawAttributes): void {
    const name = this.#attribute(attributes, 'name')?.trim().toLowerCase();
    if (name === undefined) return;
    const { userAgent } = this.#options;
    const isOurs = userAgent !== undefined && name === productToken(userAgent);
    if (name !== 'robots' && !isOurs) return;
    this.#robots = joined(this.#robots, directivesOf(this.#attribute(attributes, 'content') ?? ''));
  }

  #nofollowOnly(baseUrl: string): readonly string[] {
    if (this.#nofollow.size === 0) return [];
    const plain = new Set(
      resolveLinks(
        [...this.#hrefs].filter((href) => !this.#nofollow.has(href)),
        baseUrl,
      ),
    );
    return resolveLinks(this.#nofollow, baseUrl).filter((link) => !plain.has(link));
  }

  #resolvedOthers(baseUrl: string): OtherTargets {
    const { areas, frames, iframes, images, feeds, neighbours } = this.#others;
    return {
      areas: resolveLinks(areas, baseUrl),
      frames: resolveLinks(frames, baseUrl),
      iframes: resolveLinks(iframes, baseUrl),
      images: resolveLinks(images, baseUrl),
      feeds: resolveLinks(feeds, baseUrl),
      neighbours: resolveLinks(neighbours, baseUrl),
    };
  }

  #beforeFragment(href: string): string {
    const hash = href.indexOf('#');
    if (hash === -1) return href;
    // White space before the fragment is part of the path; without the `#` behind it the URL parser would trim it.
    return href.slice(0, href.charCodeAt(hash - 1) <= 0x20 ? hash + 1 : hash);
  }

  /** WHATWG HTML §13.2.6.4.4: a `meta` that the prescan has not seen changes the encoding too. */
  #charsetOf(attributes: RawAttributes): string | undefined {
    return charsetOfMeta(new Map([...attributes].map(([name, value]) => [name, this.#value(value)])));
  }

  #baseUrl(): string {
    const page = withoutFragment(this.#options.url);
    if (this.#base === undefined) return page;
    const base = URL.parse(this.#base, page);
    // HTML §4.2.3 "set the frozen base URL": a base that is no URL, or data: or javascript:, does not count.
    return base === null || base.protocol === 'data:' || base.protocol === 'javascript:'
      ? page
      : withoutFragment(base.href);
  }
}

/** Reads the facts of a page whose body is at hand. */
export function readPageFacts(body: Uint8Array, options: PageFactsOptions): PageFacts {
  const read = (charset: string | undefined) => {
    const reader = new PageFactsReader({
      fallbackCharset: guessCharset(body),
      ...options,
      ...(charset === undefined ? {} : { charset }),
    });
    reader.write(body);
    return { facts: reader.end(), lateCharset: reader.lateCharset };
  };
  const { facts, lateCharset } = read(options.charset);
  return lateCharset === undefined || lateCharset === facts.charset ? facts : read(lateCharset).facts;
}

function decodable(charset: string): string {
  return charset === 'x-user-defined' ? 'windows-1252' : charset;
}

function resolveLinks(hrefs: Iterable<string>, baseUrl: string): readonly string[] {
  const links = new Set<string>();
  let chars = 0;
  for (const href of hrefs) {
    const link = absolute(href, baseUrl);
    if (link === null || links.has(link)) continue;
    chars += link.length;
    if (chars > MAX_LINK_CHARS_PER_PAGE) break;
    links.add(link);
  }
  return [...links];
}

function absolute(reference: string | undefined, baseUrl: string): string | null {
  if (reference === undefined) return null;
  const url = URL.parse(reference, baseUrl);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:')
    ? withoutFragment(url.href)
    : null;
}

function hasWord(list: string | undefined, word: string): boolean {
  return (
    list
      ?.toLowerCase()
      .split(/[\t\n\f\r ]+/)
      .includes(word) ?? false
  );
}

function refreshTarget(content: string): string | undefined {
  const match = REFRESH.exec(content);
  const target = match?.[1] ?? match?.[2];
  if (target === undefined) return undefined;
  const quote = target[0];
  if (quote !== '"' && quote !== "'") return target;
  const end = target.indexOf(quote, 1);
  return end === -1 ? target.slice(1) : target.slice(1, end);
}
