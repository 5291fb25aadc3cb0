/**
 * Every error the crawler raises, by what the caller should do next.
 *
 *   OxbowError
 *   └ CrawlerError
 *     ├ CrawlerOptionError    an option, a seed or a pattern is not usable: correct it
 *     ├ CrawlStoppedError     the crawl has ended or has been left: make a new Crawler
 *     ├ FrontierError         the frontier is closed, locked or not readable: see its message
 *     │ └ LeaseLostError      leases ran out before they were settled: cut the output back, claim again
 *     ├ SinkError             an output could not be opened, written or cut back: see its cause
 *     └ FetchError            one URL could not be fetched: `reason` names the stage
 */
import { OxbowError } from '@oxbow/loop';

/** Base of every error of this package. */
export class CrawlerError extends OxbowError {}

/** Raised when an option, a seed or a pattern cannot be used: correct the call. */
export class CrawlerOptionError extends CrawlerError {
  /** Name of the option at fault. */
  readonly option: string;

  constructor(option: string, message: string, options?: ErrorOptions) {
    super('ERR_OXBOW_CRAWLER_OPTION', message, options);
    this.option = option;
  }
}
