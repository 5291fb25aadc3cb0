/** Bytes and memory: a gibibyte over loopback, records out of chunks, and pipelines that wait. */
import type { Row, Table, Target } from '../../harness/suite.ts';

const RAW = 'raw ‘data’ events';
const BATCHES = 'ours, batches()';
const MSGPACK = 'ours, msgpackStream()';
const UNPACKR = 'UnpackrStream, as PackrStream packs';
const UNPACKR_ALONE = 'UnpackrStream, messages of pack()';
const JSON_LINES = 'JSON lines by split() and JSON.parse()';
const IDLE = 'ours, a pending for await';

const row = (name: string, file: string, workload: string): Row => ({
  name,
  file: new URL(`./${file}.ts`, import.meta.url),
  workload,
});

const loopback = (kind: string): readonly Row[] => [
  row(RAW, 'loopback', `data-${kind}`),
  row('Node’s for await', 'loopback', `for-await-${kind}`),
  row(BATCHES, 'loopback', `batches-${kind}`),
  row('ours, forEach()', 'loopback', `for-each-${kind}`),
];

/** The tables. */
export const BYTE_TABLES: readonly Table[] = [
  {
    id: 'loopback',
    title: '1 GiB over loopback',
    about:
      'Another process writes 64 KiB chunks as fast as they are taken; here their lengths are added up. Each row moves 64 MiB before it is measured, and is measured nine times. Milliseconds a GiB, on the clock: a busy machine shows.',
    unit: 'ms',
    reference: RAW,
    rounds: 9,
    rows: loopback('wall'),
  },
  {
    id: 'loopback-cpu',
    title: '1 GiB over loopback, processor time',
    about: 'The same in the processor time of the receiving thread, most of which the system takes to read.',
    unit: 'ms',
    reference: RAW,
    rounds: 9,
    rows: loopback('cpu'),
  },
  {
    id: 'records',
    title: 'Records from 64 KiB chunks',
    about:
      'Nested records of eight fields, about 190 bytes as JSON, decoded from chunks. PackrStream sends field names once, as we do; pack() puts them into each message. Nanoseconds a record.',
    unit: 'ns',
    reference: JSON_LINES,
    rows: [
      row(MSGPACK, 'records', 'our-msgpack'),
      row('ours, jsonl()', 'records', 'our-jsonl'),
      row(JSON_LINES, 'records', 'json-lines'),
      row(UNPACKR, 'records', 'unpackr-stream'),
      row(UNPACKR_ALONE, 'records', 'unpackr-stream-alone'),
    ],
  },
  {
    id: 'idle',
    title: 'Memory of an idle pipeline',
    about:
      'Heap of 100,000 pipelines without operators that wait for their first value, divided by their number.',
    unit: 'bytes',
    reference: IDLE,
    processes: 'fresh',
    rounds: 3,
    rows: [
      row(IDLE, 'idle', 'ours-for-await'),
      row('RxJS, a subscription', 'idle', 'rxjs-subscription'),
      row('Node Readable, a pending for await', 'idle', 'node-iterator'),
      row('Web Streams, a pending read', 'idle', 'web-reader'),
    ],
  },
];

/** What the figures should be. */
export const BYTE_TARGETS: readonly Target[] = [
  {
    text: '1 GiB by batches(), speed against raw ‘data’ events',
    limit: 1,
    is: 'at least',
    unit: '×',
    measure: (results) => results.ratio('loopback', RAW, BATCHES),
  },
  {
    text: 'msgpack records against UnpackrStream, the faster way',
    limit: 1.5,
    is: 'at least',
    unit: '×',
    measure: (results) => results.ratio('records', UNPACKR, MSGPACK),
  },
  {
    text: 'msgpack records against JSON lines',
    limit: 2,
    is: 'at least',
    unit: '×',
    measure: (results) => results.ratio('records', JSON_LINES, MSGPACK),
  },
  {
    text: 'an idle pipeline (2.6 KiB)',
    limit: 2662,
    is: 'at most',
    unit: 'bytes',
    measure: (results) => results.median('idle', IDLE),
  },
];
