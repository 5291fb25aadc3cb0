import { assert, suite } from '@oxbow/testkit';
import { opProbe } from '../../src/debug/instrument.ts';
import { MAX_WATCHED_OPS, watchOps } from '../../src/debug/never-started.ts';
import {
  call,
  createTask,
  currentLoop,
  EventLoop,
  Future,
  gather,
  Lock,
  Op,
  race,
  run,
  shield,
  sleep,
  timeout,
  wait,
  waitFor,
} from '../../src/index.ts';
import { virtually } from '../forms.ts';

const test = suite('Ops never started');

const noImplicit = (): undefined => undefined;

/** Runs `body` watched; gives the names of the Ops that were reported. */
async function forgotten(body: () => Promise<void>): Promise<string[]> {
  const names: string[] = [];
  await virtually(async () => {
    const stop = watchOps(currentLoop(), noImplicit, (name) => names.push(name));
    try {
      await body();
    } finally {
      stop();
    }
  });
  assert.is(opProbe.current, undefined);
  return names;
}

test('are reported by the end of their loop, with the line that made them', async () => {
  const places: (string | undefined)[] = [];
  await virtually(async () => {
    const stop = watchOps(currentLoop(), noImplicit, (_name, createdAt) => places.push(createdAt));
    (function careless(): void {
      void sleep(1);
    })();
    stop();
  });
  assert.is(places.length, 1);
  assert.match(places[0]!, /careless \(.*never-started\.test\.ts:\d+:\d+\)/);
});

test('are told apart from those awaited at once, later, or twice', async () => {
  const names = await forgotten(async () => {
    const later = sleep(1);
    void new Lock().acquire();
    await sleep(2);
    await later;
    await later;
    void gather(later, later);
  });
  assert.equal(names, ['Lock.acquire', 'gather']);
});

test('nothing is reported of what combinators, generators and scopes wait for', async () => {
  const names = await forgotten(async () => {
    await gather(sleep(1), sleep(2));
    await race(sleep(1), sleep(2));
    const done = new Future<void>();
    done.setResult();
    await race(done, sleep(2));
    await waitFor(sleep(1), 5);
    await shield(sleep(1));
    await wait([createTask(() => sleep(1))]);
    await timeout(5, async () => sleep(1));
    await createTask(function* () {
      const held = sleep(3);
      yield* call(
        (function* () {
          yield* sleep(1);
        })(),
      );
      yield* held;
    });
  });
  assert.equal(names, []);
});

test('nothing is reported of waits that a cancellation kept from beginning', async () => {
  const names = await forgotten(async () => {
    for (const body of [
      async () => void (await gather(sleep(1), sleep(2))),
      function* () {
        yield* sleep(1);
      },
    ]) {
      const task = createTask(async () => {
        task.cancel();
        await body();
      });
      await task.then(
        () => {},
        () => {},
      );
    }
  });
  assert.equal(names, []);
});

test('beyond 10,000 at a time they are not watched', async () => {
  const made: Op<void>[] = [];
  const names = await forgotten(async () => {
    for (let count = 0; count < MAX_WATCHED_OPS + 5; count++) made.push(sleep(1));
  });
  assert.is(names.length, MAX_WATCHED_OPS);
});

test('one made outside of all loops belongs to the implicit one', async () => {
  const names: string[] = [];
  const loop = new EventLoop();
  for (const implicit of [undefined, new EventLoop(), loop]) {
    const stop = watchOps(
      loop,
      () => implicit,
      (name) => names.push(name),
    );
    void sleep(1);
    stop();
  }
  assert.equal(names, ['sleep']);
});

test('those of loops that are not watched are left alone', async () => {
  const names = await forgotten(async () => {
    await run(async () => {
      const ignored = sleep(1);
      assert.ok(ignored instanceof Op);
      await sleep(1);
    });
  });
  assert.equal(names, []);
});

test.run();
