/** Crawls a small site, printing each page as it comes. Run: node examples/small-site.ts */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { run } from '@oxbow/loop';
import { Crawler } from '../src/index.ts';

const pages: Readonly<Record<string, string>> = {
  '/': '<title>Home</title><a href="docs/">docs</a> <a href="/gone">gone</a>',
  '/docs/': '<title>Docs</title><a href="intro.html#start">intro</a>',
  '/docs/intro.html': '<title>Introduction</title><a href="/">home</a>',
};
const server = createServer((request, response) => {
  const page = pages[request.url ?? ''];
  response
    .writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html' })
    .end(page ?? 'nothing here');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

await run(async () => {
  const crawl = new Crawler({ seeds: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
  for await (const page of crawl) {
    console.log(page.status, new URL(page.url).pathname, page.title ?? '', `${page.links.length} links`);
  }
  const { pages, links, failed } = crawl.statistics();
  console.log(`${pages} pages, ${links} links, ${failed} failed`);
});
server.close();
