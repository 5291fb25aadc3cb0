import { assert, suite } from '@oxbow/testkit';
import { ReadyQueue, type Turn } from '../../src/scheduler/ready-queue.ts';

const test = suite('ReadyQueue');

test('is first in, first out, also when it wraps around and grows', () => {
  const queue = new ReadyQueue();
  const turn = (): Turn => ({ takeTurn: () => {} });
  const model: Turn[] = [];
  for (let round = 0; round < 2000; round++) {
    for (let count = 0; count < 3; count++) {
      const next = turn();
      queue.push(next);
      model.push(next);
    }
    assert.is(queue.shift(), model.shift());
    assert.is(queue.size, model.length);
  }
  while (model.length > 0) assert.is(queue.shift(), model.shift());
  assert.is(queue.size, 0);
});

test.run();
