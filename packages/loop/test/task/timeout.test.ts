import { assert, suite } from '@oxbow/testkit';
import {
  CancelledError,
  CancelScope,
  createTask,
  currentLoop,
  Future,
  run,
  sleep,
  TimeoutError,
  timeout,
  VirtualClock,
  waitFor,
} from '../../src/index.ts';
import { eachForm, inBothForms, nameOf, virtually } from '../forms.ts';

const test = suite('timeout');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

inEachForm(
  'cancels its body at the deadline, lets it clean up, and fails with TimeoutError',
  ['cleaned up', 'TimeoutError', 10],
  function* () {
    const log: unknown[] = [];
    try {
      yield* timeout(10, function* () {
        try {
          yield* sleep(1000);
        } finally {
          log.push('cleaned up');
        }
      });
    } catch (error) {
      log.push(nameOf(error));
    }
    return [...log, currentLoop().time()];
  },
);

inBothForms(
  test,
  'a result in time is the result',
  'in time',
  async () =>
    timeout(10, async () => {
      await sleep(9);
      return 'in time';
    }),
  function* () {
    return yield* timeout(10, function* () {
      yield* sleep(9);
      return 'in time';
    });
  },
);

inBothForms(
  test,
  'a result set in the tick of the deadline wins',
  ['result', 'result'],
  async () => {
    const results: unknown[] = [];
    for (const first of [true, false]) {
      const future = new Future<string>();
      if (first) currentLoop().callLater(10, () => future.setResult('result'));
      const timed = createTask(async () => timeout(10, async () => future));
      await sleep(0);
      if (!first) currentLoop().callLater(9.5, () => future.setResult('result'));
      results.push(await timed);
    }
    return results;
  },
  function* () {
    const results: unknown[] = [];
    for (const first of [true, false]) {
      const future = new Future<string>();
      if (first) currentLoop().callLater(10, () => future.setResult('result'));
      const timed = createTask(function* () {
        return yield* timeout(10, function* () {
          return yield* future;
        });
      });
      yield* sleep(0);
      if (!first) currentLoop().callLater(9.5, () => future.setResult('result'));
      results.push(yield* timed);
    }
    return results;
  },
);

inBothForms(
  test,
  'timeout(0) fails the first wait, and leaves a body that does not wait alone',
  ['TimeoutError', 'no wait'],
  async () => {
    const first = await timeout(0, async () => sleep(1)).then(() => '', nameOf);
    return [first, await timeout(0, async () => 'no wait')];
  },
  function* () {
    let first = '';
    try {
      yield* timeout(0, function* () {
        yield* sleep(1);
      });
    } catch (error) {
      first = nameOf(error);
    }
    return [
      first,
      // biome-ignore lint/correctness/useYield: that it does not wait is the subject
      yield* timeout(0, function* () {
        return 'no wait';
      }),
    ];
  },
);

inBothForms(
  test,
  'nested: the outer deadline is not absorbed by the inner one, though both pass in the same tick',
  'outer 10',
  async () => {
    try {
      await timeout(10, async () => {
        try {
          await timeout(10.0, async () => sleep(1000));
        } catch (error) {
          if (!(error instanceof TimeoutError)) throw error;
          return 'inner absorbed it';
        }
        return 'no timeout';
      });
    } catch (error) {
      return `outer ${(error as TimeoutError).timeoutMs}`;
    }
    return 'returned';
  },
  function* () {
    try {
      yield* timeout(10, function* () {
        try {
          yield* timeout(10.0, function* () {
            yield* sleep(1000);
          });
        } catch {
          return 'inner absorbed it';
        }
        return 'no timeout';
      });
    } catch (error) {
      return `outer ${(error as TimeoutError).timeoutMs}`;
    }
    return 'returned';
  },
);

inBothForms(
  test,
  'nested: the inner deadline is an error of the inner one alone',
  ['inner 5', 'went on'],
  async () =>
    timeout(100, async () => {
      const log: string[] = [];
      try {
        await timeout(5, async () => sleep(1000));
      } catch (error) {
        log.push(`inner ${(error as TimeoutError).timeoutMs}`);
      }
      await sleep(1);
      return [...log, 'went on'];
    }),
  function* () {
    return yield* timeout(100, function* () {
      const log: string[] = [];
      try {
        yield* timeout(5, function* () {
          yield* sleep(1000);
        });
      } catch (error) {
        log.push(`inner ${(error as TimeoutError).timeoutMs}`);
      }
      yield* sleep(1);
      return [...log, 'went on'];
    });
  },
);

