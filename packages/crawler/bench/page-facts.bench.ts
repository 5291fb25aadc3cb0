/**
 * How fast links and title are read off HTML: one thread, pages in memory. Run: node bench/page-facts.bench.ts [folder]
 * The folder's .html files are the input; without one, 500 made pages of 35 kB with 98 links are.
 */
import { globSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { readPageFacts } from '../src/index.ts';

const ROUNDS = 5;

function madePage(number: number): Buffer {
  const links = Array.from({ length: 98 }, (_, index) => {
    const text =
      'A few words of text that stand between two links of a page, with <em>emphasis</em> and <code>code</code>. ';
    return `<p class="para" id="p${index}">${text.repeat(2)}<a class="reference internal" href="page-${(number * 7 + index) % 500}.html#s${index}" title="a title">link ${index}</a></p>`;
  });
  return Buffer.from(`<!doctype html><meta charset="utf-8"><title>Page ${number}</title>${links.join('\n')}`);
}

const folder = process.argv[2];
const pages =
  folder === undefined
    ? Array.from({ length: 500 }, (_, number) => madePage(number))
    : globSync('**/*.html', { cwd: folder }).map((file) => readFileSync(join(folder, file)));
const megabytes = pages.reduce((sum, page) => sum + page.length, 0) / 1e6;

const read = (): number => {
  const started = performance.now();
  for (const page of pages)
    readPageFacts(page, { url: 'http://localhost/docs/index.html', contentType: 'text/html' });
  return performance.now() - started;
};
read();
const times = Array.from({ length: ROUNDS }, read).sort((a, b) => a - b);
const median = times[Math.floor(ROUNDS / 2)]!;
console.log(
  `${cpus()[0]?.model}, Node ${process.version}, n = ${ROUNDS} rounds of ${pages.length} pages, ${megabytes.toFixed(1)} MB`,
);
console.log(
  `median ${(megabytes / (median / 1000)).toFixed(0)} MB/s, ${((pages.length * 1000) / median).toFixed(0)} pages/s, ` +
    `spread ${(megabytes / (times.at(-1)! / 1000)).toFixed(0)}–${(megabytes / (times[0]! / 1000)).toFixed(0)} MB/s`,
);
