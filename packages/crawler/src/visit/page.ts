/** One answered URL: the row that is written, and the content for handlers. It knows neither frontier nor network. */

import type { StandardSchema } from '@oxbow/http';
import type { Document } from 'domhandler';
import { htmlParser, treeAdapter, treeParser } from '../extract/dom-libraries.ts';
import { type ExtractedRecord, extractFields, type FieldSpecs, validated } from '../extract/extract.ts';
import { Selection, selectAll } from '../extract/selection.ts';
import type { Validators } from '../frontier/frontier.ts';
import { charsetOfContentType } from '../html/charset.ts';
import { NO_DIRECTIVES, type RobotsDirectives } from '../robots/robots-directives.ts';

/** One line of output: an answered URL, whatever its status. */
export interface PageRow {
  /** The URL that was asked for, canonical. */
  readonly url: string;
  readonly status: number;
  /** Links from a seed to here; a redirect's target has the depth of the redirect. */
  readonly depth: number;
  /** The text of its title; null where there is no HTML or no title. */
  readonly title: string | null;
  /** Absolute http(s) URLs of its `a[href]`, without fragment, each once; those out of scope included. */
  readonly links: readonly string[];
  /** The Content-Type header as it was sent; null when there was none. */
  readonly contentType: string | null;
  /** Bytes of the body, decompressed. */
  readonly bytes: number;
  /** When the answer was complete, ISO 8601. */
  readonly fetchedAt: string;
  /** The page that had the link; null for a seed. */
  readonly referrer: string | null;
}

/** What a Page is made of. */
export interface PageInit extends PageRow {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly charset: string | null;
  readonly canonical: string | null;
  readonly refresh: string | null;
  readonly redirectTo: string | null;
  readonly isTruncated: boolean;
  readonly elapsedMs: number;
  readonly attempt: number;
  /** Default: no data. */
  readonly data?: unknown;
  /** Default: the page's URL. */
  readonly baseUrl?: string;
  /** Default: nothing is asked for. */
  readonly robots?: RobotsDirectives;
}

/** One answered URL, as a crawl gives it. Its fields are those of its row; the rest is for handlers. */
export class Page implements PageRow {
  readonly url: string;
  readonly status: number;
  readonly depth: number;
  readonly title: string | null;
  readonly links: readonly string[];
  readonly contentType: string | null;
  readonly bytes: number;
  readonly fetchedAt: string;
  readonly referrer: string | null;
  /** Response headers, names in lower case, repeated ones joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, decompressed; belongs to the page. Cut at the limit when `isTruncated`. */
  readonly body: Uint8Array;
  /** The encoding of an HTML page, by its WHATWG name; null where there is no HTML. */
  readonly charset: string | null;
  /** `link[rel=canonical]`, absolute; null when there is none. */
  readonly canonical: string | null;
  /** Where a `meta[http-equiv=refresh]` leads, absolute; null when there is none. Not followed. */
  readonly refresh: string | null;
  /** Where a 3xx answer leads, canonical; null for other answers. */
  readonly redirectTo: string | null;
  /** True when the body was longer than the limit: `body`, `bytes` and `links` are of its beginning. */
  readonly isTruncated: boolean;
  /** Milliseconds from the request to the end of the body. */
  readonly elapsedMs: number;
  /** 1 when the first try was answered, one more for each retry. */
  readonly attempt: number;
  /** What was handed over by the `enqueue` that led here; undefined for nothing. */
  readonly data: unknown;
  /** What relative URLs of the page are resolved against. */
  readonly baseUrl: string;
  /** What the page itself asks of robots, by `meta` or `X-Robots-Tag`. */
  readonly robots: RobotsDirectives;
  #document: Document | undefined;
  #dom: Document | undefined;

  constructor(init: PageInit) {
    this.url = init.url;
    this.status = init.status;
    this.depth = init.depth;
    this.title = init.title;
    this.links = init.links;
    this.contentType = init.contentType;
    this.bytes = init.bytes;
    this.fetchedAt = init.fetchedAt;
    this.referrer = init.referrer;
    this.headers = init.headers;
    this.body = init.body;
    this.charset = init.charset;
    this.canonical = init.canonical;
    this.refresh = init.refresh;
    this.redirectTo = init.redirectTo;
    this.isTruncated = init.isTruncated;
    this.elapsedMs = init.elapsedMs;
    this.attempt = init.attempt;
    this.data = init.data;
    this.baseUrl = init.baseUrl ?? init.url;
    this.robots = init.robots ?? NO_DIRECTIVES;
  }

  /** True when the page was read as HTML. */
  get isHtml(): boolean {
    return this.charset !== null;
  }

  /** The body as text, in the encoding of the HTML or the Content-Type, UTF-8 by default. */
  text(): string {
    const charset = this.charset ?? charsetOfContentType(this.contentType ?? undefined) ?? 'utf-8';
    if (charset === 'replacement') return '\ufffd';
    return new TextDecoder(charset === 'x-user-defined' ? 'windows-1252' : charset).decode(this.body);
  }

  /**
   * The elements that a CSS selector matches, in document order. The page is parsed (by htmlparser2) when it is first asked.
   * @throws ExtractError for a selector that is none
   */
  select(css: string): Selection {
    this.#document ??= htmlParser().parseDocument(this.text());
    return new Selection(selectAll(css, this.#document), this.baseUrl);
  }

  /**
   * A record of the page, by its fields: `{ title: 'h1', next: 'a.next@href', tags: ['.tag'] }`. With a Standard Schema, the record as
   * that gives it.
   * @throws ExtractError for a selector that is none, and for what a schema refuses
   */
  extract<S extends FieldSpecs>(fields: S): ExtractedRecord<S>;
  extract<T>(fields: FieldSpecs, schema: StandardSchema<T>): T;
  extract<T>(fields: FieldSpecs, schema?: StandardSchema<T>): unknown {
    const record = extractFields(this.select(':root'), fields);
    return schema === undefined ? record : validated(schema, record, this.url);
  }

  /** The whole tree as a browser builds it (by parse5), as domhandler nodes; made when it is first asked for. */
  get dom(): Document {
    this.#dom ??= treeParser().parse(this.text(), { treeAdapter: treeAdapter().adapter });
    return this.#dom;
  }

  /** What a recrawl can ask by whether this page has changed; undefined for answers that are no version of it. */
  get validators(): Validators | undefined {
    if (this.status < 200 || this.status >= 300) return undefined;
    return { etag: this.headers.etag ?? null, lastModified: this.headers['last-modified'] ?? null };
  }

  /** The nine fields that are written, in their order. */
  row(): PageRow {
    const { url, status, depth, title, links, contentType, bytes, fetchedAt, referrer } = this;
    return { url, status, depth, title, links, contentType, bytes, fetchedAt, referrer };
  }

  /** What `JSON.stringify` writes: the row. */
  toJSON(): PageRow {
    return this.row();
  }
}
