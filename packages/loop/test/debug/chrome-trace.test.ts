import { assert, suite } from '@oxbow/testkit';
import { chromeTrace } from '../../src/debug/chrome-trace.ts';
import type { TraceEvent } from '../../src/debug/trace-events.ts';

const test = suite('Chrome traces');

const events: readonly TraceEvent[] = [
  { kind: 'begin', atMs: 100, task: 1 },
  { kind: 'created', atMs: 101, task: 2, parent: 1 },
  { kind: 'end', atMs: 102, task: 1 },
  { kind: 'wait', atMs: 102, task: 1, what: 'task child' },
  { kind: 'begin', atMs: 103, task: 2 },
  { kind: 'end', atMs: 104, task: 2 },
  { kind: 'done', atMs: 104, task: 2, what: 'returned' },
  { kind: 'begin', atMs: 105, task: 0 },
  { kind: 'end', atMs: 105.5, task: 0 },
  { kind: 'begin', atMs: 106, task: 1, what: 'task child' },
];

interface Written {
  readonly ph: string;
  readonly name: string;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly args?: unknown;
}

function write(recorded: readonly TraceEvent[], dropped = 0): { all: Written[]; dropped: unknown } {
  const names = new Map([
    [1, 'main'],
    [2, 'child'],
  ]);
  const parsed = JSON.parse(chromeTrace({ events: recorded, names, dropped })) as {
    traceEvents: Written[];
    otherData: unknown;
  };
  return { all: parsed.traceEvents, dropped: parsed.otherData };
}

test('have a named row for each task and one for callbacks', () => {
  const rows = write(events).all.filter(({ ph }) => ph === 'M');
  assert.equal(
    rows.map(({ tid, name }) => [tid, name]),
    [
      [0, 'process_name'],
      [0, 'thread_name'],
      [1, 'thread_name'],
      [2, 'thread_name'],
    ],
  );
});

test('show steps and waits as slices, in microseconds from the first event', () => {
  const slices = write(events).all.filter(({ ph }) => ph === 'X');
  assert.equal(
    slices.map(({ name, tid, ts, dur }) => [name, tid, ts, dur]),
    [
      ['start', 1, 0, 2000],
      ['start', 2, 3000, 1000],
      ['callback', 0, 5000, 500],
      ['wait: task child', 1, 2000, 4000],
    ],
  );
});

test('show the time between being woken and the turn, and whether a wait is for the outside', () => {
  const recorded: TraceEvent[] = [
    { kind: 'wait', atMs: 0, task: 1, what: 'sleep', outside: true },
    { kind: 'ready', atMs: 5, task: 1 },
    { kind: 'begin', atMs: 6, task: 1, what: 'sleep' },
    { kind: 'end', atMs: 7, task: 1 },
  ];
  const slices = write(recorded).all.filter(({ ph }) => ph === 'X');
  assert.equal(
    slices.map(({ name, ts, dur, args }) => [name, ts, dur, args]),
    [
      ['wait: sleep', 0, 5000, { outside: true }],
      ['ready', 5000, 1000, undefined],
      ['after sleep', 6000, 1000, undefined],
    ],
  );
});

test('lead an arrow from the creator to the first step of what it created', () => {
  const arrows = write(events).all.filter(({ ph, tid }) => (ph === 's' || ph === 'f') && tid !== 0);
  assert.equal(
    arrows.map(({ ph, tid, ts }) => [ph, tid, ts]),
    [
      ['f', 1, 0],
      ['s', 1, 1000],
      ['f', 2, 3000],
    ],
  );
});

test('mark how a task ended, and say how much was dropped', () => {
  const { all, dropped } = write(events, 7);
  assert.ok(all.some(({ ph, name, tid }) => ph === 'i' && name === 'returned' && tid === 2));
  assert.equal(dropped, { droppedEvents: 7 });
});

test('begin in the middle and are empty without harm', () => {
  assert.is(write([]).all.length, 4);
  assert.equal(write(events.slice(2)).all.filter(({ ph, name }) => ph === 'X' && name === 'start').length, 1);
});

test.run();
