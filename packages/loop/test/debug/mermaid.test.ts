import { assert, suite } from '@oxbow/testkit';
import { mermaid } from '../../src/debug/mermaid.ts';
import type { TraceEvent } from '../../src/debug/trace-events.ts';

const test = suite('Mermaid diagrams');

const events: readonly TraceEvent[] = [
  { kind: 'begin', atMs: 0, task: 1 },
  { kind: 'created', atMs: 0, task: 2, parent: 1 },
  { kind: 'end', atMs: 0, task: 1 },
  { kind: 'wait', atMs: 0, task: 1, what: 'sleep', outside: true },
  { kind: 'begin', atMs: 0, task: 2 },
  { kind: 'end', atMs: 0, task: 2 },
  { kind: 'wait', atMs: 0, task: 2, what: 'task main', outside: false },
  { kind: 'begin', atMs: 5, task: 1, what: 'sleep' },
  { kind: 'done', atMs: 5, task: 1, what: 'returned' },
  { kind: 'begin', atMs: 5, task: 0 },
  { kind: 'begin', atMs: 5, task: 2, what: 'task main' },
];
const names = new Map([
  [1, 'main'],
  [2, 'the end; #2'],
]);

test('go from coroutine to loop to I/O and back', () => {
  assert.is(
    mermaid({ events, names, dropped: 0 }, 100),
    `sequenceDiagram
  participant Loop
  participant T1 as main
  participant T2 as the e#110;d#59; #35;2
  participant IO as I/O and timers
  Loop->>T1: start
  T1->>Loop: createTask the e#110;d#59; #35;2
  T1->>Loop: wait for sleep
  Loop->>IO: sleep
  Loop->>T2: start
  T2->>Loop: wait for task main
  IO-->>Loop: sleep is over
  Loop->>T1: resume
  T1-->>Loop: returned
  Loop->>Loop: callback
  Loop->>T2: resume
`,
  );
});

test('are cut at maxSteps, with those who are left out of sight left out, and say so', () => {
  assert.is(
    mermaid({ events, names, dropped: 3 }, 1),
    `sequenceDiagram
  participant Loop
  participant T1 as main
  Note over Loop: 3 earlier events were dropped
  Loop->>T1: start
  Note over Loop: and 10 steps more
`,
  );
});

test('tell tasks apart whose numbers begin alike', () => {
  const many = new Map([
    [1, 'one'],
    [11, 'eleven'],
  ]);
  const text = mermaid({ events: [{ kind: 'begin', atMs: 0, task: 11 }], names: many, dropped: 0 }, 5);
  assert.match(text, 'T11 as eleven');
  assert.not.match(text, 'as one');
});

test.run();
