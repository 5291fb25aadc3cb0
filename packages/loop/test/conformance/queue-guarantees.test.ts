// What asyncio promises of its queues, and tests: each promise once, in both forms of coroutine.
// covers: src/sync/queue.ts

import { assert, suite } from '@oxbow/testkit';
import {
  checkpoint,
  createTask,
  gather,
  LifoQueue,
  PriorityQueue,
  Queue,
  sleep,
  timeout,
  wait,
  waitFor,
} from '../../src/index.ts';
import { eachForm, nameOf, virtually } from '../forms.ts';
import { outcomeOf } from './outcome.ts';

const test = suite('queue guarantees');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

inEachForm(
  'a put goes to the longest-waiting getter that has not been cancelled',
  ['cancelled', 'item', 0],
  function* () {
    const queue = new Queue<string>();
    const first = createTask(function* () {
      return yield* queue.get();
    });
    const second = createTask(function* () {
      return yield* queue.get();
    });
    yield* checkpoint();
    first.cancel();
    queue.putNoWait('item');
    yield* wait([first, second]);
    return [outcomeOf(first), outcomeOf(second), queue.size];
  },
);

inEachForm(
  'of many readers all but one are cancelled, and each item reaches the one that is left',
  [['a', 'b', 'c'], 9],
  function* () {
    const queue = new Queue<string>();
    const readers = Array.from({ length: 10 }, () =>
      createTask(function* () {
        return [yield* queue.get(), yield* queue.get(), yield* queue.get()];
      }),
    );
    yield* checkpoint();
    for (const reader of readers.slice(0, 4)) reader.cancel();
    for (const reader of readers.slice(5)) reader.cancel();
    for (const item of ['a', 'b', 'c']) queue.putNoWait(item);
    yield* wait(readers);
    return [readers[4]!.result(), readers.filter((reader) => reader.cancelled).length];
  },
);

inEachForm(
  'gets that timed out leave no waiter behind: the item stays for who comes later',
  [1, 'item'],
  function* () {
    const queue = new Queue<string>();
    const hasty = createTask(function* () {
      for (let round = 0; round < 10; round++) {
        try {
          yield* waitFor(queue.get(), 1);
        } catch (error) {
          assert.is(nameOf(error), 'TimeoutError');
        }
      }
    });
    yield* hasty;
    queue.putNoWait('item');
    return [queue.size, yield* queue.get()];
  },
);

inEachForm(
  'puts that timed out leave nothing behind: a place that becomes free stays free',
  ['first', 0, 'later'],
  function* () {
    const queue = new Queue<string>({ maxSize: 1 });
    queue.putNoWait('first');
    for (let round = 0; round < 10; round++) {
      try {
        yield* waitFor(queue.put('late'), 1);
      } catch (error) {
        assert.is(nameOf(error), 'TimeoutError');
      }
    }
    const first = queue.getNoWait();
    const left = queue.size;
    queue.putNoWait('later');
    return [first, left, yield* queue.get()];
  },
);

inEachForm(
  'an item that comes in the tick of a deadline around the get is not lost, whoever ends up with it',
  ['item', 0],
  function* () {
    const queue = new Queue<string>();
    const reader = createTask(function* () {
      let item: string | undefined;
      try {
        yield* timeout(5, function* () {
          item = yield* queue.get();
          return item;
        });
      } catch (error) {
        assert.is(nameOf(error), 'TimeoutError');
      }
      return item ?? queue.getNoWait();
    });
    yield* sleep(5);
    queue.putNoWait('item');
    return [yield* reader, queue.size];
  },
);

inEachForm(
  'waiting putters get in one by one, in the order of asking, as places become free',
  [
    ['a', 'b', 'c', 'd'],
    ['a in', 'b in', 'c in', 'd in'],
  ],
  function* () {
    const queue = new Queue<string>({ maxSize: 1 });
    const log: string[] = [];
    const putters = ['a', 'b', 'c', 'd'].map((item) =>
      createTask(function* () {
        yield* queue.put(item);
        log.push(`${item} in`);
      }),
    );
    yield* checkpoint();
    assert.equal(log, ['a in']);
    const got: string[] = [];
    for (let round = 0; round < 4; round++) {
      got.push(yield* queue.get());
      yield* sleep(1);
      assert.is(log.length, Math.min(4, round + 2));
    }
    yield* gather(putters);
    return [got, log];
  },
);

