// What threads must do on every runtime: run by `npm test -- --runtimes` under Bun and Deno, and under Node by hand.

import assert from 'node:assert/strict';
import { run, timeout } from '@oxbow/loop';
import { ProcessPool, ThreadPool, toThread, transfer } from '../../src/index.ts';

type Work = typeof import('../fixtures/work.ts');
const work = new URL('../fixtures/work.ts', import.meta.url);

await run(async () => {
  assert.equal(await toThread<Work>(work, 'add', 2, 3), 5);
  console.log('toThread: as on Node');

  const pool = new ThreadPool({ size: 2 });
  try {
    assert.deepEqual(await Promise.all([1, 2, 3].map((n) => pool.run<Work>(work, 'add', n, n))), [2, 4, 6]);
    const bytes = new Uint8Array([1, 2, 3]);
    assert.match(String(await pool.run<Work>(work, 'hash', transfer(bytes))), /./);
    assert.equal(bytes.byteLength, 0);
    const spinning = timeout(50, () => pool.run<Work>(work, 'spinsForEver'));
    assert.equal(await spinning.then(String, String), 'TimeoutError: Timed out after 50 ms');
  } finally {
    await pool.close();
  }
  console.log('ThreadPool: as on Node');

  const processes = new ProcessPool({ size: 1 });
  try {
    assert.equal(await processes.run<Work>(work, 'addLater', 4, 5), 9);
  } finally {
    await processes.close();
  }
  console.log('ProcessPool: as on Node');
});
