/** @oxbow/crawler beside a crawler written by hand. */
import type { Row, Suite } from '../harness/suite.ts';

const OURS = 'ours, frontier in memory';
const DURABLE = 'ours, frontier in SQLite';
const HAND_WRITTEN = 'by hand: undici, htmlparser2, a Set';

const row = (name: string, workload: string): Row => ({
  name,
  file: new URL('./crawler/crawls.ts', import.meta.url),
  workload,
});

export const crawler: Suite = {
  name: 'crawler',
  title: 'Crawler: a site of 1,000 pages',
  peers: ['undici', 'htmlparser2'],
  tables: [
    {
      id: 'first-crawl',
      title: 'The first crawl of a process',
      about:
        'A made-up site of 1,000 pages of 14 kB with 20 links each, from its first page to the last, into a JSONL file, 16 at a time; the server is a process of its own. Processor seconds of the whole process. By hand: no robots.txt, no politeness, no retries.',
      unit: 'CPU-s',
      reference: HAND_WRITTEN,
      processes: 'fresh',
      rounds: 5,
      rows: [row(OURS, 'memory'), row(DURABLE, 'sqlite'), row(HAND_WRITTEN, 'hand-written')],
    },
    {
      id: 'later-crawls',
      title: 'Later crawls of the same process',
      about: 'The same again and again in one process each: what a long crawl costs for 1,000 pages.',
      unit: 'CPU-s',
      reference: HAND_WRITTEN,
      rounds: 7,
      rows: [row(OURS, 'memory'), row(DURABLE, 'sqlite'), row(HAND_WRITTEN, 'hand-written')],
    },
  ],
  targets: [
    {
      text: '1,000 pages with robots.txt and a durable frontier, later crawls',
      limit: 0.6,
      is: 'at most',
      unit: 'CPU-s',
      measure: (results) => results.median('later-crawls', DURABLE),
    },
  ],
};
