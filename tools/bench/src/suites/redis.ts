/** @oxbow/redis and its peers, on a server of each measurement's own. */
import type { Suite, Table } from '../harness/suite.ts';

const OURS = 'ours';
const ADAPTER = 'Socket.IO, redis-streams adapter';

const SCRAPY = 'the commands of scrapy-redis';
const BULLMQ = 'BullMQ, a job a URL';

const file = new URL('./redis/topics.ts', import.meta.url);
const costs = new URL('./redis/frontier-costs.ts', import.meta.url);

function between(id: string, workload: string, title: string, about: string): Table {
  return {
    id,
    title,
    about: `${about} Two processes and one redis-server; texts of 100 bytes to one room, five at a time, 500 a second at most. Ours gives each a place and a history of 10,000, and knows whether something is missing.`,
    unit: 'µs',
    reference: ADAPTER,
    rounds: 5,
    rows: [
      { name: OURS, file, workload: `${workload}-ours` },
      { name: ADAPTER, file, workload: `${workload}-socket.io` },
    ],
  };
}

export const redis: Suite = {
  name: 'redis',
  title: 'Redis: one room on many servers, one crawl on many machines',
  peers: ['socket.io', '@socket.io/redis-streams-adapter', 'ioredis', 'bullmq'],
  tables: [
    between('topic-way', 'way', 'A text from one process to another', 'The median time on its way.'),
    between(
      'topic-server',
      'server',
      'What a text costs the Redis',
      'Processor time of the server’s main thread.',
    ),
    {
      id: 'topic-catch-up',
      title: 'Reading 100,000 messages that were missed',
      about: 'From asking for what came since a place to the last message, as the listener gets them.',
      unit: 'ms',
      reference: OURS,
      rounds: 3,
      rows: [{ name: OURS, file, workload: 'catch-up' }],
    },
    {
      id: 'frontier-page',
      title: 'A page with 20 links, claimed and settled',
      about:
        'Microseconds of the server’s main thread for a page that leads to two new URLs and eighteen known ones. Ours with leases, politeness and exactly-once on, in batches of 64; the others as they are.',
      unit: 'µs',
      reference: SCRAPY,
      processes: 'fresh',
      rounds: 5,
      rows: [
        { name: OURS, file: costs, workload: 'ours' },
        { name: SCRAPY, file: costs, workload: 'scrapy' },
        { name: BULLMQ, file: costs, workload: 'bullmq' },
      ],
    },
    {
      id: 'frontier-known',
      title: 'Memory of a known URL',
      about:
        'Bytes of the server for a URL that is settled, of 200,000 with 62 characters each; the buckets are about as full as those of a million.',
      unit: 'B',
      reference: SCRAPY,
      processes: 'fresh',
      rounds: 3,
      rows: [
        { name: OURS, file: costs, workload: 'ours-known' },
        { name: SCRAPY, file: costs, workload: 'scrapy-known' },
      ],
    },
    {
      id: 'frontier-waiting',
      title: 'Memory of a waiting URL',
      about: 'The same for a URL that waits, with its referrer.',
      unit: 'B',
      reference: OURS,
      processes: 'fresh',
      rounds: 3,
      rows: [{ name: OURS, file: costs, workload: 'ours-waiting' }],
    },
  ],
  targets: [
    {
      text: 'time of a text on its way, against the adapter',
      limit: 1.5,
      is: 'at most',
      unit: '×',
      measure: (results) => results.ratio('topic-way', OURS, ADAPTER),
    },
    {
      text: 'time of the Redis for a text',
      limit: 35,
      is: 'at most',
      unit: 'µs',
      measure: (results) => results.median('topic-server', OURS),
    },
    {
      text: 'reading 100,000 messages that were missed',
      limit: 2000,
      is: 'at most',
      unit: 'ms',
      measure: (results) => results.median('topic-catch-up', OURS),
    },
    {
      text: 'time of the Redis for a page with 20 links',
      limit: 150,
      is: 'at most',
      unit: 'µs',
      measure: (results) => results.median('frontier-page', OURS),
    },
    {
      text: 'the same, against the commands of scrapy-redis',
      limit: 1,
      is: 'at most',
      unit: '×',
      measure: (results) => results.ratio('frontier-page', OURS, SCRAPY),
    },
    {
      text: 'memory of a known URL',
      limit: 14,
      is: 'at most',
      unit: 'B',
      measure: (results) => results.median('frontier-known', OURS),
    },
    {
      text: 'memory of a waiting URL',
      limit: 180,
      is: 'at most',
      unit: 'B',
      measure: (results) => results.median('frontier-waiting', OURS),
    },
  ],
};