inEachForm('a get makes room for one putter only', [1, ['pending', 'pending']], function* () {
  const queue = new Queue<number>({ maxSize: 1 });
  queue.putNoWait(0);
  const putters = [1, 2, 3].map((item) =>
    createTask(function* () {
      yield* queue.put(item);
    }),
  );
  yield* checkpoint();
  queue.getNoWait();
  yield* sleep(1);
  const outcome = [queue.size, putters.slice(1).map(outcomeOf)];
  for (const putter of putters) putter.cancel();
  return outcome;
});

inEachForm(
  'a burst of puts without waiting wakes as many getters',
  [['a', 'b', 'c'], 'pending'],
  function* () {
    const queue = new Queue<string>();
    const getters = [1, 2, 3, 4].map(() =>
      createTask(function* () {
        return yield* queue.get();
      }),
    );
    yield* checkpoint();
    for (const item of ['a', 'b', 'c']) queue.putNoWait(item);
    yield* sleep(1);
    const outcome = [getters.slice(0, 3).map(outcomeOf), outcomeOf(getters[3]!)];
    getters[3]!.cancel();
    return outcome;
  },
);

inEachForm(
  'a cancelled putter in the middle is passed over',
  [['first', 'a', 'c'], 'cancelled'],
  function* () {
    const queue = new Queue<string>({ maxSize: 1 });
    queue.putNoWait('first');
    const putters = ['a', 'b', 'c'].map((item) =>
      createTask(function* () {
        yield* queue.put(item);
      }),
    );
    yield* checkpoint();
    putters[1]!.cancel();
    const got = [yield* queue.get(), yield* queue.get(), yield* queue.get()];
    yield* wait(putters);
    return [got, outcomeOf(putters[1]!)];
  },
);

inEachForm(
  'undefined and null are items like others, in every kind of queue',
  [[undefined, null], [null, undefined], 0],
  function* () {
    const queue = new Queue<null | undefined>();
    const stack = new LifoQueue<null | undefined>();
    for (const each of [queue, stack]) {
      each.putNoWait(undefined);
      each.putNoWait(null);
    }
    return [
      [yield* queue.get(), yield* queue.get()],
      [yield* stack.get(), yield* stack.get()],
      queue.size + stack.size,
    ];
  },
);

inEachForm(
  'each kind of queue keeps its order when getters wait before the items come',
  [
    [3, 1, 2],
    [3, 1, 2],
    [3, 1, 2],
  ],
  function* () {
    const outcome: number[][] = [];
    for (const queue of [new Queue<number>(), new LifoQueue<number>(), new PriorityQueue<number>()]) {
      const getters = [1, 2, 3].map(() =>
        createTask(function* () {
          return yield* queue.get();
        }),
      );
      yield* checkpoint();
      for (const item of [3, 1, 2]) queue.putNoWait(item);
      outcome.push(yield* gather(getters));
    }
    return outcome;
  },
);

inEachForm(
  'join ends at once while nothing is unfinished, and waits again after the next put',
  [true, false, true],
  function* () {
    const queue = new Queue<string>();
    yield* queue.join();
    queue.putNoWait('item');
    const joining = createTask(function* () {
      yield* queue.join();
    });
    yield* sleep(1);
    const log = [true, joining.done];
    yield* queue.get();
    queue.taskDone();
    yield* joining;
    return [...log, joining.done];
  },
);

inEachForm(
  'taking an item does not finish it, and everybody who joined goes on with the last taskDone',
  [
    [false, false],
    [false, false],
    [true, true],
  ],
  function* () {
    const queue = new Queue<string>();
    queue.putNoWait('a');
    queue.putNoWait('b');
    const joining = [1, 2].map(() =>
      createTask(function* () {
        yield* queue.join();
      }),
    );
    const look = () => joining.map((task) => task.done);
    const log: boolean[][] = [];
    yield* queue.get();
    yield* queue.get();
    yield* sleep(1);
    log.push(look());
    queue.taskDone();
    yield* sleep(1);
    log.push(look());
    queue.taskDone();
    yield* sleep(1);
    log.push(look());
    return log;
  },
);

inEachForm('a put that waits counts as unfinished only when it is in', [1, 1, 0], function* () {
  const queue = new Queue<string>({ maxSize: 1 });
  queue.putNoWait('a');
  const putter = createTask(function* () {
    yield* queue.put('b');
  });
  yield* checkpoint();
  const log = [queue.unfinished];
  putter.cancel();
  yield* wait([putter]);
  log.push(queue.unfinished);
  queue.getNoWait();
  queue.taskDone();
  return [...log, queue.unfinished];
});

