import { assert, suite, until } from '@oxbow/testkit';
import { PoolWorker, type PoolWorkerOwner } from '../../src/pool/pool-worker.ts';
import type { LinkOwner, WorkerLink } from '../../src/worker/worker-link.ts';

const test = suite('a worker of a pool');

/** A worker whose link only remembers whether it keeps the process alive. */
function made(): { readonly worker: PoolWorker; readonly alive: boolean[] } {
  const alive: boolean[] = [];
  const link = { maxInFlight: 4, keepAlive: (yes: boolean) => void alive.push(yes) };
  const worker = new PoolWorker({} as PoolWorkerOwner, (_owner: LinkOwner) => link as unknown as WorkerLink);
  return { worker, alive };
}

test('lets the process end once nothing is asked of it, unless its end is waited for', async () => {
  const [closing, idle] = [made(), made()];
  for (const { worker } of [closing, idle]) {
    worker.hold(1);
    worker.hold(-1);
  }
  closing.worker.holdToItsEnd();
  // Both look again after the same time, the closing one first.
  await until('the idle one to let go', () => idle.alive.length === 2);
  assert.equal(
    [idle.alive, closing.alive],
    [
      [true, false],
      [true, true],
    ],
  );
});

test.run();
