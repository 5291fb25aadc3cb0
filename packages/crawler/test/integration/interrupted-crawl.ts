/** A crawl in a process of its own, to be interrupted by Ctrl-C: node interrupted-crawl.ts <seed> <frontier> <output> */
import { run } from '@oxbow/loop';
import { Crawler, jsonl } from '../../src/index.ts';

const [seed, frontier, output] = process.argv.slice(2);
await run(async () => {
  const crawl = new Crawler({ seeds: seed!, frontier: frontier!, concurrency: 4 });
  try {
    await crawl.to(jsonl(output!));
  } finally {
    console.log(JSON.stringify(crawl.statistics()));
  }
}).catch((error: Error) => console.log(error.name));
