/** `oxbow-crawl bench`: how fast this machine crawls a site that is made up in this process, or one that is named. */
import { type MockRequest, MockTransport, Session } from '@oxbow/http';
import { Crawler } from '../crawler.ts';
import type { CrawlRequest } from './command-line.ts';
import type { Surroundings } from './crawl-verb.ts';
import { summaryLine } from './summary-line.ts';

/** Pages of the own site: enough for a second or two. */
const PAGES = 2000;
/** Links of each page, and its size in characters of text. */
const LINKS = 40;
const TEXT = 'Lorem ipsum dolor sit amet. '.repeat(700);

/** Crawls and says how long it took. The own site has no network: what is measured is the crawler. */
export async function benchVerb(
  url: string | undefined,
  request: CrawlRequest,
  { stdout }: Surroundings,
): Promise<number> {
  const session = url === undefined ? ownSite() : undefined;
  const { maxPages, concurrency, delayMs } = request;
  const crawl = new Crawler({
    seeds: url ?? 'http://bench.test/0',
    ...(session === undefined ? {} : { session }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(delayMs !== undefined || session !== undefined ? { politeness: { delayMs: delayMs ?? 0 } } : {}),
    ...(maxPages === undefined ? {} : { limits: { maxPages } }),
  });
  const before = process.cpuUsage();
  try {
    await crawl.forEach(() => {});
  } finally {
    await session?.close();
  }
  const { user, system } = process.cpuUsage(before);
  const totals = crawl.statistics();
  const perThousand = totals.pages === 0 ? 0 : (user + system) / 1000 / totals.pages;
  stdout.write(`${summaryLine(totals)}\n${perThousand.toFixed(2)} CPU-s per 1,000 pages\n`);
  return 0;
}

function ownSite(): Session {
  const transport = new MockTransport().on('GET', /./, ({ url }: MockRequest) => {
    const page = Number(new URL(url).pathname.slice(1));
    if (!Number.isInteger(page) || page >= PAGES) return { status: 404 };
    const links = Array.from(
      { length: LINKS },
      (_, at) => `<a href="/${(page * LINKS + at + 1) % PAGES}">${at}</a>`,
    );
    const body = `<title>${page}</title><p>${TEXT}</p>${links.join('\n')}`;
    return { headers: { 'content-type': 'text/html' }, body };
  });
  return new Session({ transport, cookies: false });
}
