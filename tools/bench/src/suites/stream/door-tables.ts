/** What the package costs before it does anything: to import it, and to send it to a page. */
import type { Row, Table, Target } from '../../harness/suite.ts';

const RXJS = 'rxjs';
const LOOP = '@oxbow/loop';
const STREAM = '@oxbow/stream, with rxjs and the loop';

const file = new URL('./door.ts', import.meta.url);
const row = (name: string, workload: string): Row => ({ name, file, workload });

/** The tables. */
export const DOOR_TABLES: readonly Table[] = [
  {
    id: 'import',
    title: 'Importing the door',
    about:
      'A new process imports the package from what npm installs: the packed tarball, beside rxjs. Milliseconds of processor time, the start of the process apart.',
    unit: 'ms',
    reference: RXJS,
    rows: [row(RXJS, 'import-rxjs'), row(LOOP, 'import-loop'), row(STREAM, 'import-stream')],
  },
  {
    id: 'bundle',
    title: 'In a page',
    about:
      'A program with map, filter and an asynchronous map (for the loop: run() alone), bundled for a page by esbuild, minified and compressed by gzip. KiB.',
    unit: 'KiB',
    reference: RXJS,
    rounds: 1,
    rows: [row(RXJS, 'bundle-rxjs'), row(LOOP, 'bundle-loop'), row(STREAM, 'bundle-stream')],
  },
];

/** What the figures should be. */
export const DOOR_TARGETS: readonly Target[] = [
  {
    text: 'importing the door, against rxjs',
    limit: 2,
    is: 'at most',
    unit: '×',
    measure: (results) => results.ratio('import', STREAM, RXJS),
  },
  {
    text: 'a page’s program with three operators, rxjs included',
    limit: 25,
    is: 'at most',
    unit: 'KiB',
    measure: (results) => results.median('bundle', STREAM),
  },
];
