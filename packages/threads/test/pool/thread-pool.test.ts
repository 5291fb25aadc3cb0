// What threads can do beyond the contract of pools: share memory, move buffers, and see a cancellation without waiting.

import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { CancelledError } from '@oxbow/loop';
import { assert, suite, until } from '@oxbow/testkit';
import { moduleAt, ThreadPool, transfer } from '../../src/index.ts';

const test = suite('ThreadPool');

const work = () => import('../fixtures/work.ts');

let pool: ThreadPool;
test.before(() => {
  pool = new ThreadPool({ size: 1, graceMs: 60_000 });
});
test.after(() => pool.close());

/** Two flags for a function to set: it has started, it has ended. */
function newFlags(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(8));
}

async function started(flags: Int32Array): Promise<void> {
  await until('the function to begin in its thread', () => Atomics.load(flags, 0) === 1);
}

test('shared memory is shared', async () => {
  const shared = newFlags();
  await pool.run(work, 'increment', shared);
  await pool.run(work, 'increment', shared);
  assert.is(shared[0], 2);
});

test('transfer moves an argument: it is detached here', async () => {
  const bytes = new Uint8Array(1 << 20).fill(7);
  const back = (await pool.run(work, 'identity', transfer(bytes))) as Uint8Array;
  assert.is(bytes.length, 0);
  assert.is(back.length, 1 << 20);
  assert.is(back[1000], 7);
});

test('transfer moves a result', async () => {
  const bytes = await pool.run(work, 'makeBytes', 1000);
  assert.is(bytes.length, 1000);
  assert.is(bytes[999], 7);
});

test('a port is moved and connects both sides', async () => {
  const { port1, port2 } = new MessageChannel();
  await pool.run(work, 'answersOn', transfer(port2));
  port1.postMessage(20);
  assert.equal(await once(port1, 'message'), [21]);
  port1.close();
});

test('what was moved to one call cannot be moved to another', async () => {
  const bytes = new Uint8Array(8);
  const first = pool.run(work, 'identity', transfer(bytes));
  const second = pool.run(work, 'identity', transfer(bytes));
  assert.is(((await first) as Uint8Array).length, 8);
  assert.match(await second.then(String, String), /UncloneableError/);
});

test('a call that is cancelled before it is sent leaves what it was to move', async () => {
  const flags = newFlags();
  const running = pool.run(work, 'waitsForGo', flags);
  const bytes = new Uint8Array(8);
  const waiting = pool.run(work, 'identity', transfer(bytes));
  await started(flags);
  waiting.cancel();
  assert.ok(waiting.cancelled);
  assert.is(bytes.length, 8);
  Atomics.store(flags, 1, 1);
  Atomics.notify(flags, 1);
  assert.is(await running, 'went on');
});

test('a function that never waits sees that it is cancelled, and why', async () => {
  const flags = newFlags();
  const call = pool.run(work, 'spinsUntilAborted', flags);
  await started(flags);
  call.cancel('enough');
  const failure = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.instance(failure, CancelledError);
  assert.is((failure as CancelledError).reason, 'enough');
  assert.is(flags[1], 1);
});

test('a call cancelled while its module loads does not run', async () => {
  const flags = newFlags();
  const channel = new BroadcastChannel('oxbow-slow-module');
  const loading = once(channel, 'message');
  const call = pool.run(() => import('../fixtures/slow-module.ts'), 'run', flags);
  await loading;
  call.cancel();
  channel.postMessage('go on');
  await call.then(
    () => {},
    () => {},
  );
  channel.close();
  assert.ok(call.cancelled);
  assert.is(flags[1], 0);
});

test('work that a function leaves behind goes on between calls', async () => {
  const flags = newFlags();
  await pool.run(work, 'marksLater', flags);
  for (let calls = 0; Atomics.load(flags, 0) === 0; calls++) await pool.run(work, 'add', calls, 1);
  assert.is(flags[0], 1);
});

test('an idle worker takes over what waits behind a long call', async () => {
  const both = new ThreadPool({ size: 2, graceMs: 0 });
  const flags = [newFlags(), newFlags()];
  const [first, second] = flags.map((each) => both.run(work, 'waitsForGo', each));
  const behind = Array.from({ length: 6 }, (_, index) => both.run(work, 'add', index, 1));
  await Promise.all(flags.map(started));
  // Only the second goes on: everything that waits behind the first must come to it.
  Atomics.store(flags[1]!, 1, 1);
  Atomics.notify(flags[1]!, 1);
  assert.is(await second, 'went on');
  assert.equal(await Promise.all(behind), [1, 2, 3, 4, 5, 6]);
  assert.not(first!.done);
  first!.cancel();
  await both.terminate();
});

test('a module by its reference infers each result', async () => {
  const reference = moduleAt<typeof import('../fixtures/work.ts')>(
    new URL('../fixtures/work.ts', import.meta.url),
  );
  const sum: number = await pool.run(reference, 'add', 1, 2);
  assert.is(sum, 3);
});

test('a thread that runs out of memory fails its call', async () => {
  const small = new ThreadPool({ size: 1, resourceLimits: { maxOldGenerationSizeMb: 16 } });
  const failure = await small.run(work, 'fillsMemory').then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.is((failure as { code?: string }).code, 'ERR_OXBOW_THREADS_WORKER_EXITED');
  assert.is((failure as { cause?: { code?: string } }).cause?.code, 'ERR_WORKER_OUT_OF_MEMORY');
  await small.close();
});

test.run();
