// What every pool promises, whatever its workers are.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancelledError, createTask, gather, run, TimeoutError, timeout, UsageError } from '@oxbow/loop';
import { assert, type Suite, until } from '@oxbow/testkit';
import {
  BacklogFullError,
  PoolClosedError,
  type PoolOptions,
  UncloneableError,
  WorkerExitError,
} from '../../src/index.ts';
import type { WorkerPool } from '../../src/pool/worker-pool.ts';

const work = () => import('../fixtures/work.ts');

async function failureOf(call: PromiseLike<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await call;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('it did not fail');
}

/** Adds to `test` what every kind of pool promises. */
export function promisesOfPools(
  test: Suite<Record<string, unknown>>,
  open: (options?: PoolOptions) => WorkerPool,
): void {
  /** One pool for the tests that leave it as they found it: starting workers is most of the time. */
  let shared: WorkerPool;
  let folder: string;
  test.before(() => {
    // Its functions end when they are cancelled, however slow the machine: none is to lose its worker.
    shared = open({ size: 1, graceMs: 60_000 });
    folder = mkdtempSync(join(tmpdir(), 'oxbow-pool-'));
  });
  test.after(async () => {
    await shared.close();
    rmSync(folder, { recursive: true });
  });

  let marks = 0;
  /** A file for a function to begin, so that both threads and processes can say that they run. */
  const newMark = (): string => join(folder, `mark-${marks++}`);
  const begun = async (mark: string): Promise<void> => {
    await until('the call to begin in its worker', () => existsSync(mark));
  };

  test('runs plain, async and generator functions, and gives what they return', async () => {
    assert.is(await shared.run(work, 'add', 1, 2), 3);
    assert.is(await shared.run(work, 'addLater', 3, 4), 7);
    assert.is(await shared.run(work, 'addByGenerator', 5, 6), 11);
    assert.is(await shared.run(work, 'add', 7, 8), 15);
  });

  test('a function that looks whether it is to stop is not told so while nobody has asked', async () => {
    assert.is(await shared.run(work, 'isToStop'), false);
  });

  test('a call is awaited from a generator as well', async () => {
    const sum = await run(function* () {
      const call = shared.run(work, 'add', 1, 2);
      return (yield* call) + 1;
    });
    assert.is(sum, 4);
  });

  test('a thousand calls at once each get their own result', async () => {
    const calls = Array.from({ length: 1000 }, (_, index) => shared.run(work, 'add', index, index));
    const sums = await gather(calls);
    assert.ok(sums.every((sum, index) => sum === 2 * index));
    assert.is(shared.statistics().pending, 0);
  });

  test('calls one after the other, quick ones and such that wait, each get their own result', async () => {
    for (let call = 0; call < 300; call++) {
      const name = call % 50 === 49 ? 'addLater' : 'add';
      assert.is(await shared.run(work, name, call, 1), call + 1);
    }
  });

  test('a worker that ends amid quick calls one after the other fails the one it had', async () => {
    for (let call = 0; call < 20; call++) await shared.run(work, 'add', call, 1);
    assert.instance(await failureOf(shared.run(work, 'exitsWith', 3)), WorkerExitError);
    assert.is(await shared.run(work, 'add', 1, 2), 3);
  });

  test('arguments and results are copied', async () => {
    const sent = { list: [1, { two: new Map([['three', new Date(3)]]) }], bytes: new Uint8Array([1, 2]) };
    const got = await shared.run(work, 'identity', sent);
    assert.equal(got, sent);
    assert.is.not(got, sent);
    assert.is(sent.bytes.length, 2);
  });

  test('errors keep class, message, the stack of the other side, fields and causes', async () => {
    const failure = await failureOf(shared.run(work, 'throwsTypeError'));
    assert.instance(failure, TypeError);
    assert.is(failure.message, 'wrong type');
    assert.match(String(failure.stack), /throwsTypeError .*fixtures\/work\.ts/);
    assert.is((failure.cause as Error).message, 'inner');
    assert.is((failure.cause as Error).cause, 'innermost');
    const quota = await failureOf(shared.run(work, 'throwsQuotaError'));
    assert.equal([quota.name, quota.code, quota.limitBytes], ['QuotaError', 'ERR_TEST_QUOTA', 10]);
    assert.instance(await failureOf(shared.run(work, 'throwsTimeout')), TimeoutError);
    assert.instance(await failureOf(shared.run(work, 'rejectsLater')), SyntaxError);
    assert.equal(await failureOf(shared.run(work, 'throwsValue')), { plain: true });
  });

  test('what cannot cross is refused with its place, in both directions', async () => {
    const there = await failureOf(shared.run(work, 'identity', { list: [() => 1] } as unknown));
    assert.instance(there, UncloneableError);
    assert.is(there.path, 'argument 1.list[0]');
    const back = await failureOf(shared.run(work, 'returnsFunction'));
    assert.instance(back, UncloneableError);
    assert.is(back.path, 'result.rows[1].callback');
    assert.match((await failureOf(shared.run(work, 'returnsInstance'))).message, /instance of Point/);
  });

  test('an argument only the clone itself refuses fails its own call, not those sent with it', async () => {
    const calls = [
      shared.run(work, 'add', 1, 1),
      shared.run(work, 'identity', new Proxy({}, {}) as unknown),
      shared.run(work, 'add', 2, 2),
    ];
    const [first, second, third] = await gather(calls, { returnExceptions: true });
    assert.instance(second, UncloneableError);
    assert.equal([first, third], [2, 4]);
  });

  test('a function the module does not export is refused by the nearest name', async () => {
    const failure = await failureOf(shared.run(work, 'ad' as 'add', 1, 2));
    assert.instance(failure, UsageError);
    assert.is(failure.code, 'ERR_OXBOW_THREADS_NO_SUCH_FUNCTION');
    assert.match(failure.message, /did you mean "add"/);
  });

  test('a module that cannot be loaded fails its calls with the error of the import', async () => {
    const missing = new URL('../fixtures/missing.ts', import.meta.url);
    const failure = await failureOf(shared.run<{ fn(): void }>(missing, 'fn'));
    assert.is(failure.code, 'ERR_MODULE_NOT_FOUND');
    assert.is(await shared.run(work, 'add', 1, 2), 3);
  });

  test('a worker that ends under a call fails it with how it ended, and is replaced', async () => {
    const pool = open({ size: 1 });
    const failure = await failureOf(pool.run(work, 'exitsWith', 7));
    assert.instance(failure, WorkerExitError);
    assert.equal([failure.code, failure.exitCode], ['ERR_OXBOW_THREADS_WORKER_EXITED', 7]);
    assert.is(await pool.run(work, 'add', 1, 2), 3);
    await pool.close();
  });

  test('an error nobody catches in a worker ends it, and the calls behind run in the next', async () => {
    const pool = open({ size: 1 });
    const [failure, sum] = await gather([pool.run(work, 'failsBehindItsBack'), pool.run(work, 'add', 1, 2)], {
      returnExceptions: true,
    });
    assert.instance(failure, WorkerExitError);
    assert.is(sum, 3);
    await pool.close();
  });

  test('a worker that never starts fails one call, and does not start for ever', async () => {
    const pool = open({ size: 1, execArgv: ['--no-such-flag-of-node'] });
    const failures = await gather([pool.run(work, 'add', 1, 2), pool.run(work, 'add', 1, 2)], {
      returnExceptions: true,
    });
    for (const failure of failures) {
      assert.instance(failure, WorkerExitError);
      assert.is((failure as unknown as WorkerExitError).code, 'ERR_OXBOW_THREADS_WORKER_NOT_STARTED');
    }
    await pool.close();
  });

  test('maxQueue calls may wait; the one beyond is refused', async () => {
    const pool = open({ size: 1, maxQueue: 2 });
    const accepted = [1, 2, 3].map((value) => pool.run(work, 'identity', value));
    const failure = await failureOf(pool.run(work, 'identity', 4));
    assert.instance(failure, BacklogFullError);
    assert.equal([failure.code, failure.maxQueue], ['ERR_OXBOW_THREADS_BACKLOG_FULL', 2]);
    assert.equal(await gather(accepted), [1, 2, 3]);
    assert.is(await pool.run(work, 'identity', 5), 5);
    await pool.close();
  });

  test('a task that is cancelled cancels its call: the function cleans up before the task ends', async () => {
    const mark = newMark();
    await run(async () => {
      const task = createTask(async () => shared.run(work, 'waitsUntilCancelled', mark));
      await begun(mark);
      task.cancel('enough');
      const failure = await failureOf(task);
      assert.instance(failure, CancelledError);
      assert.is(failure.reason, 'enough');
      assert.ok(task.cancelled);
    });
    assert.is(await shared.run(work, 'add', 1, 2), 3);
  });

  test('a deadline reaches the call', async () => {
    const mark = newMark();
    await run(async () => {
      const call = shared.run(work, 'waitsUntilCancelled', mark);
      await begun(mark);
      assert.instance(await failureOf(timeout(1, async () => call)), TimeoutError);
      assert.ok(call.cancelled);
    });
    assert.ok(existsSync(`${mark}-ended`));
    assert.is(shared.statistics().pending, 0);
  });

  test('a call that fails while it is being cancelled fails', async () => {
    const mark = newMark();
    const call = shared.run(work, 'failsInCleanup', mark);
    await begun(mark);
    call.cancel();
    assert.instance(await failureOf(call), RangeError);
  });

  test('a function that will not end loses its worker after graceMs, and the next call gets a new one', async () => {
    const pool = open({ size: 1, graceMs: 20 });
    const mark = newMark();
    const call = pool.run(work, 'spinsForEver', mark);
    const behind = pool.run(work, 'add', 1, 2);
    await begun(mark);
    assert.ok(call.cancel('enough'));
    assert.not(call.done);
    assert.instance(await failureOf(call), CancelledError);
    assert.is(await behind, 3);
    await pool.close();
  });

  test('a call that has not begun never runs once it is cancelled', async () => {
    const pool = open({ size: 1, graceMs: 20 });
    const mark = newMark();
    const running = pool.run(work, 'spinsForEver', mark);
    const waiting = pool.run(work, 'exitsWith', 9);
    await begun(mark);
    waiting.cancel();
    assert.ok(waiting.cancelled);
    running.cancel();
    await failureOf(running);
    assert.is(await pool.run(work, 'add', 1, 2), 3);
    await pool.close();
  });

  test('abandonOnCancel leaves a call at once and lets the function end in its own time', async () => {
    const pool = open({ size: 1, abandonOnCancel: true, graceMs: 0 });
    const pid = await pool.run(work, 'processId');
    const mark = newMark();
    const call = pool.run(work, 'failsInCleanup', mark);
    await begun(mark);
    call.cancel();
    assert.ok(call.cancelled);
    assert.is(await pool.run(work, 'processId'), pid);
    await pool.close();
  });

  test('close waits for the calls there are and takes no others', async () => {
    const pool = open({ size: 1 });
    const call = pool.run(work, 'addLater', 1, 2);
    const closing = pool.close();
    assert.ok(pool.closed);
    const refused = await failureOf(pool.run(work, 'add', 1, 2));
    assert.instance(refused, PoolClosedError);
    assert.is(refused.code, 'ERR_OXBOW_THREADS_POOL_CLOSED');
    await closing;
    assert.ok(call.done);
    assert.is(await call, 3);
    assert.is(pool.close(), closing);
    assert.is(pool.statistics().workers, 0);
  });

  test('terminate ends every call, running or waiting, and every worker', async () => {
    const pool = open({ size: 1, graceMs: 60_000 });
    const mark = newMark();
    const calls = [pool.run(work, 'spinsForEver', mark), pool.run(work, 'add', 1, 2)];
    await begun(mark);
    await pool.terminate('out of time');
    assert.ok(calls.every((call) => call.cancelled));
    assert.is(pool.statistics().workers, 0);
  });

  test('a pool that was never used closes', async () => {
    await open()[Symbol.asyncDispose]();
  });

  test('idle workers end after idleTimeoutMs and come back when they are needed', async () => {
    const pool = open({ size: 1, idleTimeoutMs: 5 });
    assert.is(await pool.run(work, 'add', 1, 2), 3);
    await until('the idle worker to end', () => pool.statistics().workers === 0);
    assert.is(await pool.run(work, 'add', 3, 4), 7);
    await pool.close();
  });

  test('several workers share what waits', async () => {
    const pool = open({ size: 2, graceMs: 0 });
    const stuck = pool.run(work, 'spinsForEver');
    const sums = await gather(Array.from({ length: 50 }, (_, index) => pool.run(work, 'add', index, 1)));
    assert.ok(sums.every((sum, index) => sum === index + 1));
    assert.is(pool.statistics().busy, 1);
    stuck.cancel();
    await failureOf(stuck);
    await pool.close();
  });

  test('options are checked at the door', () => {
    assert.throws(() => open({ szie: 1 } as never), /did you mean "size"/);
    for (const bad of [
      { size: 0 },
      { size: 1.5 },
      { maxQueue: -1 },
      { graceMs: -1 },
      { idleTimeoutMs: Number.NaN },
    ]) {
      assert.throws(
        () => open(bad),
        (error: { code?: string }) => error.code === 'ERR_OXBOW_THREADS_BAD_OPTION',
      );
    }
  });
}
