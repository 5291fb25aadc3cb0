// Calls into one worker, of a pool and of an object: small ones after each other and all at once, and a mebibyte copied
// and moved.
import { run } from '@oxbow/loop';
import { openInThread, ProcessPool, ThreadPool, transfer } from '@oxbow/threads';
import { measure } from './measure.ts';

const CALLS = 2_000;
const LARGE_CALLS = 100;
const MEBIBYTE = 1 << 20;

const work = () => import('./thread-work/add.ts');

const pools = { thread: new ThreadPool({ size: 1 }), process: new ProcessPool({ size: 1 }) };

const small = (pool: ThreadPool | ProcessPool, calls: number, atOnce: boolean) => () =>
  run(async () => {
    const pending: PromiseLike<number>[] = [];
    for (let call = 0; call < calls; call++) {
      const sum = pool.run(work, 'add', call, 1);
      if (atOnce) pending.push(sum);
      else await sum;
    }
    for (const sum of pending) await sum;
  });

await measure('small calls, each', [
  { name: 'thread, one by one', operations: CALLS, run: small(pools.thread, CALLS, false) },
  { name: 'thread, all at once', operations: CALLS, run: small(pools.thread, CALLS, true) },
  { name: 'process, one by one', operations: CALLS, run: small(pools.process, CALLS, false) },
  { name: 'process, all at once', operations: CALLS, run: small(pools.process, CALLS, true) },
]);

const sum = await openInThread(work, 'Sum');

const ofObject = (atOnce: boolean) => () =>
  run(async () => {
    const pending: PromiseLike<number>[] = [];
    for (let call = 0; call < CALLS; call++) {
      const total = sum.add(1);
      if (atOnce) pending.push(total);
      else await total;
    }
    for (const total of pending) await total;
  });

await measure('small calls of an object, each', [
  { name: 'object, one by one', operations: CALLS, run: ofObject(false) },
  { name: 'object, all at once', operations: CALLS, run: ofObject(true) },
]);

await sum.close();

const copied = new Uint8Array(MEBIBYTE);
let moved = new Uint8Array(MEBIBYTE);

await measure('calls with 1 MiB, each', [
  {
    name: 'copied there',
    operations: LARGE_CALLS,
    run: () =>
      run(async () => {
        for (let call = 0; call < LARGE_CALLS; call++) await pools.thread.run(work, 'length', copied);
      }),
  },
  {
    name: 'moved there and back',
    operations: LARGE_CALLS,
    run: () =>
      run(async () => {
        for (let call = 0; call < LARGE_CALLS; call++) {
          moved = (await pools.thread.run(work, 'bounce', transfer(moved))) as Uint8Array<ArrayBuffer>;
        }
      }),
  },
]);

await pools.thread.close();
await pools.process.close();
