import { assert, suite } from '@oxbow/testkit';
import { createTask, Future, run, sleep, UsageError, until } from '../../src/index.ts';
import { isPending, listOf, toOp, toOps } from '../../src/task/awaitable.ts';
import type { Coroutine } from '../../src/task/suspension.ts';

const test = suite('what can be waited for');

function* twice(n: number): Coroutine<number> {
  yield* sleep(0);
  return 2 * n;
}

const refusal = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    assert.instance(error, UsageError);
    assert.is((error as UsageError).code, 'ERR_OXBOW_LOOP_NOT_AWAITABLE');
    return (error as Error).message;
  }
  throw new Error('it was not refused');
};

test('Ops are themselves; generators, promises and other thenables become Ops', async () => {
  await run(async () => {
    const op = sleep(0);
    assert.is(toOp(op, 'f()'), op);
    assert.is(until(op), op);
    assert.is(await toOp(twice(2), 'f()'), 4);
    assert.is(await toOp(Promise.resolve(5), 'f()'), 5);
    const thenable = { then: (resolve: (value: number) => void) => resolve(6) } as PromiseLike<number>;
    assert.is(await until(thenable), 6);
  });
});

test('a generator that is given twice runs once', async () => {
  await run(async () => {
    const generator = twice(3);
    const [first, second, other] = toOps([generator, generator, twice(4)], 'f()');
    assert.is(first, second);
    assert.is.not(first, other);
    assert.equal([await first, await other], [6, 8]);
  });
});

test('several come as any iterable; what is none is refused with the call', () => {
  assert.equal(listOf(new Set([1, 2]), 'f()'), [1, 2]);
  assert.match(
    refusal(() => listOf(undefined as never, 'gather()')),
    /^gather\(\) takes several/,
  );
  assert.match(
    refusal(() => listOf(5 as never, 'gather()')),
    /got 5/,
  );
});

test('what cannot be waited for is refused; a function gets a hint', () => {
  assert.match(
    refusal(() => toOp(5 as never, 'wait()')),
    /^wait\(\) takes .* got 5$/,
  );
  assert.match(
    refusal(() => toOp((() => {}) as never, 'wait()')),
    /call it first$/,
  );
  assert.match(
    refusal(() => until(undefined as never)),
    /^until\(\) takes .* got undefined$/,
  );
});

test('an Op is pending until it has settled, started or not', async () => {
  await run(async () => {
    const future = new Future<number>();
    const task = createTask(async () => 1);
    assert.equal([isPending(sleep(1)), isPending(future), isPending(task)], [true, true, true]);
    future.setResult(1);
    await task;
    assert.equal([isPending(future), isPending(task)], [false, false]);
  });
});

test.run();
