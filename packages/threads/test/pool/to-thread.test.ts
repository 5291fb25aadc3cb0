import { CancelledError, createTask, currentLoop, gather, run, waitFor } from '@oxbow/loop';
import { assert, suite, until } from '@oxbow/testkit';
import { type RemoteCall, toThread } from '../../src/index.ts';

const test = suite('toThread');

const work = () => import('../fixtures/work.ts');

test('calls a function of a module in a thread', async () => {
  await run(async () => {
    assert.is(await toThread(() => import('../fixtures/work.ts'), 'add', 1, 2), 3);
    assert.is(await toThread(() => import('../fixtures/no-main-thread.ts'), 'loaded'), true);
    assert.is((globalThis as { workLoaded?: boolean }).workLoaded, undefined);
  });
});

test('the form by URL calls the same function', async () => {
  await run(async () => {
    const url = new URL('../fixtures/work.ts', import.meta.url);
    const sum = await toThread<typeof import('../fixtures/work.ts'), 'add'>(url, 'add', 1, 2);
    assert.is(sum, 3);
    assert.is(await toThread<typeof import('../fixtures/work.ts')>(url, 'addLater', 1, 2), 3);
  });
});

test('types are those of the module', () => {
  // Never called: the compiler is the test.
  const typed = (): void => {
    const sum: RemoteCall<number> = toThread(work, 'add', 1, 2);
    const awaited: RemoteCall<number> = toThread(work, 'addLater', 1, 2);
    const generated: RemoteCall<number> = toThread(work, 'addByGenerator', 1, 2);
    const digest: RemoteCall<string> = toThread(work, 'hash', new Uint8Array());
    // @ts-expect-error there is no such function
    void toThread(work, 'subtract', 1, 2);
    // @ts-expect-error the second argument is missing
    void toThread(work, 'add', 1);
    // @ts-expect-error it takes numbers
    void toThread(work, 'add', 1, '2');
    // @ts-expect-error a class is no function to call
    void toThread(work, 'Point');
    // @ts-expect-error the first argument is a number
    void toThread<typeof import('../fixtures/work.ts')>(new URL('x:'), 'add', '1', 2);
    void [sum, awaited, generated, digest];
  };
  assert.type(typed, 'function');
});

test('a mistake in naming the module is a failed call, with what to write instead', async () => {
  await run(async () => {
    const computed = '../fixtures/work.ts';
    const failure = await toThread(() => import(computed), 'add').then(String, String);
    assert.match(failure, /UsageError: .*new URL\('\.\/work\.js', import\.meta\.url\)/);
  });
});

test('the threads end with run(): the next run has its own', async () => {
  const ids = [];
  for (let round = 0; round < 2; round++) {
    ids.push(await run(async () => toThread(work, 'threadId')));
  }
  assert.is.not(ids[0], ids[1]);
});

test('run() cancels the calls that are left, and waits for them', async () => {
  const flags = new Int32Array(new SharedArrayBuffer(8));
  let call: RemoteCall<void> | undefined;
  await run(async () => {
    call = toThread(work, 'waitsUntilCancelled', flags);
    await until('the call to begin', () => flags[0] === 1);
  });
  assert.ok(call!.cancelled);
  assert.is(flags[1], 1);
});

test('outside of run() it works on the implicit loop', async () => {
  assert.is(await toThread(work, 'add', 1, 2), 3);
});

test('a call started by a task belongs to its loop, and callbacks run there', async () => {
  await run(async () => {
    const loop = currentLoop();
    const seen = await new Promise((resolve) => {
      toThread(work, 'add', 1, 2).addDoneCallback(() => resolve(currentLoop()));
    });
    assert.is(seen, loop);
  });
});

test('waitFor ends a call that takes too long, and gather cancels the others of one that fails', async () => {
  await run(async () => {
    await toThread(work, 'add', 0, 0);
    const late = await waitFor(toThread(work, 'waitsUntilCancelled'), 20).then(
      String,
      (error) => (error as Error).name,
    );
    assert.is(late, 'TimeoutError');
    const flags = new Int32Array(new SharedArrayBuffer(8));
    const task = createTask(async () =>
      gather(toThread(work, 'add', 1, 2), toThread(work, 'waitsUntilCancelled', flags)),
    );
    await until('the call to begin', () => flags[0] === 1);
    task.cancel();
    assert.instance(
      await task.then(
        () => undefined,
        (error) => error,
      ),
      CancelledError,
    );
  });
});

test.run();
