/** @oxbow/websocket and its peers. */
import type { Suite, Table, Target } from '../harness/suite.ts';

const OURS = 'ours, subscribe()';
const FOR_AWAIT = 'ours, for await';
const WS = 'ws';
const SOCKET_IO = 'Socket.IO';
const ASYNCIO = 'Python websockets';
const UVLOOP = 'Python websockets, uvloop';
const BARE = 'node:http and no WebSocket';

type Row = Table['rows'][number];

const OF_NODE: Readonly<Record<string, string>> = {
  [OURS]: 'subscribe',
  [FOR_AWAIT]: 'for-await',
  [WS]: 'ws',
  [SOCKET_IO]: 'socket.io',
  [BARE]: 'bare-upgrade',
};

const OF_PYTHON: Readonly<Record<string, readonly string[]>> = {
  [ASYNCIO]: ['websockets'],
  [UVLOOP]: ['websockets', 'uvloop'],
};

function rows(load: string, names: readonly string[]): readonly Row[] {
  return names.map((name): Row => {
    const flags = OF_PYTHON[name];
    if (flags !== undefined) {
      return {
        name,
        file: new URL('./websocket/websockets_echo.py', import.meta.url),
        workload: load,
        flags,
      };
    }
    const file = new URL('./websocket/workloads.ts', import.meta.url);
    return { name, file, workload: `${OF_NODE[name]}-${load}` };
  });
}

const ECHOES = [OURS, FOR_AWAIT, WS, SOCKET_IO, ASYNCIO, UVLOOP];
const BOTH = [OURS, FOR_AWAIT, WS];

/** Microseconds of the server’s main thread. */
function timed(load: string, title: string, about: string, names: readonly string[] = BOTH): Table {
  return {
    id: load,
    title,
    about: `${about} The load comes from another process. Microseconds of the server’s main thread a message. ws with its native bufferutil.`,
    unit: 'µs',
    reference: WS,
    rounds: 5,
    rows: rows(load, names),
  };
}

function remembered(load: string, title: string, about: string, names: readonly string[]): Table {
  return {
    id: load,
    title,
    about: `${about} How much the resident memory of a fresh process grows a connection, what the system keeps for it apart, after garbage collections; a thousand others were there before and have left.`,
    unit: 'KiB',
    reference: WS,
    processes: 'fresh',
    rounds: 3,
    rows: rows(load, names),
  };
}

const FRAGMENTED = 'fragments-100000';

const against = (text: string, load: string, limit: number, row: string = OURS): Target => ({
  text: `messages a second of processor time, ${text}, against ws`,
  limit,
  is: 'at least',
  unit: '×',
  measure: (results) => results.ratio(load, WS, row),
});

export const websocket: Suite = {
  name: 'websocket',
  title: 'WebSocket servers',
  peers: ['ws', 'bufferutil', 'socket.io'],
  tables: [
    timed(
      'ping-pong',
      'Echo of 64 bytes, one on its way',
      '100 connections, one message on its way on each.',
      ECHOES,
    ),
    timed(
      'pipelined',
      'Echo of 64 bytes, 32 on their way',
      '100 connections, 32 messages on their way on each.',
      ECHOES,
    ),
    timed(
      'large',
      'Echo of 16 KiB, one on its way',
      '50 connections, one message of 16 KiB on its way on each.',
      ECHOES,
    ),
    timed(
      'broadcast',
      'One message for 1,000 connections',
      'One connection publishes 64 bytes to a topic that 1,000 follow, and again when all have them; figures are for each that gets it.',
      [OURS, WS],
    ),
    timed(
      'broadcast-8',
      'Eight messages for 1,000 connections',
      'The same with eight messages on their way.',
      [OURS, WS],
    ),
    timed(
      'deflate',
      'Compressed echo of 4 KiB',
      '50 connections, one message of 4 KiB of JSON on its way on each; permessage-deflate, level 6, no context is kept.',
    ),
    timed(
      'deflate-takeover',
      'Compressed echo of 4 KiB, contexts kept',
      'The same where the server keeps the context of what it sends.',
    ),
    timed(
      'fragments-1',
      'A megabyte in one frame',
      'One connection, one message of 1,000,000 bytes on its way.',
    ),
    timed(FRAGMENTED, 'A megabyte in 100,000 frames', 'The same message in frames of ten bytes.'),
    remembered(
      'idle',
      'Memory of an idle connection',
      '5,000 connections (1,000 in a short run) that have echoed one message of 64 bytes.',
      [OURS, FOR_AWAIT, WS, BARE],
    ),
    remembered(
      'idle-deflate',
      'Memory of an idle connection with compression',
      '1,000 connections that have echoed one compressed message of 4 KiB; no context is kept.',
      BOTH,
    ),
  ],
  targets: [
    against('64 B, one on its way', 'ping-pong', 1.6),
    against('64 B, one on its way, for await', 'ping-pong', 1, FOR_AWAIT),
    against('64 B, 32 on their way', 'pipelined', 20),
    against('16 KiB', 'large', 1.7),
    against('broadcast to 1,000', 'broadcast', 1.1),
    against('broadcast to 1,000, eight on their way', 'broadcast-8', 8),
    against('compressed, no context kept', 'deflate', 1),
    against('compressed, contexts kept', 'deflate-takeover', 1),
    {
      text: 'a megabyte in 100,000 frames, for each frame more, against the whole in one',
      limit: 1,
      is: 'at most',
      unit: 'µs',
      measure: (results) => {
        const [many, one] = [results.median(FRAGMENTED, OURS), results.median('fragments-1', OURS)];
        return many === undefined || one === undefined ? undefined : (many - one) / 100_000;
      },
    },
    {
      text: 'memory of an idle connection after one message',
      limit: 7.5,
      is: 'at most',
      unit: 'KiB',
      measure: (results) => results.median('idle', OURS),
    },
    {
      text: 'memory of an idle connection with compression, against ws',
      limit: 0.5,
      is: 'at most',
      unit: '×',
      measure: (results) => results.ratio('idle-deflate', OURS, WS),
    },
  ],
};
