import { assert, suite } from '@oxbow/testkit';
import {
  checkpoint,
  createTask,
  gather,
  LifoQueue,
  PriorityQueue,
  Queue,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  sleep,
} from '../../src/index.ts';
import { eachForm, inBothForms, nameOf, virtually } from '../forms.ts';

const test = suite('Queue');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

inEachForm(
  'hands items over in order, and holds producers back at maxSize',
  [[0, 1, 2, 3, 4], 2],
  function* () {
    const queue = new Queue<number>({ maxSize: 2 });
    let most = 0;
    createTask(function* () {
      for (let item = 0; item < 5; item++) {
        yield* queue.put(item);
        most = Math.max(most, queue.size);
      }
    });
    const got: number[] = [];
    yield* sleep(1);
    for (let item = 0; item < 5; item++) got.push(yield* queue.get());
    return [got, most];
  },
);

inBothForms(
  test,
  'getters are served in the order of asking; one that comes later cannot take an item on its way',
  ['a0', 'b1', 'late2'],
  async () => {
    const queue = new Queue<number>();
    const log: string[] = [];
    for (const name of ['a', 'b']) createTask(async () => log.push(`${name}${await queue.get()}`));
    await checkpoint();
    for (let item = 0; item < 3; item++) queue.putNoWait(item);
    log.push(`late${queue.getNoWait()}`);
    await sleep(1);
    return log.sort();
  },
  function* () {
    const queue = new Queue<number>();
    const log: string[] = [];
    for (const name of ['a', 'b']) {
      createTask(function* () {
        log.push(`${name}${yield* queue.get()}`);
      });
    }
    yield* checkpoint();
    for (let item = 0; item < 3; item++) queue.putNoWait(item);
    log.push(`late${queue.getNoWait()}`);
    yield* sleep(1);
    return log.sort();
  },
);

inBothForms(
  test,
  'a getter cancelled before an item comes takes none; one cancelled after the hand-over still gets it',
  ['second', 'item'],
  async () => {
    const queue = new Queue<string>();
    const first = createTask(async () => queue.get());
    let got = '';
    const second = createTask(async () => {
      got = await queue.get();
      await sleep(1);
    });
    await checkpoint();
    first.cancel();
    queue.putNoWait('item');
    second.cancel();
    await sleep(1);
    return [first.cancelled && second.cancelled ? 'second' : '', got];
  },
  function* () {
    const queue = new Queue<string>();
    const first = createTask(() => queue.get());
    let got = '';
    const second = createTask(function* () {
      got = yield* queue.get();
      yield* sleep(1);
    });
    yield* checkpoint();
    first.cancel();
    queue.putNoWait('item');
    second.cancel();
    yield* sleep(1);
    return [first.cancelled && second.cancelled ? 'second' : '', got];
  },
);

inBothForms(
  test,
  'a putter that is cancelled has put nothing',
  [true, ['first', 'third']],
  async () => {
    const queue = new Queue<string>({ maxSize: 1 });
    queue.putNoWait('first');
    const second = createTask(async () => queue.put('second'));
    const third = createTask(async () => queue.put('third'));
    await checkpoint();
    second.cancel();
    const got = [await queue.get(), await queue.get()];
    await third;
    return [second.cancelled, got];
  },
  function* () {
    const queue = new Queue<string>({ maxSize: 1 });
    queue.putNoWait('first');
    const second = createTask(() => queue.put('second'));
    const third = createTask(() => queue.put('third'));
    yield* checkpoint();
    second.cancel();
    const got = [yield* queue.get(), yield* queue.get()];
    yield* third;
    return [second.cancelled, got];
  },
);

inEachForm('join waits until taskDone was called for every item', ['worked', 'joined'], function* () {
  const queue = new Queue<number>();
  const log: string[] = [];
  queue.putNoWait(1);
  createTask(function* () {
    yield* queue.get();
    yield* sleep(5);
    log.push('worked');
    queue.taskDone();
  });
  yield* queue.join();
  log.push('joined');
  return log;
});

inBothForms(
  test,
  'shut down, it lets what is in it out and sends everybody else away',
  ['QueueShutDown', 'left', 'QueueShutDown', 'QueueShutDown'],
  async () => {
    const queue = new Queue<string>({ maxSize: 1 });
    queue.putNoWait('left');
    const putter = createTask(async () => queue.put('too late'));
    await checkpoint();
    queue.shutdown();
    return [
      await putter.then(() => '', nameOf),
      await queue.get(),
      await queue.get().then(() => '', nameOf),
      await queue.put('x').then(() => '', nameOf),
    ];
  },
  function* () {
    const queue = new Queue<string>({ maxSize: 1 });
    queue.putNoWait('left');
    const putter = createTask(() => queue.put('too late'));
    yield* checkpoint();
    queue.shutdown();
    return [
      yield* putter.then(() => '', nameOf),
      yield* queue.get(),
      yield* queue.get().then(() => '', nameOf),
      yield* queue.put('x').then(() => '', nameOf),
    ];
  },
);

