/** @oxbow/stream, with the codecs over it, and its peers. */
import type { Suite } from '../harness/suite.ts';
import { BYTE_TABLES, BYTE_TARGETS } from './stream/byte-tables.ts';
import { DOOR_TABLES, DOOR_TARGETS } from './stream/door-tables.ts';
import { ITEM_TABLES, ITEM_TARGETS } from './stream/item-tables.ts';

export const stream: Suite = {
  name: 'stream',
  title: 'Stream: items, bytes, memory',
  peers: ['rxjs', '@most/core', 'effect', 'ix', 'msgpackr'],
  tables: [...ITEM_TABLES, ...BYTE_TABLES, ...DOOR_TABLES],
  targets: [...ITEM_TARGETS, ...BYTE_TARGETS, ...DOOR_TARGETS],
};
