/**
 * robots.txt as a value: text in, rules out, and whether a URL may be fetched. No network, no cache, no clock.
 *
 * Theory of operation: groups that name our product token (or, failing those, `*`) are merged. Their rules are sorted so that the
 * longest pattern comes first and Allow before Disallow; the first that matches decides. Both patterns and paths are brought to one
 * percent-encoding first. Matching walks the path once for each `*`, without backtracking and without a regular expression, so
 * no file can make it slow.
 *
 * Source: RFC 9309 (Robots Exclusion Protocol) §2.2. Crawl-delay is not part of it; it is read as its inventors meant it.
 */

/** How much of a file is read: 500 KiB (RFC 9309 §2.5 asks for at least that). A line cut off there is dropped. */
export const MAX_ROBOTS_BYTES: number = 500 * 1024;

/** What a line may begin with: the words of the RFC, and the misspellings of them that the large crawlers accept too. */
const KEYS: ReadonlyMap<string, 'user-agent' | 'allow' | 'disallow' | 'crawl-delay' | 'sitemap'> = new Map([
  ...(['user-agent', 'useragent', 'user agent'] as const).map((word) => [word, 'user-agent'] as const),
  ['allow', 'allow'] as const,
  ...(['disallow', 'dissallow', 'dissalow', 'disalow', 'diasllow', 'disallaw'] as const).map(
    (word) => [word, 'disallow'] as const,
  ),
  ['crawl-delay', 'crawl-delay'] as const,
  ['crawldelay', 'crawl-delay'] as const,
  ['sitemap', 'sitemap'] as const,
  ['site-map', 'sitemap'] as const,
]);

/** One rule, and how it reads in the file. */
export interface RobotsRule {
  readonly allow: boolean;
  /** The pattern as the file has it. */
  readonly pattern: string;
}

interface CompiledRule extends RobotsRule {
  /** The pattern between its `*`s, percent-normalised. */
  readonly parts: readonly string[];
  readonly anchored: boolean;
  readonly length: number;
}

interface Group {
  readonly rules: RobotsRule[];
  crawlDelayMs: number | undefined;
}

/** What one robots.txt says to one crawler. */
export class RobotsTxt {
  readonly #rules: readonly CompiledRule[];
  /** Milliseconds between two requests asked for by `Crawl-delay`; undefined when it says none. */
  readonly crawlDelayMs: number | undefined;
  /** The absolute http(s) URLs of its `Sitemap` lines, each once. They belong to no group. */
  readonly sitemaps: readonly string[];

  constructor(rules: readonly RobotsRule[], crawlDelayMs: number | undefined, sitemaps: readonly string[]) {
    this.#rules = rules.map(compile).sort((a, b) => b.length - a.length || Number(b.allow) - Number(a.allow));
    this.crawlDelayMs = crawlDelayMs;
    this.sitemaps = sitemaps;
  }

  /** True when the URL (absolute, or a path with its query) may be fetched. `/robots.txt` itself always may. */
  isAllowed(url: string): boolean {
    return this.ruleFor(url)?.allow ?? true;
  }

  /** The rule that decides on a URL; undefined when none applies, and it may be fetched. */
  ruleFor(url: string): RobotsRule | undefined {
    const path = pathOf(url);
    // RFC 9309 §2.2.2: the robots.txt URI is implicitly allowed.
    if (path === '/robots.txt') return undefined;
    const normalised = normalise(path, false);
    return this.#rules.find((rule) => matches(rule, normalised));
  }
}

/** A file that allows everything: what a missing robots.txt means (RFC 9309 §2.3.1.3). */
export const ALLOW_ALL: RobotsTxt = new RobotsTxt([], undefined, []);

/**
 * Reads a robots.txt for one crawler.
 * @param body the file, as bytes or text; what is behind the first 500 KiB is not read
 * @param userAgent the product token, or a whole User-Agent value whose first token is taken; case does not matter
 * @param url where the file lies, for `Sitemap` lines that are not absolute
 *
 * @example
 * ```ts
 * import { parseRobotsTxt } from '@oxbow/crawler';
 *
 * const robots = parseRobotsTxt('User-agent: *\nCrawl-delay: 2\nDisallow: /private', 'my-bot');
 * console.log(robots.crawlDelayMs); // 2000
 * ```
 */
