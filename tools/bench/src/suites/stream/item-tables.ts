/** What one item costs: through map and filter, through `for await`, and through an asynchronous map. */
import type { Row, Table, Target } from '../../harness/suite.ts';

const RXJS = 'RxJS, subscribe';
const FOR_EACH = 'ours, RxJS’s map and filter, forEach()';
const OWN_FOR_EACH = 'ours, own map and filter on batches, forEach()';
const OWN_BATCHES = 'ours, own map and filter on batches, batches()';
const HAND_WRITTEN = 'hand-written async iterator';
const HAND_WRITTEN_OVER = 'hand-written, over a generator';
const FOR_AWAIT_ARRAY = 'ours, over an array';
const FOR_AWAIT_GENERATOR = 'ours, over a generator';
const FOR_AWAIT_PUSHED = 'ours, pushed 1000 at a time';
const ORDERED = 'ours, ordered, 10⁵ items';
const ORDERED_LONG = 'ours, ordered, 10⁷ items';
const NODE = 'Node Readable.map()';

const row = (name: string, file: string, workload: string): Row => ({
  name,
  file: new URL(`./${file}.ts`, import.meta.url),
  workload,
});

/** The tables. */
export const ITEM_TABLES: readonly Table[] = [
  {
    id: 'pipeline',
    title: 'Map, filter, sum',
    about:
      'Numbers go through a map and a filter into a sum. RxJS, @most/core and ours: the source pushes 1000 in a macrotask, one by one or as a batch; the others: the source their library makes. Nanoseconds a source item.',
    unit: 'ns',
    reference: RXJS,
    rows: [
      row('plain loop', 'plain', 'pipeline'),
      row('iterator helpers', 'plain', 'iterator-helpers'),
      row('@most/core', 'most', 'pipeline'),
      row(RXJS, 'rxjs', 'pipeline'),
      row('RxJS, range()', 'rxjs', 'pipeline-range'),
      row(FOR_EACH, 'oxbow', 'pipeline-stock'),
      row('ours, own map and filter, forEach()', 'oxbow', 'pipeline-own'),
      row(OWN_FOR_EACH, 'oxbow', 'pipeline-own-batches'),
      row('ours, RxJS’s map and filter, batches()', 'oxbow', 'batches-stock'),
      row(OWN_BATCHES, 'oxbow', 'batches-own'),
      row('Effect Stream', 'effect', 'pipeline'),
      row('IxJS', 'ix', 'pipeline'),
      row('IxJS, async', 'ix', 'pipeline-async'),
      row('Node Readable and Transforms', 'node', 'pipeline'),
      row('Node Readable’s operators', 'node', 'pipeline-operators'),
      row('Web Streams', 'node', 'pipeline-web'),
    ],
  },
  {
    id: 'for-await',
    title: '`for await`',
    about:
      'Numbers are added up in a `for await` loop. The hand-written iterator counts them itself, or takes them from a generator as one row of ours does. Nanoseconds an item; behind map and filter, which let half through, a source item.',
    unit: 'ns',
    reference: HAND_WRITTEN,
    rows: [
      row(HAND_WRITTEN, 'plain', 'for-await'),
      row(HAND_WRITTEN_OVER, 'plain', 'for-await-over-generator'),
      row('async generator', 'plain', 'for-await-generator'),
      row(FOR_AWAIT_ARRAY, 'oxbow', 'for-await-array'),
      row(FOR_AWAIT_GENERATOR, 'oxbow', 'for-await'),
      row(FOR_AWAIT_PUSHED, 'oxbow', 'for-await-pushed'),
      row('ours, pushed, RxJS’s map and filter', 'oxbow', 'for-await-stock'),
      row('Node Readable', 'node', 'for-await'),
      row('Web Streams', 'node', 'for-await-web'),
    ],
  },
  {
    id: 'map-async',
    title: 'Asynchronous map, 8 at a time',
    about:
      'An async function that returns at once is called for each number, at most eight unsettled. RxJS’s mergeMap with 10⁵ numbers, IxJS and Effect with 10⁴. Nanoseconds an item.',
    unit: 'ns',
    reference: NODE,
    rounds: 3,
    rows: [
      row('eight workers, no library, unordered', 'plain', 'map-async'),
      row(ORDERED, 'oxbow', 'map-async'),
      row('ours, unordered, 10⁵ items', 'oxbow', 'map-async-unordered'),
      row(NODE, 'node', 'map-async'),
      row('RxJS mergeMap', 'rxjs', 'map-async'),
      row('Effect mapEffect', 'effect', 'map-async'),
      row('IxJS flatMap', 'ix', 'map-async'),
    ],
  },
  {
    id: 'map-async-long',
    title: 'Asynchronous map, 8 at a time, a hundred times as many',
    about: 'The same with 10⁷ numbers: what must not grow. Not part of a short run. Nanoseconds an item.',
    unit: 'ns',
    reference: ORDERED_LONG,
    rounds: 3,
    inShortRuns: false,
    rows: [
      row(ORDERED_LONG, 'oxbow', 'map-async-long'),
      row('ours, unordered, 10⁷ items', 'oxbow', 'map-async-long-unordered'),
    ],
  },
];

/** What the figures should be. */
export const ITEM_TARGETS: readonly Target[] = [
  {
    text: 'forEach() behind RxJS’s map and filter, against RxJS’s subscribe',
    limit: 1.05,
    is: 'at most',
    unit: '×',
    measure: (results) => results.ratio('pipeline', FOR_EACH, RXJS),
  },
  {
    text: 'own map and filter on batches, against RxJS',
    limit: 0.35,
    is: 'at most',
    unit: '×',
    measure: (results) => results.ratio('pipeline', OWN_FOR_EACH, RXJS),
  },
  {
    text: 'batches() where the source emits batches, against RxJS',
    limit: 0.4,
    is: 'at most',
    unit: '×',
    measure: (results) => results.ratio('pipeline', OWN_BATCHES, RXJS),
  },
  {
    text: '`for await` over an array, against a hand-written iterator',
    limit: 1.1,
    is: 'at most',
    unit: '×',
    measure: (results) => results.ratio('for-await', FOR_AWAIT_ARRAY, HAND_WRITTEN),
  },
  {
    text: '`for await` over a generator, against a hand-written iterator over it',
    limit: 1.1,
    is: 'at most',
    unit: '×',
    measure: (results) => results.ratio('for-await', FOR_AWAIT_GENERATOR, HAND_WRITTEN_OVER),
  },
  {
    text: '`for await` over values pushed 1000 at a time, against a hand-written iterator',
    limit: 1.1,
    is: 'at most',
    unit: '×',
    measure: (results) => results.ratio('for-await', FOR_AWAIT_PUSHED, HAND_WRITTEN),
  },
  {
    text: 'ordered asynchronous map against Node’s',
    limit: 5,
    is: 'at least',
    unit: '×',
    measure: (results) => results.ratio('map-async', NODE, ORDERED),
  },
  {
    text: 'ordered asynchronous map: 10⁷ items against 10⁵, an item',
    limit: 1.2,
    is: 'at most',
    unit: '×',
    measure: (results) => {
      const [long, short] = [
        results.median('map-async-long', ORDERED_LONG),
        results.median('map-async', ORDERED),
      ];
      return long === undefined || short === undefined ? undefined : long / short;
    },
  },
];
