/** A made-up site of pages of about 14 kB that link to each other. Tells its parent the port. Argument: the number of pages. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const pages = Number(process.argv[2]);
const LINKS = 20;
const PARAGRAPHS = 100;
const paragraph =
  '<p class="text">Some words of a page, <em>a few of them</em> marked up, and an <img src="/i.png" alt=""> between them.</p>\n';

/** Twenty links on from the page, so that the first leads to all; then the same text on every page. */
function pageText(page: number): string {
  const links = Array.from({ length: LINKS }, (_, at) => {
    const target = (page * LINKS + at + 1) % pages;
    return `<li><a href="/pages/${target}.html" title="Page ${target}">page ${target}</a></li>`;
  });
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page ${page}</title></head><body>\n<ul>${links.join('')}</ul>\n${paragraph.repeat(PARAGRAPHS)}</body></html>`;
}

const bodies = new Map(
  Array.from({ length: pages }, (_, page) => [`/pages/${page}.html`, Buffer.from(pageText(page))]),
);
const server = createServer((request, response) => {
  const body = bodies.get(request.url ?? '');
  response.writeHead(body === undefined ? 404 : 200, {
    'content-type': 'text/html',
    'content-length': body?.length ?? 0,
  });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