export function parseRobotsTxt(body: Uint8Array | string, userAgent: string, url?: string): RobotsTxt {
  const token = productToken(userAgent);
  const named: Group = { rules: [], crawlDelayMs: undefined };
  const anyone: Group = { rules: [], crawlDelayMs: undefined };
  const sitemaps = new Set<string>();
  let current = new Set<Group>();
  let inRules = true;
  let isNamed = false;
  for (const { key, value } of linesOf(textOf(body))) {
    switch (KEYS.get(key)) {
      case 'user-agent': {
        // RFC 9309 §2.1: user-agent lines in a row share the rules that follow.
        if (inRules) current = new Set();
        inRules = false;
        const agent = productToken(value);
        if (value === '*' || /^\*\s/.test(value)) current.add(anyone);
        else if (agent !== '' && agent === token) {
          current.add(named);
          isNamed = true;
        }
        break;
      }
      case 'allow':
      case 'disallow':
        inRules = true;
        if (value !== '')
          for (const group of current) group.rules.push({ allow: KEYS.get(key) === 'allow', pattern: value });
        break;
      case 'crawl-delay':
        // RFC 9309 §2.2.4: other records must not interfere, so this one does not end a list of user-agents.
        for (const group of current) group.crawlDelayMs ??= delayOf(value);
        break;
      case 'sitemap': {
        const sitemap = URL.parse(value, url);
        if (sitemap?.protocol === 'http:' || sitemap?.protocol === 'https:') sitemaps.add(sitemap.href);
      }
    }
  }
  const group = isNamed ? named : anyone;
  return new RobotsTxt(group.rules, group.crawlDelayMs, [...sitemaps]);
}

/** RFC 9309 §2.2.1: a product token is letters, `_` and `-`; it ends at the first other character. */
export function productToken(userAgent: string): string {
  return /^[a-z_-]*/i.exec(userAgent)![0].toLowerCase();
}

function textOf(body: Uint8Array | string): string {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  // The decoder drops a byte order mark, and replaces what is not UTF-8. A mark of UTF-16 is believed, though the RFC asks for UTF-8.
  const text = new TextDecoder(utf16Of(bytes) ?? 'utf-8').decode(bytes.subarray(0, MAX_ROBOTS_BYTES));
  if (bytes.length <= MAX_ROBOTS_BYTES) return text;
  return text.slice(0, Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'), 0));
}

function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
}

function* linesOf(text: string): Generator<{ key: string; value: string }> {
  for (const line of text.split(/\r\n|\r|\n/)) {
    const comment = line.indexOf('#');
    const content = (comment === -1 ? line : line.slice(0, comment)).trim();
    const colon = content.indexOf(':');
    if (colon > 0) {
      yield {
        key: content
          .slice(0, colon)
          .trimEnd()
          .toLowerCase()
          .replace(/[ \t]+/g, ' '),
        value: content.slice(colon + 1).trimStart(),
      };
    } else if (colon === -1) {
      // A key and a value with only a space between is accepted, as the largest crawlers do.
      const words = content.split(/[ \t]+/, 3);
      if (words.length === 2) yield { key: words[0]!.toLowerCase(), value: words[1]! };
      else if (/^user[ \t]+agent[ \t]/i.test(content)) yield { key: 'user-agent', value: words[2]!.trim() };
    }
  }
}

/** Seconds as `10`, `0.5`, `10,5` or `5s`; what does not begin with a number is no delay. */
function delayOf(value: string): number | undefined {
  const number = /^(\d+(?:[.,]\d+)?|[.,]\d+)(?:\s*s(?:ec(?:ond)?s?)?)?(?=\s|$)/i.exec(value)?.[1];
  return number === undefined ? undefined : Number(number.replace(',', '.')) * 1000;
}

function pathOf(url: string): string {
  if (url.startsWith('/')) return url;
  const parsed = URL.parse(url);
  return parsed === null ? '/' : parsed.pathname + parsed.search;
}

function compile(rule: RobotsRule): CompiledRule {
  const anchored = rule.pattern.endsWith('$');
  const pattern = normalise(anchored ? rule.pattern.slice(0, -1) : rule.pattern, true);
  return { ...rule, anchored, parts: pattern.split('*'), length: pattern.length + Number(anchored) };
}

const UNRESERVED = /[\w.~-]/;

/**
 * RFC 9309 §2.2.2: percent-encode what is not ASCII, decode escapes of unreserved characters, write the rest in upper case. A literal
 * `$` or (in a path) `*` is written as its escape, so that neither is taken for a wildcard.
 */
function normalise(path: string, isPattern: boolean): string {
  return path
    .toWellFormed()
    .replace(/%[0-9a-f]{2}|[^\w.~:/?#[\]@!&'()*+,;=-]/giu, (match) => {
      if (match.length === 3 && match.startsWith('%')) {
        const character = String.fromCharCode(Number.parseInt(match.slice(1), 16));
        return UNRESERVED.test(character) ? character : match.toUpperCase();
      }
      if (match === '%') return '%25';
      return encodeURIComponent(match);
    })
    .replace(/\*/g, isPattern ? '*' : '%2A');
}

/** A greedy walk: the first part must start the path, each further one is found behind the one before. */
function matches(rule: CompiledRule, path: string): boolean {
  const { parts, anchored } = rule;
  const first = parts[0]!;
  if (!path.startsWith(first)) return false;
  const last = parts.length - 1;
  if (last === 0) return !anchored || path.length === first.length;
  let position = first.length;
  for (let index = 1; index < last; index++) {
    const found = path.indexOf(parts[index]!, position);
    if (found === -1) return false;
    position = found + parts[index]!.length;
  }
  const ending = parts[last]!;
  if (anchored) return path.length - ending.length >= position && path.endsWith(ending);
  return path.indexOf(ending, position) !== -1;
}
