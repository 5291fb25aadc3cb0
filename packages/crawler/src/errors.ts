/**
 * Every error the crawler raises, by what the caller should do next.
 *
 *   OxbowError
 *   └ CrawlerError
 *     ├ CrawlerOptionError   an option, a seed or a pattern is not usable: correct it
 *     ├ CrawlClosedError     the crawl has ended or has been left: make a new Crawler
 *     ├ CrawlBusyError       the crawl already has a consumer: wait for it, or put share() behind the crawl
 *     ├ FrontierError        the frontier is closed, locked or not readable: the message says which
 *     │ ├ FrontierLostError  the store of an engine on a server was emptied: the crawl cannot go on
 *     │ └ LeaseLostError     leases ran out before they were settled: cut the output back and claim again
 *     ├ SinkError            an output could not be opened, written or cut back: see the cause
 *     │ └ OutputExistsError  it exists, and this crawl did not write it: say append or overwrite
 *     ├ LoginError           signing in failed, so that no page was asked for: see the cause
 *     ├ ExtractError         a selector is none, or a value is not what its schema asks for
 *     └ SitemapError         a sitemap is too large or its gzip is broken
 *
 * What goes wrong with one URL is no error but an outcome of that URL: it is counted, and `explain(url)` tells it.
 * Cancellation is loop's CancelledError and passes through untouched.
 */
import { OxbowError } from '@oxbow/loop';

/** Base of every error of this package. `code` is stable. */
export class CrawlerError extends OxbowError {
  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(message, { code, ...options });
    this.name = new.target.name;
  }
}

/** Raised at the door when an option, a seed or a pattern cannot be used. What to do: correct the call. */
export class CrawlerOptionError extends CrawlerError {
  /** Name of the option at fault. */
  readonly option: string;

  constructor(option: string, message: string, options?: ErrorOptions) {
    super('ERR_OXBOW_CRAWLER_OPTION', message, options);
    this.option = option;
  }
}

/** Raised when a crawl that has ended, or that a consumer has left, is consumed again. What to do: make a new Crawler. */
export class CrawlClosedError extends CrawlerError {
  constructor() {
    super(
      'ERR_OXBOW_STREAM_CLOSED',
      'This crawl has ended or was left by its consumer; make a new Crawler to go on.',
    );
  }
}

/** Raised when a second consumer comes beside the first. What to do: one at a time, or `share()` behind the crawl. */
export class CrawlBusyError extends CrawlerError {
  constructor() {
    super('ERR_OXBOW_STREAM_BUSY', 'This crawl already has a consumer, and it allows one at a time.');
  }
}

/** Raised when the function that signs in has failed: no page was asked for. What to do: see the cause, and go on with the same frontier. */
export class LoginError extends CrawlerError {
  constructor(cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super('ERR_OXBOW_CRAWLER_LOGIN', `The crawl could not sign in: ${why}`, { cause });
  }
}

/** Raised when a frontier is closed, locked by another process, or its file cannot be read or written. */
export class FrontierError extends CrawlerError {}

/**
 * Raised by engines on a server whose store is not the one they opened: it was emptied, or restarted without what it held. What to do:
 * keep the output, and begin the crawl anew. It is never mistaken for a crawl that is complete.
 */
export class FrontierLostError extends FrontierError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_OXBOW_CRAWLER_FRONTIER_LOST', message, options);
  }
}

/**
 * Raised when results are settled whose leases ran out, or out of their output's sequence: nothing of that call is applied. What to do:
 * cut the output back to `checkpoint` when there is one, else to the last that was settled, and claim again.
 */
export class LeaseLostError extends FrontierError {
  /** The tokens that were lost. */
  readonly tokens: readonly string[];
  /** How far the frontier knows the output to be written; absent when it does not say. */
  declare readonly checkpoint?: unknown;

  constructor(tokens: readonly string[], known?: { readonly checkpoint: unknown }) {
    const shown = tokens.slice(0, 5).join(', ') + (tokens.length > 5 ? ', …' : '');
    super(
      'ERR_OXBOW_CRAWLER_LEASE_LOST',
      `${tokens.length} of the leases to settle were lost (${shown}); nothing was settled`,
    );
    this.tokens = tokens;
    if (known !== undefined) this.checkpoint = known.checkpoint;
  }
}

/** Raised when an output cannot be opened, written or cut back; `cause` is the system's error. */
export class SinkError extends CrawlerError {
  /** The file. */
  readonly path: string;

  constructor(path: string, message: string, options?: ErrorOptions, code = 'ERR_OXBOW_CRAWLER_SINK') {
    super(code, `${path}: ${message}`, options);
    this.path = path;
  }
}

/** Raised when a page is read by a selector that is none, or a value is not what its schema asks for. What to do: see the message. */
export class ExtractError extends CrawlerError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_OXBOW_CRAWLER_EXTRACT', message, options);
  }
}

/** Raised when a sitemap is larger than the protocol allows, or its gzip is broken. */
export class SitemapError extends CrawlerError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_OXBOW_CRAWLER_SITEMAP', message, options);
  }
}
