/** The last line of a crawl, in the one form other programs may rely on. */

/** The figures of a finished crawl. */
export interface CrawlTotals {
  /** Output rows with a 2xx status. */
  readonly pages: number;
  /** The sum of those rows' links. */
  readonly links: number;
  /** Every other URL that was claimed, redirects apart. */
  readonly failed: number;
  /** Decoded body bytes of all rows. */
  readonly bytes: number;
  /** Wall time of this run in milliseconds. */
  readonly elapsedMs: number;
  /** Pages of this run for each second of it: after a resume, fewer than are counted above. */
  readonly pagesPerSecond: number;
}

/** `crawled P pages, L links, F failed, B bytes in S s (R pages/s)`. */
export function summaryLine(totals: CrawlTotals): string {
  const seconds = totals.elapsedMs / 1000;
  return (
    `crawled ${totals.pages} pages, ${totals.links} links, ${totals.failed} failed, ` +
    `${totals.bytes} bytes in ${seconds.toFixed(1)} s (${totals.pagesPerSecond.toFixed(1)} pages/s)`
  );
}
