/** A crawl in a process of its own, to be killed: node killed-crawl.ts <seed> <frontier> <output>; the output's end names its format. */
import { extname } from 'node:path';
import { Crawler, csv, jsonl, sqlite, warc } from '../../src/index.ts';

const [seed, frontier, output] = process.argv.slice(2);
const crawl = new Crawler({ seeds: seed!, frontier: frontier!, concurrency: 8 });
const sinks: Readonly<Record<string, (path: string) => ReturnType<typeof jsonl>>> = {
  '.jsonl': jsonl,
  '.csv': csv,
  '.db': sqlite,
  '.warc': warc,
};
await crawl.to(sinks[extname(output!)]!(output!));
const { pages, links, failed, redirects } = crawl.statistics();
console.log(JSON.stringify({ pages, links, failed, redirects }));
