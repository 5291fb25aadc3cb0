// covers: src/task/frame.ts, src/task/generator-driver.ts, src/task/suspension.ts, src/task/handover.ts

import { assert, suite } from '@oxbow/testkit';
import {
  type Coroutine,
  call,
  checkpoint,
  createTask,
  currentLoop,
  currentTask,
  type Op,
  sleep,
  timeout,
} from '../../src/index.ts';
import { createOp } from '../../src/lowlevel.ts';
import { nameOf, virtually, virtuallyGenerated } from '../forms.ts';

const test = suite('call');

const code = (error: unknown): string => (error as { code: string }).code;

test('runs a generator as part of the calling task and gives its result', async () => {
  await virtuallyGenerated(function* () {
    const task = currentTask();
    const inner = function* (): Coroutine<boolean> {
      yield* sleep(1);
      return currentTask() === task;
    };
    assert.is(yield* call(inner()), true);
  });
});

test('throws what the generator throws, into the caller', async () => {
  await virtuallyGenerated(function* () {
    const inner = function* (): Coroutine<never> {
      yield* sleep(1);
      throw new RangeError('inner');
    };
    try {
      yield* call(inner());
    } catch (error) {
      assert.is(nameOf(error), 'RangeError');
      return;
    }
    assert.unreachable();
  });
});

test('goes ten thousand calls deep', async () => {
  await virtuallyGenerated(function* () {
    const descend = function* (depth: number): Coroutine<number> {
      if (depth === 0) {
        yield* checkpoint();
        return 0;
      }
      return (yield* call(descend(depth - 1))) + 1;
    };
    assert.is(yield* call(descend(10_000)), 10_000);
  });
});

test('cancelled, the frames are unwound from the inside out, each finally may wait, and nothing after runs', async () => {
  await virtuallyGenerated(function* () {
    const log: string[] = [];
    const frame = function* (name: string, inner: () => Coroutine<void>): Coroutine<void> {
      try {
        yield* call(inner());
        log.push(`${name} ran on`);
      } finally {
        yield* sleep(5);
        log.push(name);
      }
    };
    const task = createTask(() =>
      frame('outer', () =>
        frame('middle', () =>
          frame('inner', function* () {
            yield* sleep(1000);
          }),
        ),
      ),
    );
    yield* sleep(1);
    task.cancel();
    yield* sleep(100);
    assert.equal(log, ['inner', 'middle', 'outer']);
    assert.ok(task.cancelled);
  });
});

test('cleanup may call further generators, and wait in them', async () => {
  await virtuallyGenerated(function* () {
    const log: string[] = [];
    const cleanup = function* (): Coroutine<void> {
      yield* sleep(1);
      log.push('cleaned up');
    };
    const task = createTask(function* () {
      try {
        yield* sleep(1000);
      } finally {
        yield* call(cleanup());
        log.push('after cleanup');
      }
    });
    yield* sleep(1);
    task.cancel();
    yield* sleep(10);
    assert.equal(log, ['cleaned up', 'after cleanup']);
    assert.ok(task.cancelled);
  });
});

test('a second request during cleanup ends the cleanup, and the task is still cancelled', async () => {
  await virtuallyGenerated(function* () {
    const log: string[] = [];
    const task = createTask(function* () {
      try {
        yield* sleep(1000);
      } finally {
        try {
          yield* sleep(1000);
        } finally {
          log.push('cut short');
        }
      }
    });
    yield* sleep(1);
    task.cancel();
    yield* sleep(1);
    task.cancel();
    yield* sleep(1);
    assert.equal(log, ['cut short']);
    assert.ok(task.cancelled);
    assert.is(task.cancelling(), 2);
  });
});

test('a plainly nested generator without a wait in its finally is unwound like a frame', async () => {
  await virtuallyGenerated(function* () {
    const log: string[] = [];
    const inner = function* (): Coroutine<void> {
      try {
        yield* sleep(1000);
      } finally {
        log.push('inner');
      }
    };
    const task = createTask(function* () {
      try {
        yield* inner();
        log.push('ran on');
      } finally {
        log.push('outer');
      }
    });
    yield* sleep(1);
    task.cancel();
    yield* sleep(1);
    assert.equal(log, ['inner', 'outer']);
    assert.ok(task.cancelled);
  });
});

/** A task whose plainly nested generator waits in its cleanup, as written by `cleanup`; what it says and what is reported. */
function* cancelledInCleanup(
  cleanup: (log: string[]) => Coroutine<void>,
  cancel: (body: () => Coroutine<void>) => Coroutine<string>,
): Coroutine<unknown> {
  const log: string[] = [];
  const reports: string[] = [];
  const loop = currentLoop();
  const before = loop.onUnhandled;
  loop.onUnhandled = ({ error, name }) => reports.push(`${name}: ${code(error)}`);
  const inner = function* (): Coroutine<void> {
    try {
      yield* sleep(1000);
    } finally {
      yield* cleanup(log);
    }
  };
  const outcome = yield* cancel(function* () {
    yield* inner();
    log.push('OUTER RUNS ON');
    yield* sleep(1);
    log.push('and further');
  });
  yield* sleep(100);
  loop.onUnhandled = before;
  return [outcome, log, reports];
}

