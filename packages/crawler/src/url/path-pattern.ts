/**
 * Patterns over URLs, as routes and scope rules write them: `/docs/**`, `/blog/*.html`, `https://example.org/**`.
 * `*` stands for any characters of one path segment, `**` for any number of whole segments, none included. Matching takes time in
 * the product of both lengths at worst, on any input. It does not know what a match is used for.
 */
import { CrawlerOptionError } from '../errors.ts';

/** A compiled pattern: true when it covers the URL. The query is not looked at. */
export type UrlMatcher = (url: string) => boolean;

/** Longer patterns are refused: nobody writes them, and matching costs their length. */
const MAX_PATTERN_CHARS = 2083;

/**
 * Compiles a pattern that starts with `/` (any origin) or with `http://` or `https://` (that origin only).
 * @throws CrawlerOptionError when it starts with neither, or is longer than 2,083 characters
 */
export function compileUrlPattern(pattern: string): UrlMatcher {
  if (pattern.length > MAX_PATTERN_CHARS) {
    throw new CrawlerOptionError(
      'pattern',
      `A pattern has at most ${MAX_PATTERN_CHARS} characters, this one ${pattern.length}`,
    );
  }
  const absolute = /^(https?:\/\/[^/]+)(\/.*)?$/i.exec(pattern);
  if (absolute === null && !pattern.startsWith('/')) {
    throw new CrawlerOptionError('pattern', `A pattern starts with "/" or "http(s)://", not "${pattern}"`);
  }
  const origin = absolute === null ? undefined : URL.parse(absolute[1]!)?.origin;
  const path = absolute === null ? pattern : (absolute[2] ?? '/**');
  const wanted = path.split('/').slice(1);
  return (url) => {
    const parsed = URL.parse(url);
    if (parsed === null || (origin !== undefined && parsed.origin !== origin)) return false;
    return matchesSequence(wanted, parsed.pathname.split('/').slice(1), '**', matchesSegment);
  };
}

const matchesSegment = (pattern: string, segment: string): boolean =>
  pattern === '*' ||
  pattern === segment ||
  (pattern.includes('*') && matchesSequence([...pattern], [...segment], '*', Object.is));

/** Wildcard matching with one point of return: on a mismatch the last wildcard takes one element more. */
function matchesSequence<T>(
  pattern: readonly T[],
  sequence: readonly T[],
  wildcard: T,
  equal: (wanted: T, given: T) => boolean,
): boolean {
  let at = 0;
  let returnTo = -1;
  let taken = 0;
  for (let index = 0; index < sequence.length; ) {
    if (at < pattern.length && pattern[at] === wildcard) {
      returnTo = at++;
      taken = index;
    } else if (at < pattern.length && equal(pattern[at]!, sequence[index]!)) {
      at++;
      index++;
    } else if (returnTo !== -1) {
      at = returnTo + 1;
      index = ++taken;
    } else {
      return false;
    }
  }
  while (at < pattern.length && pattern[at] === wildcard) at++;
  return at === pattern.length;
}
