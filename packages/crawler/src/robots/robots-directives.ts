/**
 * What a page itself says to robots: `meta name=robots` and the `X-Robots-Tag` header. Values in, two answers out.
 *
 * Source: the conventions of the large search engines (robots meta tag, X-Robots-Tag); no standard has them.
 */
import { productToken } from './robots-txt.ts';

/** What robots are asked to leave. */
export interface RobotsDirectives {
  /** Not to keep the page in an index. It is told to handlers; a crawl fetches and writes the page all the same. */
  readonly noindex: boolean;
  /** Not to follow the page's links. */
  readonly nofollow: boolean;
}

/** A page that asks for nothing. */
export const NO_DIRECTIVES: RobotsDirectives = Object.freeze({ noindex: false, nofollow: false });

/** Directives that have a value behind a colon, so that it names no robot. */
const WITH_VALUE = /^(?:unavailable_after|max-snippet|max-image-preview|max-video-preview)$/;

/** The directives of the `content` of a meta element. */
export function directivesOf(content: string): RobotsDirectives {
  const words = new Set(content.toLowerCase().split(/[\s,]+/));
  const none = words.has('none');
  return { noindex: none || words.has('noindex'), nofollow: none || words.has('nofollow') };
}

/**
 * The directives of an X-Robots-Tag header to one robot: `nofollow`, or `otherbot: noindex, nofollow`, where a name holds up to the next.
 * @param header several values joined by `, `
 */
export function directivesOfHeader(header: string | undefined, userAgent: string): RobotsDirectives {
  if (header === undefined) return NO_DIRECTIVES;
  const own = productToken(userAgent);
  let concernsUs = true;
  const words: string[] = [];
  for (const part of header.split(',')) {
    const [, name, rest] = /^\s*([\w-]+)\s*:(.*)$/s.exec(part) ?? [];
    if (name !== undefined && !WITH_VALUE.test(name.toLowerCase())) {
      concernsUs = productToken(name) === own;
      if (concernsUs) words.push(rest ?? '');
    } else if (concernsUs) words.push(part);
  }
  return directivesOf(words.join(','));
}

/** Both together: what either asks for. */
export function joined(one: RobotsDirectives, other: RobotsDirectives): RobotsDirectives {
  return { noindex: one.noindex || other.noindex, nofollow: one.nofollow || other.nofollow };
}