const cleanups: Record<string, (log: string[]) => Coroutine<void>> = {
  waits: function* (log) {
    yield* sleep(1);
    log.push('inner waited');
  },
  'ignores errors of what it waits for': function* (log) {
    try {
      yield* sleep(1);
      log.push('inner waited');
    } catch {
      log.push('swallowed');
    }
  },
  'waits again in a finally of its own': function* (log) {
    try {
      yield* sleep(1);
    } finally {
      yield* sleep(1);
      log.push('inner waited');
    }
  },
  'answers every return with another wait': function* () {
    for (;;) {
      try {
        yield* sleep(1);
      } finally {
      }
    }
  },
};

for (const [what, cleanup] of Object.entries(cleanups)) {
  test(`a cancelled task does not run on behind a plainly nested generator whose cleanup ${what}`, async () => {
    const found = await virtuallyGenerated(() =>
      cancelledInCleanup(cleanup, function* (body) {
        const task = createTask(body, { name: 'cancelled' });
        yield* sleep(1);
        task.cancel();
        return yield* task.catch((error) => nameOf(error)) as unknown as Op<string>;
      }),
    );
    assert.equal(found, ['CancelledError', [], ['cancelled: ERR_OXBOW_UNWIND_WAIT']]);
  });

  test(`a deadline does not let the body run on behind one whose cleanup ${what}`, async () => {
    const found = await virtuallyGenerated(() =>
      cancelledInCleanup(cleanup, function* (body) {
        const scope = timeout(1, body);
        try {
          yield* scope;
          return 'returned';
        } catch (error) {
          return nameOf(error);
        }
      }),
    );
    const [outcome, log, reports] = found as [string, string[], string[]];
    assert.is(outcome, 'TimeoutError');
    assert.equal(log, []);
    assert.ok(reports.length <= 1);
  });

  test(`nor does a body that returns its generator, whose cleanup ${what}`, async () => {
    const found = await virtuallyGenerated(() =>
      cancelledInCleanup(cleanup, function* (body) {
        const task = createTask(async () => await timeout(1, () => body()));
        return yield* task.catch((error) => nameOf(error)) as unknown as Op<string>;
      }),
    );
    const [outcome, log] = found as [string, string[]];
    assert.is(outcome, 'TimeoutError');
    assert.equal(log, []);
  });
}

test('the wait that failed so is taken back: nothing goes on behind the error', async () => {
  await virtuallyGenerated(function* () {
    currentLoop().onUnhandled = () => {};
    const future = createTask(() => sleep(50));
    const inner = function* (): Coroutine<void> {
      try {
        yield* sleep(1000);
      } finally {
        yield* future;
      }
    };
    const task = createTask(function* () {
      yield* inner();
    });
    yield* sleep(1);
    task.cancel();
    try {
      yield* task;
    } catch {}
    yield* future;
    assert.ok(task.done);
  });
});

test('so is what was begun for that wait alone', async () => {
  await virtuallyGenerated(function* () {
    currentLoop().onUnhandled = () => {};
    let undone = 0;
    const inner = function* (): Coroutine<void> {
      try {
        yield* sleep(1000);
      } finally {
        yield* createOp<void>(() => () => undone++);
      }
    };
    const task = createTask(function* () {
      yield* inner();
    });
    yield* sleep(1);
    task.cancel();
    try {
      yield* task;
    } catch {}
    assert.is(undone, 1);
  });
});

test('awaited from an async function it is a task of its own, cancelled with who awaits', async () => {
  await virtually(async () => {
    const log: string[] = [];
    const generator = function* (): Coroutine<string> {
      try {
        yield* sleep(10);
        return 'done';
      } finally {
        log.push('left');
      }
    };
    assert.is(await call(generator()), 'done');
    const task = createTask(async () => call(generator()));
    await sleep(1);
    task.cancel();
    await sleep(1);
    assert.ok(task.cancelled);
    assert.equal(log, ['left', 'left']);
  });
});

test('a scope inside frames ends at its own frame', async () => {
  await virtuallyGenerated(function* () {
    const log: string[] = [];
    const deep = function* (): Coroutine<void> {
      try {
        yield* sleep(1000);
      } finally {
        log.push('deep');
      }
    };
    const task = createTask(function* () {
      try {
        yield* timeout(5, function* () {
          yield* call(deep());
        });
      } catch (error) {
        log.push(nameOf(error));
      }
      yield* sleep(1);
      log.push('went on');
    });
    yield* task;
    assert.equal(log, ['deep', 'TimeoutError', 'went on']);
  });
});

test('a generator that goes on inside finally after it was unwound still ends as cancelled', async () => {
  await virtuallyGenerated(function* () {
    let rounds = 0;
    const task = createTask(function* () {
      while (rounds < 3) {
        try {
          yield* sleep(10);
        } finally {
          rounds++;
          // biome-ignore lint/correctness/noUnsafeFinally: what it does is the subject
          if (rounds < 3) continue;
          // biome-ignore lint/correctness/noUnsafeFinally: as above
          break;
        }
      }
    });
    yield* sleep(1);
    task.cancel();
    yield* sleep(100);
    assert.is(rounds, 3);
    assert.ok(task.cancelled);
  });
});

test('refuses what is not a generator, and says how to call it', () => {
  const generator = function* (): Coroutine<void> {
    yield* sleep(1);
  };
  assert.throws(() => call(generator as never), /call\(\) takes a generator: write call\(gen\(\)\)/);
});

test.run();
