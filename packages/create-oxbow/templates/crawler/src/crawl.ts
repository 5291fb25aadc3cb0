/** The crawl: where it begins, what it may fetch, and what it takes out of a page. */
import { Crawler, type CrawlerOptions } from '@oxbow/crawler';

/** What is kept of a page. */
export interface PageRecord {
  readonly url: string;
  readonly title: string | null;
  readonly headings: readonly string[];
}

/** A crawl of the site at `seed`: one request a second, robots.txt obeyed, fifty pages at most. */
export function createCrawl(seed: string, options: Partial<CrawlerOptions> = {}): Crawler<PageRecord> {
  const crawl = new Crawler<PageRecord>({ seeds: seed, limits: { maxPages: 50 }, ...options });
  crawl.route('/**', (page, { emit }) => {
    emit({ url: page.url, title: page.title, headings: page.select('h1, h2').texts });
  });
  return crawl;
}
