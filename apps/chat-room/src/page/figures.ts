/** The figures beside the talk, in words. Knows no element. */
import { formatBytes, formatMs } from '@oxbow/shell/page';
import type { LoadFigures, Policy, RaceFigures, ReaderFigures } from '../chat-message.ts';

/** What each policy does to a reader that is too slow, in a sentence. */
export const POLICY_NOTES: Readonly<Record<Policy, string>> = {
  'drop-oldest': 'The oldest message that waits makes room for the new one.',
  'drop-newest': 'A message that finds no room is dropped.',
  latest: 'Everything that waits is dropped for the newest message.',
  pause:
    'A sender would wait; a topic cannot wait for one follower, so it closes the connection, and the reader resumes.',
  close: 'The connection is closed with 1013; the reader comes back and resumes where it left off.',
};

/** The rows of the race's table, its heading first. */
export function raceRows({ published, fast, slow }: RaceFigures): readonly (readonly string[])[] {
  const row = (name: string, { received, dropped, missed, waitingBytes, closed }: ReaderFigures) => [
    name,
    received.toLocaleString(),
    dropped.toLocaleString(),
    missed.toLocaleString(),
    formatBytes(waitingBytes),
    closed.toLocaleString(),
  ];
  return [
    [`${published.toLocaleString()} published`, 'received', 'dropped', 'found missing', 'waiting', 'closed'],
    row('fast', fast),
    row('slow', slow),
  ];
}

/** The tiles of the load: a name and a value each. */
export function loadTiles(load: LoadFigures): readonly (readonly [name: string, value: string])[] {
  return [
    ['connected', `${load.connected.toLocaleString()} of ${load.members.toLocaleString()}`],
    ['texts said', load.said.toLocaleString()],
    ['texts read', load.received.toLocaleString()],
    ['texts missed', load.missed.toLocaleString()],
    ['on the way', formatMs(load.medianMs)],
    ['at worst', formatMs(load.worstMs)],
  ];
}
