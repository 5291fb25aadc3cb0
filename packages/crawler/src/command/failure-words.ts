/** What went wrong with a URL, in the words of a person at the command line, and what to do about it. Values in, sentences out. */
import type { CrawlFailure, FailureReason } from '../report/observer.ts';
import type { Page } from '../visit/page.ts';

/** A kind of failure: what is said of all that came to nothing in this way. */
export interface FailureKind {
  /** What happened, such as `answered 404 Not Found`. */
  readonly words: string;
  /** What to do about it. */
  readonly advice: string;
  /** Whether another try may come to something: these are URLs that `retryFailed` visits again. */
  readonly isWorthRetrying: boolean;
}

/** The answers that a person meets, in the words of RFC 9110 §15. */
const STATUS_WORDS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  410: 'Gone',
  429: 'Too Many Requests',
  451: 'Unavailable For Legal Reasons',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

const STATUS_ADVICE: Readonly<Record<number, string>> = {
  401: 'The site wants a login: send one with --header, or leave these pages out with --exclude.',
  403: 'The site refuses the crawl: ask its owner, say who you are with --user-agent, or leave these pages out with --exclude.',
  404: 'The link is dead: mend it on the page that has it, which each row opens.',
  410: 'The page was taken away for good: remove the link from the page that has it.',
  429: 'The site asks for a slower crawl: raise the delay, or lower the concurrency.',
};

interface ReasonWords {
  readonly words: string;
  readonly advice: string;
}

const REASONS: Readonly<Record<FailureReason, ReasonWords>> = {
  robots: {
    words: 'robots.txt forbids it',
    advice: "It is the site's wish. On a site of your own, --ignore-robots lifts it.",
  },
  'robots-unreachable': {
    words: 'its robots.txt could not be read, so the site is left alone',
    advice: 'Look whether the site is up, then try again.',
  },
  scope: { words: 'the crawl was narrowed', advice: 'Nothing is to be done: it was left out by order.' },
  record: {
    words: 'what was to be written cannot be',
    advice: 'Mend the handler that made the record, then try again.',
  },
  blocked: {
    words: 'its address may not be connected to from here',
    advice: 'A public page led to a private address. Name its host as a seed to allow it.',
  },
  timeout: {
    words: 'it took too long',
    advice: 'Lower the concurrency or raise the delay: the site may be overloaded. Then try again.',
  },
  network: {
    words: 'the network failed',
    advice: 'Look whether the host is up and its name is right, then try again.',
  },
  render: {
    words: 'the browser could not show it',
    advice: 'Give the pool more time, or fewer pages at once, then try again.',
  },
  handler: { words: 'its handler failed', advice: 'Mend the handler, then try again.' },
};
const WORTH_RETRYING: ReadonlySet<string> = new Set([
  'robots-unreachable',
  'timeout',
  'network',
  'render',
  'handler',
  'record',
]);

/** The words for a kind of failure: a status such as `404`, or one of the crawl's reasons such as `network`. */
export function failureKind(kind: string): FailureKind {
  if (Object.hasOwn(REASONS, kind))
    return { ...REASONS[kind as FailureReason], isWorthRetrying: WORTH_RETRYING.has(kind) };
  const status = Number(kind);
  const advice =
    STATUS_ADVICE[status] ??
    (status >= 500
      ? "The site itself failed: look at its log. A slower crawl may be within the site's means."
      : 'The site refuses these requests: open one to see what it says.');
  return { words: `answered ${statusInWords(status)}`, advice, isWorthRetrying: false };
}

/** `404 Not Found`; only the number for one without a common name. */
function statusInWords(status: number): string {
  const words = STATUS_WORDS[status];
  return words === undefined ? `${status}` : `${status} ${words}`;
}

/** What is said of a page that was answered with trouble. */
export function answeredWith({ status, referrer }: Pick<Page, 'status' | 'referrer'>): string {
  return `answered ${statusInWords(status)}${referrer === null ? '' : `, linked from ${referrer}`}`;
}

/** What is said of a URL that came to nothing. */
export function inWords({
  reason,
  message,
  attempt,
}: Pick<CrawlFailure, 'reason' | 'message' | 'attempt'>): string {
  return `${REASONS[reason].words}${attempt > 1 ? ` (${attempt} tries)` : ''}: ${message}`;
}

/** Why links were not followed. */
const SKIPS: Readonly<Record<string, string>> = {
  scope: 'lead to another site, or out of what was asked for',
  depth: 'lie deeper than was asked for',
  robots: 'are forbidden by robots.txt',
  nofollow: 'stand on pages that ask robots not to follow them',
  'host-limit': 'are of hosts with more than 100000 URLs',
  trap: 'look like a trap',
  redirects: 'are behind too many redirects in a row',
  url: 'are no http(s) URLs, or longer than 2083 characters',
  sitemap: 'stand in sitemaps that could not be read',
};

/** How a crawl says why links were not followed: `forbidden by robots.txt`. */
export function skipInWords(reason: string): string {
  return SKIPS[reason] ?? reason;
}
