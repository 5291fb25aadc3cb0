import { assert, suite } from '@oxbow/testkit';
import { createTask, describeTasks, gather, Queue, sleep } from '../../src/index.ts';
import { virtually } from '../forms.ts';

const test = suite('the tree of tasks');

test('stands below each task what it waits for, and what it started', async () => {
  const text = await virtually(async function main() {
    const queue = new Queue<number>();
    const first = createTask(async () => queue.get(), { name: 'first' });
    const second = createTask(async () => queue.get(), { name: 'second' });
    createTask(async () => void (await gather(first, second)), { name: 'both' });
    createTask(async () => sleep(9), { name: 'sleeper' });
    await sleep(1);
    return String(await describeTasks());
  });
  assert.is(
    text,
    `main: running
├─ both: waits for gather
│  ├─ first: waits for Queue.get
│  └─ second: waits for Queue.get
└─ sleeper: waits for sleep
`,
  );
});

test('is given as values too, of any depth', async () => {
  const branches = await virtually(async function main() {
    let last = createTask(async () => sleep(9), { name: 'last' });
    for (let count = 0; count < 200; count++) {
      const below = last;
      last = createTask(async () => void (await below), { name: `link ${count}` });
    }
    await sleep(1);
    return (await describeTasks()).branches();
  });
  assert.equal(
    branches.map(({ task }) => task.name),
    ['main'],
  );
  let depth = 0;
  let [deepest] = branches;
  while (deepest?.below.length === 1) {
    [deepest] = deepest.below;
    depth++;
  }
  assert.equal([deepest?.task.name, deepest?.task.waitsFor, depth], ['last', ['sleep'], 201]);
});

test('shows frames and notes', async () => {
  const text = await virtually(async function main() {
    createTask(
      function* waits() {
        yield* sleep(9);
      },
      { name: 'generator' },
    );
    await sleep(1);
    return `${await describeTasks()}${await describeTasks({ maxLocations: 0 })}`;
  });
  assert.match(
    text,
    /^main: running\n└─ generator: waits for sleep\n {7}at waits \(.*task-tree\.test\.ts:\d+:\d+\)\nmain/,
  );
  assert.match(text, /note: 1 generators were not located \(maxLocations 0\)\n$/);
});

test('is drawn too when tasks wait for each other in a circle', async () => {
  const text = await virtually(async function main() {
    const waitFor = async (other: () => PromiseLike<unknown>): Promise<void> => {
      await sleep(1);
      await other();
    };
    const left: PromiseLike<unknown> = createTask(() => waitFor(() => right), { name: 'left' });
    const right: PromiseLike<unknown> = createTask(() => waitFor(() => left), { name: 'right' });
    await sleep(2);
    return String(await describeTasks());
  });
  for (const name of ['main', 'left', 'right']) assert.is(text.split(`${name}: `).length, 2, text);
});

test('a chain of thousands is cut at 50, with how many are below', async () => {
  const text = await virtually(async function main() {
    let last: PromiseLike<unknown> = createTask(() => sleep(1000), { name: 'task 0' });
    for (let made = 1; made < 10_000; made++) {
      const before = last;
      last = createTask(async () => before, { name: `task ${made}` });
    }
    await sleep(1);
    return String(await describeTasks({ maxLocations: 0 }));
  });
  const lines = text.trimEnd().split('\n');
  assert.is(lines.length, 51);
  assert.match(lines[50]!, /└─ … and 9951 more below$/);
});

test('says when there is nothing', async () => {
  const { EventLoop } = await import('../../src/index.ts');
  assert.is(String(await describeTasks({ loop: new EventLoop() })), 'no tasks\n');
});

test.run();
