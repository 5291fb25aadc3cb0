/** Gives what is slow about a page to a thread, so that the crawl goes on meanwhile. Run: node examples/heavy-handler.ts */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@oxbow/loop';
import { ThreadPool } from '@oxbow/threads';
import { Crawler, jsonl } from '../src/index.ts';

const work = () => import('./thread-work/rarest-word.ts');
const site = createServer((request, response) => {
  const links = request.url === '/' ? '<a href="/plums">a</a><a href="/pears">b</a>' : '';
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(`<title>${request.url}</title><p>fruit fruit ${request.url?.slice(1)}</p>${links}`);
});
await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
const folder = await mkdtemp(join(tmpdir(), 'oxbow-example-'));

await run(async () => {
  const pool = new ThreadPool({ size: 2 });
  const crawl = new Crawler({ seeds: `http://127.0.0.1:${(site.address() as AddressInfo).port}/` });
  crawl.route('/*', async (page, { emit }) => {
    const text = page.select('p').text ?? '';
    emit({ title: page.title, rarest: await pool.run(work, 'rarestWord', text) });
  });
  await crawl.to(jsonl(join(folder, 'words.jsonl')));
  console.log(await readFile(join(folder, 'words.jsonl'), 'utf8'));
  await pool.close();
});
site.close();
await rm(folder, { recursive: true });
