import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '@oxbow/loop';
import { ThreadPool } from '@oxbow/threads';
import { countPrimes } from '../src/spread.ts';

test('the parts together count what is there, however many there are', async () => {
  await run(async () => {
    const pool = new ThreadPool({ size: 2 });
    assert.equal(await countPrimes(pool, 100, 1), 25);
    assert.equal(await countPrimes(pool, 100, 7), 25);
    await pool.close();
  });
});
