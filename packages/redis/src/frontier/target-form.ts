/**
 * How a URL stands in the store: its fingerprint with its bucket, and a body that leaves out what its host says already. It sends nothing.
 *
 * Two URLs share a fingerprint with probability n²/2⁶⁵: 3 in a million at ten million URLs. The key is secret, so no site can choose URLs
 * that collide.
 */
// As a namespace: Node 18 lacks hash, and would say so before the loop can say which Node is needed.
import * as crypto from 'node:crypto';
import { type ClaimedTarget, type CrawlTarget, canonicalUrl, MAX_URL_CHARS } from '@oxbow/crawler';

/** Where a URL's fingerprint is kept. */
export interface Mark {
  readonly bucket: string;
  readonly fingerprint: string;
}

/** A target as the scripts take it. */
export interface FormedTarget extends Mark {
  readonly host: string;
  readonly priority: string;
  readonly depth: string;
  readonly body: string;
}

/** What a target may have beside its URL, referrer, depth and priority; left out where it is the default. */
interface Rest {
  readonly redirects?: number;
  readonly validators?: CrawlTarget['validators'];
  readonly purpose?: CrawlTarget['purpose'];
  readonly mayBePrivate?: boolean;
  readonly redirectedFrom?: string | null;
  readonly data?: unknown;
}

/** Most URLs come in canonical form already: parsing them again would cost more than all the rest. */
const LOOKS_CANONICAL = /^https?:\/\/[a-z0-9.:[\]-]+\/[^#\t]*$/;

/** Forms the targets of one store. */
export class TargetForm {
  readonly #secret: string;
  readonly #buckets: number;

  constructor(secret: string, buckets: number) {
    this.#secret = secret;
    this.#buckets = buckets;
  }

  /** The canonical form of a URL, or undefined when it is none to visit. */
  canonical(url: string): string | undefined {
    const canonical = LOOKS_CANONICAL.test(url) ? url : canonicalUrl(url);
    return canonical !== undefined && canonical.length <= MAX_URL_CHARS ? canonical : undefined;
  }

  /** Where a canonical URL's fingerprint is kept. */
  mark(url: string): Mark {
    const digest = crypto.hash('sha1', this.#secret + url, 'buffer');
    return {
      bucket: String(digest.readUInt32LE(8) % this.#buckets),
      fingerprint: digest.readBigInt64LE(0).toString(),
    };
  }

  /** Forms a target of a canonical URL. */
  form(url: string, target: CrawlTarget): FormedTarget {
    const { depth = 0, priority = 0, referrer = null, again = false } = target;
    const host = hostOf(url);
    const { bucket, fingerprint } = this.mark(url);
    const rest = restOf(target);
    const parts = [
      shortened(url, host),
      referrer === null ? 0 : shortened(referrer, host),
      ...(rest === undefined ? [] : [rest]),
    ];
    return {
      bucket,
      fingerprint: again ? `!${fingerprint}` : fingerprint,
      host,
      priority: String(priority),
      depth: String(depth),
      body: `1\t${JSON.stringify(parts)}`,
    };
  }

  /** How the bodies of a canonical URL begin behind their attempt. */
  bodyStart(url: string): string {
    return JSON.stringify([shortened(url, hostOf(url))]).slice(0, -1);
  }
}

/** The target that an entry of the store stands for. */
export function targetOf(token: string, entry: string): ClaimedTarget {
  const [host = '', priority, depth, attempt, ...json] = entry.split('\t');
  const [url, referrer, rest = {}] = JSON.parse(json.join('\t')) as [string, string | 0, Rest?];
  const {
    redirects = 0,
    validators = null,
    purpose = 'page',
    mayBePrivate = false,
    redirectedFrom = null,
    data,
  } = rest;
  return {
    token,
    url: lengthened(url, host),
    depth: Number(depth),
    referrer: referrer === 0 ? null : lengthened(referrer, host),
    priority: Number(priority),
    redirects,
    validators,
    purpose,
    mayBePrivate,
    redirectedFrom,
    data,
    attempt: Number(attempt),
  };
}

/** Host and port of a canonical URL: the unit of politeness. */
export function hostOf(url: string): string {
  const start = url.indexOf('//') + 2;
  const end = url.indexOf('/', start);
  return end === -1 ? url.slice(start) : url.slice(start, end);
}

/** URLs of the entry's own host without it: `s/path` for https, `h/path` for http; others as they are, all of which have a colon second or later. */
function shortened(url: string, host: string): string {
  for (const [mark, scheme] of SCHEMES) {
    if (
      url.startsWith(scheme) &&
      url.startsWith(host, scheme.length) &&
      url[scheme.length + host.length] === '/'
    )
      return mark + url.slice(scheme.length + host.length);
  }
  return url;
}

function lengthened(text: string, host: string): string {
  if (text[1] !== '/') return text;
  return (text[0] === 's' ? 'https://' : 'http://') + host + text.slice(1);
}

const SCHEMES = [
  ['s', 'https://'],
  ['h', 'http://'],
] as const;

function restOf(target: CrawlTarget): Rest | undefined {
  const { redirects, validators, purpose, mayBePrivate, redirectedFrom, data } = target;
  const rest: Rest = {
    ...(redirects ? { redirects } : {}),
    ...(validators ? { validators } : {}),
    ...(purpose !== undefined && purpose !== 'page' ? { purpose } : {}),
    ...(mayBePrivate ? { mayBePrivate } : {}),
    ...(redirectedFrom ? { redirectedFrom } : {}),
    ...(data === undefined ? {} : { data }),
  };
  return Object.keys(rest).length === 0 ? undefined : rest;
}
