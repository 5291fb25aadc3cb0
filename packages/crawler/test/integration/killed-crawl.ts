/** A crawl in a process of its own, to be killed: node killed-crawl.ts <seed> <frontier> <output> */
import { Crawler, jsonl } from '../../src/index.ts';

const [seed, frontier, output] = process.argv.slice(2);
const crawl = new Crawler({ seeds: seed!, frontier: frontier!, concurrency: 8 });
await crawl.to(jsonl(output!));
const { pages, links, failed, redirects } = crawl.statistics();
console.log(JSON.stringify({ pages, links, failed, redirects }));
