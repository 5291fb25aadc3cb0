// Values that are not what they seem: whatever a body returns or throws, its task ends, and so do those who wait for it.

import { assert, suite } from '@oxbow/testkit';
import {
  CancelScope,
  createTask,
  Future,
  gather,
  race,
  run,
  shield,
  sleep,
  TaskGroup,
  timeout,
  until,
  VirtualClock,
  waitFor,
} from '../../src/index.ts';
import { nameOf, virtually } from '../forms.ts';

const test = suite('adopt');

const fault = new RangeError('from then');

function revoked(target: object = {}): never {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy as never;
}

/** Each gives something hostile, and what waiting for it must end with. */
const hostile: Record<string, { make(): unknown; ends: string }> = {
  'a then that throws': {
    make: () => ({
      then() {
        throw fault;
      },
    }),
    ends: 'RangeError',
  },
  'a getter of then that throws': {
    make: () => ({
      get then() {
        throw fault;
      },
    }),
    ends: 'RangeError',
  },
  'a then that throws after it has resolved': {
    make: () => ({
      then(resolve: (value: unknown) => void) {
        resolve('first');
        throw fault;
      },
    }),
    ends: 'first',
  },
  'a then that calls back twice, and both': {
    make: () => ({
      then(resolve: (value: unknown) => void, reject: (error: unknown) => void) {
        resolve('first');
        resolve('second');
        reject(fault);
      },
    }),
    ends: 'first',
  },
  'a then that resolves with another thenable': {
    make: () => ({
      then(resolve: (value: unknown) => void) {
        resolve(hostile['a then that throws']!.make());
      },
    }),
    ends: 'RangeError',
  },
  'a revoked Proxy': { make: () => revoked(), ends: 'TypeError' },
  'a revoked Proxy of a promise': { make: () => revoked(Promise.resolve(1)), ends: 'TypeError' },
  'a promise whose then was replaced': {
    make: () =>
      Object.assign(Promise.resolve('as it was'), {
        then() {
          throw fault;
        },
      }),
    ends: 'RangeError',
  },
};

const ended = async (start: () => PromiseLike<unknown>): Promise<string> => {
  try {
    return String(await start());
  } catch (error) {
    return error instanceof AggregateError ? nameOf(error.errors[0]) : nameOf(error);
  }
};

for (const [what, { make, ends }] of Object.entries(hostile)) {
  const body = (): never => make() as never;
  const bodies: Record<string, () => PromiseLike<unknown>> = {
    createTask: () => createTask(body),
    timeout: () => timeout(1000, body),
    CancelScope: () => new CancelScope().run(body),
    'TaskGroup.run': () => TaskGroup.run(body),
    'a child of a TaskGroup': () => TaskGroup.run(async (group) => group.createTask(body)),
    run: () => run(body, { clock: new VirtualClock() }),
    'then of a task': () => createTask(() => 1).then(body),
    'a generator that returns it': () =>
      createTask(function* () {
        yield* sleep(1);
        return yield* timeout(1000, body);
      }),
  };
  for (const [where, start] of Object.entries(bodies)) {
    test(`${what}, returned by the body of ${where}, ends it`, async () => {
      await virtually(async () => {
        assert.is(await ended(start), ends);
        // The scope or group that was entered for it has been left.
        await sleep(1);
      });
    });
  }

  if (what.startsWith('a revoked')) continue;
  const waits: Record<string, () => PromiseLike<unknown>> = {
    until: () => until(body()),
    gather: () => gather([until(body())]),
    waitFor: () => waitFor(until(body()), 1000),
    shield: () => shield(until(body())),
    race: () => race(until(body()), until(new Promise(() => {}))),
    'until in a generator': () =>
      createTask(function* () {
        return yield* until(body());
      }),
  };
  for (const [where, start] of Object.entries(waits)) {
    if (what.startsWith('a getter')) continue;
    test(`${what}, waited for by ${where}, ends the wait`, async () => {
      await virtually(async () => {
        assert.is(await ended(start), ends);
      });
    });
  }
}

/** What cannot be asked what it is, thrown or rejected. */
const throws: Record<string, () => PromiseLike<unknown>> = {
  'an async function': () =>
    createTask(async () => {
      throw revoked();
    }),
  'a generator': () =>
    createTask(function* () {
      yield* sleep(1);
      throw revoked();
    }),
  'a scope': () =>
    timeout(1000, async () => {
      throw revoked();
    }),
  'a generated scope': () =>
    timeout(1000, function* () {
      yield* sleep(1);
      throw revoked();
    }),
  'a group': () =>
    TaskGroup.run(async (group) => {
      group.createTask(() => {
        throw revoked();
      });
    }),
  'a promise': () => until(Promise.reject(revoked())),
  'a handler': () =>
    createTask(() => 1).then(() => {
      throw revoked();
    }),
};

for (const [where, start] of Object.entries(throws)) {
  test(`a revoked Proxy thrown by ${where} is a failure like any other`, async () => {
    await virtually(async () => {
      let failed = false;
      try {
        await start();
      } catch {
        failed = true;
      }
      assert.ok(failed);
    });
  });
}

test('a revoked Proxy as the reason of a cancellation, or without text, cancels', async () => {
  await virtually(async () => {
    for (const reason of [revoked(), Object.create(null)]) {
      const task = createTask(() => sleep(1000));
      await sleep(1);
      task.cancel(reason);
      assert.is(await ended(() => task), 'CancelledError');
    }
    const future = new Future();
    future.setException(revoked());
    let failed = false;
    await future.catch(() => {
      failed = true;
    });
    assert.ok(failed);
  });
});

test('a task whose body is hostile from head to foot still has a name', async () => {
  await virtually(async () => {
    const task = createTask(revoked(() => {}));
    assert.match(task.name, /^task-\d+$/);
    assert.is(await ended(() => task), 'TypeError');
  });
});

test.run();
