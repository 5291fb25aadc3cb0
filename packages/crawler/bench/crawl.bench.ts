/** A whole crawl of a made site on loopback, server in the same process. Run: node bench/crawl.bench.ts [pages] */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Crawler, jsonl } from '../src/index.ts';

const PAGES = Number(process.argv[2] ?? 2000);
const ROUNDS = 3;

const bodyOf = (page: number): string =>
  `<title>${page}</title>${'<p>Some text of a page. '.repeat(400)}${Array.from({ length: 20 }, (_, index) => `<a href="/${(page * 20 + index + 1) % PAGES}">x</a>`).join('')}`;
const bodies = Array.from({ length: PAGES }, (_, page) => Buffer.from(bodyOf(page)));
const server = createServer((request, response) => {
  const body = bodies[Number(request.url?.slice(1))];
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/html' }).end(body);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const seed = `http://127.0.0.1:${(server.address() as AddressInfo).port}/0`;
const folder = mkdtempSync(join(tmpdir(), 'oxbow-bench-'));

console.log(
  `${cpus()[0]?.model}, Node ${process.version}, ${PAGES} pages of ${(bodies[0]!.length / 1000).toFixed(0)} kB, ${ROUNDS} rounds`,
);
for (let round = 1; round <= ROUNDS; round++) {
  for (const [name, frontier] of [
    ['memory', undefined],
    ['sqlite', join(folder, `${round}.db`)],
  ] as const) {
    const cpu = process.cpuUsage();
    const crawl = new Crawler({
      seeds: seed,
      limits: { maxUrlsPerHost: 1_000_000 },
      ...(frontier === undefined ? {} : { frontier }),
    });
    await crawl.to(jsonl(join(folder, 'pages.jsonl')));
    const { user, system } = process.cpuUsage(cpu);
    const { pages, pagesPerSecond } = crawl.statistics();
    console.log(
      `${name}: ${pagesPerSecond.toFixed(0)} pages/s, ${((user + system) / 1000 / pages).toFixed(2)} CPU-s per 1,000 pages (server included)`,
    );
  }
}
server.close();
rmSync(folder, { recursive: true, force: true });
