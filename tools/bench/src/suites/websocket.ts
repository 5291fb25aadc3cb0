/** @oxbow/websocket and its peer. */
import type { Suite, Table, Target } from '../harness/suite.ts';

const OURS = 'ours, subscribe()';
const WS = 'ws';

function table(load: string, title: string, about: string): Table {
  const row = (name: string, server: string): Table['rows'][number] => ({
    name,
    file: new URL('./websocket/servers.ts', import.meta.url),
    workload: `${server}-${load}`,
  });
  return {
    id: load,
    title,
    about: `${about} The load comes from another process. Microseconds of the server’s main thread a message. ws with its native bufferutil, without compression.`,
    unit: 'µs',
    reference: WS,
    rounds: 5,
    rows: [row(OURS, 'subscribe'), row('ours, for await', 'for-await'), row(WS, 'ws')],
  };
}

const against = (text: string, load: string, limit: number): Target => ({
  text: `messages a second of processor time, ${text}, against ws`,
  limit,
  is: 'at least',
  unit: '×',
  measure: (results) => results.ratio(load, WS, OURS),
});

export const websocket: Suite = {
  name: 'websocket',
  title: 'WebSocket: echo servers',
  peers: ['ws', 'bufferutil'],
  tables: [
    table(
      'ping-pong',
      'Echo of 64 bytes, one on its way',
      '100 connections, one message on its way on each.',
    ),
    table(
      'pipelined',
      'Echo of 64 bytes, 32 on their way',
      '100 connections, 32 messages on their way on each.',
    ),
    table(
      'large',
      'Echo of 16 KiB, one on its way',
      '50 connections, one message of 16 KiB on its way on each.',
    ),
  ],
  targets: [
    against('64 B, one on its way', 'ping-pong', 1.15),
    against('64 B, 32 on their way', 'pipelined', 12),
    against('16 KiB', 'large', 1),
  ],
};
