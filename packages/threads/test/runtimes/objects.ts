// What objects in threads must do on every runtime: run by `npm test -- --runtimes` under Bun and Deno, and under Node by hand.

import assert from 'node:assert/strict';
import { run } from '@oxbow/loop';
import { openInThread } from '../../src/index.ts';

type Objects = typeof import('../fixtures/counter.ts');
const objects = new URL('../fixtures/counter.ts', import.meta.url);

await run(async () => {
  const counter = await openInThread<Objects, 'Counter'>(objects, 'Counter', 1);
  assert.deepEqual(await Promise.all([counter.addSlowly(1), counter.add(1)]), [2, 3]);
  assert.equal(await counter.fail('no').then(String, String), 'OxbowError: no');
  await counter.close();
  assert.match(await counter.add(1).then(String, String), /^ObjectClosedError/);
  console.log('calls in order: as on Node');

  const ticker = await openInThread<Objects, 'Ticker'>(objects, 'Ticker');
  const heard: number[] = [];
  ticker.on('tick', (n) => heard.push(n));
  await ticker.run(3);
  assert.deepEqual(heard, [1, 2, 3]);
  await ticker.close();
  console.log('events: as on Node');

  const dying = await openInThread<Objects, 'Counter'>(objects, 'Counter');
  assert.match(await dying.die().then(String, String), /^WorkerExitError/);
  console.log('a crash: as on Node');
});