inBothForms(
  test,
  'cancelled from outside it stays cancellation, also in the tick of its deadline',
  [true, true],
  async () => {
    const outcomes: boolean[] = [];
    for (const cancelAtMs of [5, 10]) {
      const task = createTask(async () => timeout(10, async () => sleep(1000)));
      const startMs = currentLoop().time();
      await sleep(0);
      currentLoop().callAt(startMs + cancelAtMs, () => task.cancel());
      await sleep(20);
      outcomes.push(task.cancelled);
    }
    return outcomes;
  },
  function* () {
    const outcomes: boolean[] = [];
    for (const cancelAtMs of [5, 10]) {
      const task = createTask(function* () {
        yield* timeout(10, function* () {
          yield* sleep(1000);
        });
      });
      const startMs = currentLoop().time();
      yield* sleep(0);
      currentLoop().callAt(startMs + cancelAtMs, () => task.cancel());
      yield* sleep(20);
      outcomes.push(task.cancelled);
    }
    return outcomes;
  },
);

test('a body that swallows the deadline and returns keeps its result', async () => {
  await virtually(async () => {
    const result = await timeout(5, async () => {
      try {
        await sleep(1000);
      } catch {}
      return 'kept';
    });
    assert.is(result, 'kept');
  });
});

test('the error says the limit and carries the request as its cause', async () => {
  const error = (await run(async () => timeout(25, async () => sleep(1000)), {
    clock: new VirtualClock(),
  }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )) as TimeoutError;
  assert.instance(error, TimeoutError);
  assert.is(error.message, 'Timed out after 25 ms');
  assert.is(error.code, 'ERR_OXBOW_LOOP_TIMEOUT');
  assert.is(nameOf(error.cause), 'CancelledError');
});

test('a foreign AbortError that its signal caused is its TimeoutError', async () => {
  await virtually(async () => {
    const { currentSignal } = await import('../../src/index.ts');
    const error = await timeout(5, async () => {
      const signal = currentSignal();
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
      });
    }).then(() => undefined, nameOf);
    assert.is(error, 'TimeoutError');
  });
});

test('Infinity never passes; what is not a time is refused', async () => {
  await virtually(async () => {
    assert.is(await timeout(Number.POSITIVE_INFINITY, async () => 1), 1);
    assert.throws(
      () => timeout(Number.NaN, async () => 1),
      /timeout\(\) takes a number of milliseconds, got NaN/,
    );
    assert.throws(() => timeout('5' as never, async () => 1), /got '5'/);
  });
});

test('leaves no timer behind', async () => {
  const runningTimers = (): number =>
    process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = runningTimers();
  await run(async () => timeout(60_000, async () => 1));
  assert.is(runningTimers(), before);
});

inBothForms(
  test,
  'a deadline that has passed fails the first wait, as 0 does',
  'TimeoutError',
  async () =>
    timeout(-11, async () => {
      await sleep(0);
      return '';
    }).then(String, nameOf),
  function* () {
    try {
      yield* timeout(-11, function* () {
        yield* sleep(0);
      });
    } catch (error) {
      return nameOf(error);
    }
    return '';
  },
);

const failingCleanups: Record<string, () => PromiseLike<unknown>> = {
  'timeout of an async function': () =>
    timeout(5, async () => {
      try {
        await sleep(1000);
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: cleanup that fails
        throw new RangeError('in cleanup');
      }
    }),
  'timeout of a generator': () =>
    timeout(5, function* () {
      try {
        yield* sleep(1000);
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: cleanup that fails
        throw new RangeError('in cleanup');
      }
    }),
  waitFor: () =>
    waitFor(
      createTask(async () => {
        try {
          await sleep(1000);
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: cleanup that fails
          throw new RangeError('in cleanup');
        }
      }),
      5,
    ),
};

for (const [what, start] of Object.entries(failingCleanups)) {
  test(`cleanup that fails after the deadline of ${what} names the deadline as its cause`, async () => {
    await virtually(async () => {
      const error = await start().then(
        () => undefined,
        (thrown: Error) => thrown,
      );
      assert.is(String(error), 'RangeError: in cleanup');
      assert.instance(error?.cause, TimeoutError);
    });
  });
}

/** Waits until it is ended, and goes on as if nothing had been. */
async function swallow(): Promise<void> {
  try {
    await sleep(1000);
  } catch {}
}

test('a failure keeps a cause of its own, and one before the deadline gets none', async () => {
  await virtually(async () => {
    const cause = new Error('its own');
    const late = await timeout(5, async () => {
      await swallow();
      throw new RangeError('in cleanup', { cause });
    }).catch((error: Error) => error);
    assert.is((late as Error).cause, cause);
    const early = await timeout(5, async () => {
      throw new RangeError('before');
    }).catch((error: Error) => error);
    assert.is((early as Error).cause, undefined);
    const frozen = await timeout(5, async () => {
      await swallow();
      throw Object.freeze(new RangeError('frozen'));
    }).catch((error: Error) => error);
    assert.is(String(frozen), 'RangeError: frozen');
    const scope = new CancelScope({ timeoutMs: 5 });
    const cleaned = await scope
      .run(async () => {
        await swallow();
        throw new RangeError('in cleanup');
      })
      .catch((error: Error) => error);
    assert.instance((cleaned as Error).cause, CancelledError);
  });
});

test.run();
