/** @oxbow/redis and its peers, on a server of each measurement's own. */
import type { Suite, Table } from '../harness/suite.ts';

const OURS = 'ours';
const ADAPTER = 'Socket.IO, redis-streams adapter';

const file = new URL('./redis/topics.ts', import.meta.url);

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
  title: 'Redis: one room on many servers',
  peers: ['socket.io', '@socket.io/redis-streams-adapter', 'ioredis'],
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
  ],
};
