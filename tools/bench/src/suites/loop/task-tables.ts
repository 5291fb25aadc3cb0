/** Five jobs on tasks, and who does them how fast. */
import type { Row, Table, Target } from '../../harness/suite.ts';

/** Rows, by the names targets use. */
export const GENERATORS = 'ours, generators';
export const ASYNC = 'ours, async functions';
/** The same in a program that keeps a context of its own, as a logger or a tracer does. */
const GENERATORS_IN_STORE = 'ours, generators, a store in use';
const ASYNC_IN_STORE = 'ours, async functions, a store in use';
const NATIVE = 'native promises';
const ALS = 'async + AsyncLocalStorage';
const ASYNCIO = 'asyncio';
const UVLOOP = 'asyncio on uvloop';

const file = (name: string): URL => new URL(`./${name}`, import.meta.url);

const CONTESTANTS: Readonly<Record<string, { readonly file: URL; readonly flags?: readonly string[] }>> = {
  [GENERATORS]: { file: file('generator-form.ts') },
  [ASYNC]: { file: file('async-form.ts') },
  [GENERATORS_IN_STORE]: { file: file('generator-form-in-store.ts') },
  [ASYNC_IN_STORE]: { file: file('async-form-in-store.ts') },
  [NATIVE]: { file: file('native.ts') },
  [ALS]: { file: file('als-form.ts') },
  'Effect 4': { file: file('effect.ts') },
  'Effection 4': { file: file('effection.ts') },
  'p-queue': { file: file('p-queue.ts') },
  'p-limit': { file: file('p-limit.ts') },
  [ASYNCIO]: { file: file('python-jobs.py') },
  [UVLOOP]: { file: file('python-jobs.py'), flags: ['uvloop'] },
};

const EVERYONE = Object.keys(CONTESTANTS).filter((name) => name !== 'p-queue' && name !== 'p-limit');

function rows(workload: string, names: readonly string[]): readonly Row[] {
  return names.flatMap((name) => {
    const contestant = CONTESTANTS[name];
    return contestant === undefined ? [] : [{ name, workload, ...contestant }];
  });
}

function table(id: string, title: string, about: string, names: readonly string[]): Table {
  return { id, title, about, unit: 'ns', reference: GENERATORS, rows: rows(id, names) };
}

const LAST = 'Nanoseconds an operation.';

/** The tables. */
export const TASK_TABLES: readonly Table[] = [
  table(
    'spawn',
    'Spawn and join, one by one',
    `A task that returns 1 is created and awaited, then the next. Native: an async function is called and awaited. ${LAST}`,
    [...EVERYONE, 'p-queue'],
  ),
  table('gather', 'Gather of 1000', `1000 such tasks are created, then gathered. ${LAST}`, [
    ...EVERYONE,
    'p-queue',
  ]),
  table(
    'queue',
    'Unbounded queue',
    `One task puts 1000 items, another gets them. ${LAST.replace('operation', 'item')}`,
    EVERYONE,
  ),
  table(
    'bounded-queue',
    'Queue of 10 places',
    `The same through a queue that holds 10. ${LAST.replace('operation', 'item')}`,
    EVERYONE.filter((name) => name !== 'Effection 4'),
  ),
  table(
    'semaphore',
    'Semaphore with 1000 contenders',
    `1000 tasks want one of 10 permits and hold it for one turn (in the promise libraries: one microtask). Nanoseconds a task, its creation included.`,
    [...EVERYONE.filter((name) => name !== 'Effection 4'), 'p-queue', 'p-limit'],
  ),
];

const ALL = TASK_TABLES.map(({ id }) => id);

/** What the figures should be. */
export const TASK_TARGETS: readonly Target[] = [
  {
    text: 'generators against our async functions, geometric mean',
    limit: 2,
    is: 'at least',
    unit: '×',
    measure: (results) => results.meanRatio(ALL, ASYNC, GENERATORS),
  },
  {
    text: 'generators against our async functions, worst row',
    limit: 1.2,
    is: 'at least',
    unit: '×',
    measure: (results) => results.leastRatio(ALL, ASYNC, GENERATORS),
  },
  {
    text: 'generators against asyncio on uvloop, geometric mean',
    limit: 8,
    is: 'at least',
    unit: '×',
    measure: (results) => results.meanRatio(ALL, UVLOOP, GENERATORS),
  },
  {
    text: 'generators against asyncio on uvloop, worst row',
    limit: 5,
    is: 'at least',
    unit: '×',
    measure: (results) => results.leastRatio(ALL, UVLOOP, GENERATORS),
  },
  {
    text: 'our async functions against async + AsyncLocalStorage, geometric mean (native promises cancel out)',
    limit: 1.3,
    is: 'at most',
    unit: '×',
    measure: (results) => results.meanRatio(ALL, ASYNC, ALS),
  },
  inStore('generators with an AsyncLocalStorage in use, against without', GENERATORS_IN_STORE, GENERATORS),
  inStore('our async functions with an AsyncLocalStorage in use, against without', ASYNC_IN_STORE, ASYNC),
];

function inStore(text: string, row: string, reference: string): Target {
  return {
    text: `${text}, worst row`,
    limit: 1.5,
    is: 'at most',
    unit: '×',
    measure: (results) => {
      const least = results.leastRatio(ALL, reference, row);
      return least === undefined ? undefined : 1 / least;
    },
  };
}
