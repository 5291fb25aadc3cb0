/** Timers, memory, fairness to sockets, threads and debug mode: what a loop costs beside its tasks. */
import type { Row, Table, Target } from '../../harness/suite.ts';

const OURS = 'ours';
const GENERATORS = 'ours, generators';
const GENERATORS_IN_STORE = 'ours, generators, a store in use';
const PISCINA = 'piscina';
const OFF = 'debug off';
const ON = 'debug on, watchdog included';
const NO_HOOKS = 'hooks cut out of the sources';
/** Cuts them out of what is loaded. */
const CUT = new URL('../../../../../packages/loop/bench/without-hooks.ts', import.meta.url);

const row = (name: string, file: string, workload: string): Row => ({
  name,
  file: new URL(`./${file}.ts`, import.meta.url),
  workload,
});

const thread = (job: string, extra: readonly Row[]): readonly Row[] => [
  row(OURS, 'threads', `ours-${job}`),
  row(PISCINA, 'threads', `piscina-${job}`),
  ...extra,
  row('tinypool', 'threads', `tinypool-${job}`),
];

/** The tables. */
export const MACHINE_TABLES: readonly Table[] = [
  {
    id: 'timers',
    title: 'A timer, set and cleared',
    about:
      '10⁶ timers are set, and when all are set, each is cleared. Nanoseconds a timer, of the whole process: the garbage collector works in threads of its own.',
    unit: 'ns',
    reference: 'setTimeout',
    rounds: 5,
    rows: [row(OURS, 'timers', 'our-time'), row('setTimeout', 'timers', 'native-time')],
  },
  {
    id: 'timers-thread',
    title: 'A timer, set and cleared: the main thread’s part',
    about: 'The same, of the main thread alone. What the collector’s threads do for it is not counted.',
    unit: 'ns',
    reference: 'setTimeout',
    rounds: 5,
    rows: [row(OURS, 'timers', 'our-thread-time'), row('setTimeout', 'timers', 'native-thread-time')],
  },
  {
    id: 'timer-held',
    title: 'Memory of 10⁶ timers',
    about:
      'What the heap and the buffers of a fresh process hold more with 10⁶ timers that are set, garbage apart.',
    unit: 'MiB',
    reference: 'setTimeout',
    processes: 'fresh',
    rounds: 3,
    rows: [row(OURS, 'timers', 'our-held'), row('setTimeout', 'timers', 'native-held')],
  },
  {
    id: 'timer-memory',
    title: 'Resident memory with 10⁶ timers',
    about:
      'How much the resident memory of a fresh process grows by them: garbage and what the heap keeps in reserve are in it.',
    unit: 'MiB',
    reference: 'setTimeout',
    processes: 'fresh',
    rounds: 3,
    rows: [row(OURS, 'timers', 'our-memory'), row('setTimeout', 'timers', 'native-memory')],
  },
  {
    id: 'blocked',
    title: 'Memory of a blocked task',
    about: 'Heap of 100,000 tasks that wait for one event, divided by their number.',
    unit: 'bytes',
    reference: GENERATORS,
    processes: 'fresh',
    rounds: 3,
    rows: [
      row(GENERATORS, 'blocked', 'generator'),
      row('ours, async functions', 'blocked', 'async'),
      row(GENERATORS_IN_STORE, 'blocked-in-store', 'generator'),
      row('ours, async functions, a store in use', 'blocked-in-store', 'async'),
      row('native promises', 'blocked', 'native'),
    ],
  },
  {
    id: 'echo',
    title: 'TCP echo beside tasks that never stop',
    about:
      'The 99th percentile of one-byte round trips with a client in another process, while two tasks spin in the server’s. Native: `await null` in a loop lets nothing through until it ends. On the clock: a busy machine shows.',
    unit: 'ms',
    reference: 'nothing spins',
    rounds: 5,
    rows: [
      row(GENERATORS, 'echo-fairness', 'generator'),
      row('ours, async functions', 'echo-fairness', 'async'),
      row('native promises', 'echo-fairness', 'native'),
      row('nothing spins', 'echo-fairness', 'idle'),
    ],
  },
  {
    id: 'thread-sequential',
    title: 'A call in a thread, one by one',
    about: 'Adds two numbers in the one worker, then the next. Microseconds a call, on the clock.',
    unit: 'µs',
    divisor: 1000,
    reference: PISCINA,
    rows: thread('sequential', [row('piscina, atomics off', 'threads', 'piscina-no-atomics-sequential')]),
  },
  {
    id: 'thread-pipelined',
    title: 'Calls in a thread, 1000 on their way',
    about:
      'The same with 1000 calls made at once, to one worker. Pools send one task at a time by default; a row shows piscina with 16. Microseconds a call, on the clock.',
    unit: 'µs',
    divisor: 1000,
    reference: PISCINA,
    rows: thread('pipelined', [
      row('piscina, atomics off', 'threads', 'piscina-no-atomics-pipelined'),
      row('piscina, 16 tasks per worker', 'threads', 'piscina-several-pipelined'),
    ]),
  },
  {
    id: 'thread-mebibyte',
    title: '1 MiB to a thread and back',
    about:
      'Ours by `transfer()`; the pools copy, which is their default, and piscina also by `move()`. Microseconds a call, on the clock.',
    unit: 'µs',
    divisor: 1000,
    reference: PISCINA,
    rows: thread('mebibyte', [row('piscina, moved', 'threads', 'piscina-mebibyte-moved')]),
  },
  {
    id: 'debug-work',
    title: 'Debug mode, turns that do some work',
    about: 'Two generator tasks take turns of about 20 µs. Nanoseconds a turn, of the main thread.',
    unit: 'ns',
    reference: OFF,
    rounds: 9,
    rows: [row(OFF, 'debug', 'work-off'), row(ON, 'debug', 'work-on')],
  },
  {
    id: 'debug-empty',
    title: 'Debug mode, turns that do nothing',
    about: 'The same with empty turns: the worst case. Nanoseconds a turn, of the main thread.',
    unit: 'ns',
    reference: OFF,
    rows: [row(OFF, 'debug', 'empty-off'), row(ON, 'debug', 'empty-on')],
  },
  {
    id: 'debug-off',
    title: 'Debug mode off',
    about:
      'The five jobs on tasks in both forms, one after the other; and with the hooks of debug mode cut out. Each round is a process of its own. Nanoseconds an operation.',
    unit: 'ns',
    reference: NO_HOOKS,
    processes: 'fresh',
    rounds: 15,
    rows: [
      row(OFF, 'every-job', 'every-job'),
      { ...row(NO_HOOKS, 'every-job', 'every-job'), flags: ['--import', CUT.href] },
    ],
  },
];