test('shut down at once, it drops its items, ends getters and lets join through', async () => {
  await virtually(async () => {
    const queue = new Queue<number>();
    queue.putNoWait(1);
    const joining = createTask(async () => queue.join());
    await checkpoint();
    queue.shutdown({ immediate: true });
    await joining;
    assert.is(queue.size, 0);
    assert.throws(
      () => queue.getNoWait(),
      (error: unknown) => error instanceof QueueShutDown,
    );
    assert.throws(
      () => queue.putNoWait(1),
      (error: unknown) => error instanceof QueueShutDown,
    );

    const empty = new Queue<number>();
    const getter = createTask(async () => empty.get());
    await checkpoint();
    empty.shutdown();
    assert.is(await getter.then(() => '', nameOf), 'QueueShutDown');
  });
});

test('the …NoWait forms say why they cannot', () => {
  const queue = new Queue<number>({ maxSize: 1 });
  assert.throws(
    () => queue.getNoWait(),
    (error: unknown) => error instanceof QueueEmpty,
  );
  queue.putNoWait(1);
  assert.ok(queue.full && !queue.empty);
  assert.throws(
    () => queue.putNoWait(2),
    (error: unknown) => error instanceof QueueFull && error.maxSize === 1,
  );
  assert.is(queue.getNoWait(), 1);
  assert.ok(queue.empty);
  assert.is(queue.unfinished, 1);
  queue.taskDone();
  assert.throws(() => queue.taskDone(), /more often than items were put/);
});

test('maxSize is an integer of 1 or more, or Infinity', () => {
  assert.is(new Queue().maxSize, Number.POSITIVE_INFINITY);
  assert.is(new Queue({ maxSize: 1 }).maxSize, 1);
  for (const maxSize of [0, -1, 1.5, Number.NaN]) {
    assert.throws(() => new Queue({ maxSize }), /maxSize of a Queue is an integer of 1 or more, or Infinity/);
  }
  assert.throws(() => new Queue({ maxsize: 5 } as never), /did you mean "maxSize"/);
});

test('many items go through in order, with any number of both kinds of waiter', async () => {
  await virtually(async () => {
    const queue = new Queue<number>({ maxSize: 3 });
    const got: number[] = [];
    const producer = createTask(async () => {
      for (let item = 0; item < 100; item++) await queue.put(item);
    });
    const consumers = Array.from({ length: 4 }, () =>
      createTask(async () => {
        for (let count = 0; count < 25; count++) got.push(await queue.get());
      }),
    );
    await gather([producer, ...consumers]);
    assert.equal(
      got,
      Array.from({ length: 100 }, (_, index) => index),
    );
  });
});

test('a LifoQueue gives the newest first', async () => {
  const queue = new LifoQueue<number>();
  for (const item of [1, 2, 3]) queue.putNoWait(item);
  assert.equal([queue.getNoWait(), await queue.get(), queue.getNoWait()], [3, 2, 1]);
});

test('a PriorityQueue gives the smallest first, equal ones in the order they were put, tuples by their parts', () => {
  const queue = new PriorityQueue<[number, string]>();
  for (const item of [
    [2, 'b'],
    [1, 'z'],
    [1, 'a'],
    [2, 'a'],
  ] as [number, string][])
    queue.putNoWait(item);
  assert.equal(
    Array.from({ length: 4 }, () => queue.getNoWait().join('')),
    ['1a', '1z', '2a', '2b'],
  );
  const stable = new PriorityQueue<{ at: number; name: string }>({ compare: (a, b) => a.at - b.at });
  for (const [at, name] of [
    [1, 'x'],
    [0, 'y'],
    [1, 'z'],
    [0, 'w'],
  ] as [number, string][])
    stable.putNoWait({ at, name });
  assert.is(Array.from({ length: 4 }, () => stable.getNoWait().name).join(''), 'ywxz');
});

test('an item put into a full PriorityQueue takes its place by priority', async () => {
  await virtually(async () => {
    const queue = new PriorityQueue<number>({ maxSize: 2 });
    queue.putNoWait(5);
    queue.putNoWait(7);
    const putter = createTask(async () => queue.put(1));
    await checkpoint();
    assert.is(queue.getNoWait(), 5);
    await putter;
    assert.is(queue.getNoWait(), 1);
  });
});

test('a compare that is no function is refused when the queue is made', () => {
  assert.throws(() => new PriorityQueue({ compare: 5 as never }), /compare }\) takes a function, got 5/);
});

test.run();
