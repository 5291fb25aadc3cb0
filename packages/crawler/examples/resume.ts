/** Stops a crawl half way and goes on later: each page is in the output once. Run: node examples/resume.ts */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@oxbow/loop';
import { Crawler, jsonl } from '../src/index.ts';

const server = createServer((request, response) => {
  const page = Number(request.url?.slice(1));
  response.setHeader('content-type', 'text/html');
  response.end(page < 99 ? `<a href="/${page + 1}">next</a>` : 'the end');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const folder = await mkdtemp(join(tmpdir(), 'oxbow-example-'));
const output = join(folder, 'pages.jsonl');
const options = {
  seeds: `http://127.0.0.1:${(server.address() as AddressInfo).port}/0`,
  frontier: join(folder, 'frontier.db'),
  limits: { maxDepth: 100 },
};
const linesWritten = async (): Promise<number> => (await readFile(output, 'utf8')).trim().split('\n').length;

await run(async () => {
  const first = new Crawler({ ...options, observer: { page: (page) => page.depth === 40 && first.stop() } });
  await first.to(jsonl(output));
  console.log(`stopped with ${await linesWritten()} pages`);
  const second = new Crawler(options);
  await second.to(jsonl(output));
  console.log(`finished with ${await linesWritten()} pages`);
});
server.close();
await rm(folder, { recursive: true });