inEachForm(
  'shut down while it has items: they come out, then every get fails, and no put is taken',
  ['a', 'QueueShutDown', 'QueueShutDown', 'QueueShutDown', 0],
  function* () {
    const queue = new Queue<string>({ maxSize: 1 });
    queue.putNoWait('a');
    const putter = createTask(function* () {
      yield* queue.put('b');
    });
    yield* checkpoint();
    queue.shutdown();
    const log: unknown[] = [yield* queue.get()];
    const getter = createTask(function* () {
      return yield* queue.get();
    });
    const late = createTask(function* () {
      yield* queue.put('c');
    });
    yield* wait([putter, getter, late]);
    return [...log, outcomeOf(putter), outcomeOf(getter), outcomeOf(late), queue.size];
  },
);

inEachForm(
  'shut down with getters waiting: each of them fails',
  [['QueueShutDown', 'QueueShutDown'], 'QueueShutDown'],
  function* () {
    const queue = new Queue<string>();
    const getters = [1, 2].map(() =>
      createTask(function* () {
        return yield* queue.get();
      }),
    );
    yield* checkpoint();
    queue.shutdown();
    yield* wait(getters);
    let thrown: unknown;
    try {
      queue.getNoWait();
    } catch (error) {
      thrown = error;
    }
    return [getters.map(outcomeOf), nameOf(thrown)];
  },
);

inEachForm('an item handed over before the shutdown is delivered', ['item', 'QueueShutDown'], function* () {
  const queue = new Queue<string>();
  const first = createTask(function* () {
    return yield* queue.get();
  });
  const second = createTask(function* () {
    return yield* queue.get();
  });
  yield* checkpoint();
  queue.putNoWait('item');
  queue.shutdown({ immediate: true });
  yield* wait([first, second]);
  return [outcomeOf(first), outcomeOf(second)];
});

inEachForm('shut down at once, join still waits for the items that are out', [0, false, true], function* () {
  const queue = new Queue<string>();
  for (const item of ['out', 'in', 'in too']) queue.putNoWait(item);
  yield* queue.get();
  const joining = createTask(function* () {
    yield* queue.join();
  });
  yield* checkpoint();
  queue.shutdown({ immediate: true });
  yield* sleep(1);
  const log = [queue.size, joining.done];
  queue.taskDone();
  yield* joining;
  return [...log, joining.done];
});

inEachForm(
  'a gentle shutdown may be followed by an immediate one, and both may be repeated',
  [2, 0, 'QueueShutDown', 'ERR_OXBOW_LOOP_TOO_MANY_DONE'],
  function* () {
    const queue = new Queue<string>();
    queue.putNoWait('a');
    queue.putNoWait('b');
    queue.shutdown();
    queue.shutdown();
    const log: unknown[] = [queue.size];
    queue.shutdown({ immediate: true });
    queue.shutdown({ immediate: true });
    queue.shutdown();
    log.push(queue.size);
    yield* queue.join();
    for (const call of [() => queue.getNoWait(), () => queue.taskDone()]) {
      try {
        call();
      } catch (error) {
        log.push(nameOf(error) === 'UsageError' ? (error as { code: string }).code : nameOf(error));
      }
    }
    return log;
  },
);

inEachForm(
  'producers and consumers of different speed pass everything on, in order, and end by join',
  [Array.from({ length: 20 }, (_, index) => index), 0],
  function* () {
    const queue = new Queue<number>({ maxSize: 3 });
    const got: number[] = [];
    const consumers = [2, 5].map((ms) =>
      createTask(function* () {
        for (;;) {
          got.push(yield* queue.get());
          yield* sleep(ms);
          queue.taskDone();
        }
      }),
    );
    for (let item = 0; item < 20; item++) yield* queue.put(item);
    yield* queue.join();
    for (const consumer of consumers) consumer.cancel();
    yield* wait(consumers);
    return [got, queue.unfinished];
  },
);

test('maxSize is a whole number: what asyncio rounds or takes for endless is refused', () => {
  for (const maxSize of [0, -1, 1.3]) {
    assert.throws(() => new Queue({ maxSize }), /maxSize of a Queue is an integer of 1 or more, or Infinity/);
  }
});

test('the state of a queue can be read at any time', async () => {
  await virtually(async () => {
    const queue = new Queue<number>({ maxSize: 2 });
    const states = [[queue.empty, queue.full, queue.size]];
    queue.putNoWait(1);
    states.push([queue.empty, queue.full, queue.size]);
    queue.putNoWait(2);
    states.push([queue.empty, queue.full, queue.size]);
    assert.equal(states, [
      [true, false, 0],
      [false, false, 1],
      [false, true, 2],
    ]);
  });
});

test.run();
