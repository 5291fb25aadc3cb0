import { createTask, run, sleep, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { lookInside, MAX_TASKS } from '../src/inside.ts';

type Report = Parameters<typeof lookInside>[0];
type Stage = Report['consumers'][number];

const stage = (name: string, upstream: readonly Stage[], more: Partial<Stage> = {}): Stage => ({
  name,
  createdAt: undefined,
  paused: false,
  passesOn: false,
  pausedMs: 0,
  pauses: 0,
  queued: 0,
  dropped: 0,
  waitsFor: 'pages',
  circular: false,
  upstream,
  waitingSources: 0,
  ...more,
});
const report: Report = {
  consumers: [
    stage(
      'pages.jsonl',
      [stage('requests', [stage('frontier', [], { queued: 9 })], { passesOn: true, paused: true })],
      {
        paused: true,
        queued: 256,
      },
    ),
  ],
  blocker: undefined,
  toString: () => 'pages.jsonl holds back the requests.',
};

const test = suite('a look inside of the crawler');

test('tells what limits the crawl, and its stages in the order a page passes them', async () => {
  const { why, stages } = await run(() => lookInside(report), { clock: new VirtualClock() });
  assert.is(why, 'pages.jsonl holds back the requests.');
  assert.equal(
    stages.map(({ name, queued, holdsBack }) => [name, queued, holdsBack]),
    [
      ['frontier', 9, false],
      ['requests', 0, false],
      ['pages.jsonl', 256, true],
    ],
  );
});

test('after the end nothing is waited for', async () => {
  const { why } = await run(() => lookInside(report, true), { clock: new VirtualClock() });
  assert.is(why, 'The crawl has ended.');
});

test('lists each task below the one that waits for it or has made it', async () => {
  const { tasks } = await run(
    async () => {
      createTask(
        async () => {
          await createTask(() => sleep(9), { name: 'inner' });
        },
        { name: 'outer' },
      );
      createTask(() => sleep(9), { name: 'beside' });
      await sleep(1);
      return lookInside(report);
    },
    { clock: new VirtualClock() },
  );
  const rows = tasks.filter(([, name]) => name !== 'main');
  const [outer] = rows;
  assert.equal(
    rows.map(([depth, name, doing]) => [depth - (outer?.[0] ?? 0), name, doing]),
    [
      [0, 'outer', 'waits for task "inner"'],
      [1, 'inner', 'waits for sleep'],
      [0, 'beside', 'waits for sleep'],
    ],
  );
});

test('lists as many tasks as it may, and counts the others', async () => {
  const { tasks, otherTasks } = await run(
    async () => {
      for (let at = 0; at < MAX_TASKS; at += 1) createTask(() => sleep(9), { name: `task ${at}` });
      await sleep(1);
      return lookInside(report);
    },
    { clock: new VirtualClock() },
  );
  assert.equal([tasks.length, otherTasks], [MAX_TASKS, 1]);
});

test.run();
