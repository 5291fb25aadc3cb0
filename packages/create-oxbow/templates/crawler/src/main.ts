/** npm start [-- https://example.org/]: crawls a site into data/pages.jsonl. Ctrl-C keeps what was fetched. */
import { mkdir } from 'node:fs/promises';
import { jsonl } from '@oxbow/crawler';
import { run } from '@oxbow/loop';
import { createCrawl } from './crawl.ts';

const seed = process.argv[2] ?? 'https://example.org/';

await run(async () => {
  await mkdir('data', { recursive: true });
  const crawl = createCrawl(seed);
  await crawl.to(jsonl('data/pages.jsonl', { overwrite: true }));
  const { pages, failed } = crawl.statistics();
  console.log(`${pages} pages of ${seed} are in data/pages.jsonl, ${failed} failed`);
});
