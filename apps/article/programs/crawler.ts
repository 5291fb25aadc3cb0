// A crawler: a scheduler that knows what is due, workers that fetch, a pipeline that takes the pages.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Crawler } from '@oxbow/crawler';

/** A little site of a home page and some chapters, each with a link to the next. */
const site = createServer((request, response) => {
  const chapter = Number(request.url?.slice('/chapter-'.length) || 0);
  const next = chapter < 5 ? `<a href="/chapter-${chapter + 1}">on</a> <a href="/">home</a>` : '';
  response.setHeader('content-type', 'text/html');
  response.end(`<title>${chapter === 0 ? 'Home' : `Chapter ${chapter}`}</title>${next}`);
});

export async function main(): Promise<void> {
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const crawl = new Crawler({
    seeds: `http://127.0.0.1:${(site.address() as AddressInfo).port}/`,
    concurrency: 4, // workers
    politeness: { delayMs: 0 }, // it is our own server
  });
  try {
    for await (const page of crawl) {
      console.log(`depth ${page.depth}: ${page.title}, ${page.links.length} links`);
    }
    const { pages, failed } = crawl.statistics();
    console.log(`${pages} pages, ${failed} failed`);
  } finally {
    site.close();
    site.closeAllConnections();
  }
}
