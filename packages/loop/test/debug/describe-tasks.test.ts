// covers: src/debug/generator-location.ts, src/task/operation.ts
import { assert, suite } from '@oxbow/testkit';
import { locateGenerators } from '../../src/debug/generator-location.ts';
import {
  call,
  createTask,
  describeTasks,
  gather,
  Queue,
  run,
  sleep,
  type TaskDescription,
  until,
  VirtualClock,
} from '../../src/index.ts';
import { nameOf, virtually } from '../forms.ts';

const test = suite('describeTasks');

const byName = (tasks: readonly TaskDescription[], name: string): TaskDescription =>
  tasks.find((task) => task.name === name)!;

test('tells what each task waits for, in both forms, and who waits for it', async () => {
  const snapshot = await virtually(async function main() {
    const queue = new Queue<number>();
    const consumer = createTask(
      function* () {
        yield* queue.get();
      },
      { name: 'consumer' },
    );
    createTask(async () => void (await gather(sleep(10), consumer)), { name: 'gatherer' });
    createTask(async () => void (await consumer), { name: 'joiner' });
    createTask(async () => until(new Promise(() => {})), { name: 'outsider' });
    await sleep(1);
    return describeTasks();
  });
  const summary = snapshot.tasks.map(({ name, state, waitsFor, waitedForBy, parent }) => ({
    name,
    state,
    waitsFor: waitsFor.join(),
    waitedForBy: waitedForBy.join(),
    parent,
  }));
  assert.equal(summary, [
    { name: 'main', state: 'running', waitsFor: '', waitedForBy: '', parent: undefined },
    {
      name: 'consumer',
      state: 'waiting',
      waitsFor: 'Queue.get',
      waitedForBy: 'gatherer,joiner',
      parent: 'main',
    },
    { name: 'gatherer', state: 'waiting', waitsFor: 'gather', waitedForBy: '', parent: 'main' },
    { name: 'joiner', state: 'waiting', waitsFor: 'task "consumer"', waitedForBy: '', parent: 'main' },
    { name: 'outsider', state: 'waiting', waitsFor: 'until', waitedForBy: '', parent: 'main' },
  ]);
});

test('knows in debug mode how long a task has waited', async () => {
  const waited: Record<string, number | undefined> = {};
  const main = async (): Promise<void> => {
    createTask(async () => sleep(1000), { name: 'async' });
    createTask(
      function* () {
        yield* sleep(1000);
      },
      { name: 'generator' },
    );
    await sleep(250);
    const { tasks } = await describeTasks();
    for (const { name, waitedMs } of tasks) waited[name] = waitedMs;
  };
  const options = { clock: new VirtualClock(), onReport: () => {} };
  await run(main, { ...options, debug: true });
  assert.equal([waited.async, waited.generator], [250, 250]);
  await run(main, { ...options, clock: new VirtualClock() });
  assert.equal([waited.async, waited.generator], [undefined, undefined]);
});

test('gives file and line of every suspended frame, the innermost first', async () => {
  const { tasks, notes } = await virtually(async () => {
    function* inner() {
      yield* sleep(10);
    }
    function* outer() {
      yield* call(inner());
    }
    createTask(outer, { name: 'nested' });
    await sleep(1);
    return describeTasks();
  });
  assert.equal(notes, []);
  const { frames } = byName(tasks, 'nested');
  assert.is(frames.length, 2);
  assert.match(frames[0]!, /^inner \(.*describe-tasks\.test\.ts:\d+:\d+\)$/);
  assert.match(frames[1]!, /^outer \(.*describe-tasks\.test\.ts:\d+:\d+\)$/);
});

test('locates as many generators as it may, and says how many it left out', async () => {
  const [some, none] = await virtually(async () => {
    for (let count = 0; count < 3; count++)
      createTask(function* () {
        yield* sleep(10);
      });
    await sleep(1);
    return [await describeTasks({ maxLocations: 2 }), await describeTasks({ maxLocations: 0 })];
  });
  assert.is(some!.tasks.filter(({ frames }) => frames.length > 0).length, 2);
  assert.equal(some!.notes, ['1 generators were not located (maxLocations 2)']);
  assert.ok(none!.tasks.every(({ frames }) => frames.length === 0));
});

test('knows in debug mode where tasks were created', async () => {
  const look = async (): Promise<string | undefined> => {
    const task = createTask(async () => sleep(1), { name: 'made here' });
    const { tasks } = await describeTasks();
    await task;
    return byName(tasks, 'made here').createdAt;
  };
  assert.is(await run(look), undefined);
  assert.match((await run(look, { debug: true, onReport: () => {} }))!, /describe-tasks\.test\.ts:\d+:\d+/);
});

test('a generator that has not begun, or has ended, is told as such', () => {
  function* begins(): Generator<number> {
    yield 1;
  }
  const [fresh, ended] = [begins(), begins()];
  ended.return(undefined);
  const places = locateGenerators([fresh, ended]);
  assert.match(places.get(fresh)!, /^begins \(/);
  assert.is(places.get(ended), undefined);
});

test('refuses options it does not know', async () => {
  const refused = await describeTasks({ maxLocation: 1 } as object).then(() => '', nameOf);
  assert.is(refused, 'UsageError');
});

test.run();