const ratio = (text: string, table: string, limit: number, reference: string): Target => ({
  text,
  limit,
  is: 'at most',
  unit: '×',
  measure: (results) => results.ratio(table, OURS, reference),
});

/** What the figures should be. */
export const MACHINE_TARGETS: readonly Target[] = [
  ratio('timers against setTimeout', 'timers', 0.6, 'setTimeout'),
  {
    text: 'memory of 10⁶ timers',
    limit: 80,
    is: 'at most',
    unit: 'MiB',
    measure: (results) => results.median('timer-held', OURS),
  },
  {
    text: 'a blocked generator task',
    limit: 400,
    is: 'at most',
    unit: 'bytes',
    measure: (results) => results.median('blocked', GENERATORS),
  },
  {
    text: 'a blocked generator task with an AsyncLocalStorage in use',
    limit: 680,
    is: 'at most',
    unit: 'bytes',
    measure: (results) => results.median('blocked', GENERATORS_IN_STORE),
  },
  {
    text: 'echo beside spinning generators, 99th percentile',
    limit: 5,
    is: 'at most',
    unit: 'ms',
    measure: (results) => results.median('echo', GENERATORS),
  },
  ratio('a call in a thread against piscina, one by one', 'thread-sequential', 0.5, PISCINA),
  ratio('a call in a thread against piscina, 1000 on their way', 'thread-pipelined', 0.25, PISCINA),
  ratio('1 MiB to a thread and back, transferred, against piscina’s copy', 'thread-mebibyte', 0.1, PISCINA),
  {
    text: 'debug mode with its watchdog, turns of 20 µs',
    limit: 2,
    is: 'at most',
    unit: '%',
    measure: (results) => {
      const factor = results.ratio('debug-work', ON, OFF);
      return factor === undefined ? undefined : 100 * (factor - 1);
    },
  },
  {
    text: 'debug mode off, against a loop without its hooks',
    limit: 1.02,
    is: 'at most',
    unit: '×',
    measure: (results) => results.ratio('debug-off', OFF, NO_HOOKS),
  },
];
