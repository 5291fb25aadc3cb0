// covers: src/frontier/ref-queue.ts
import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { HeapQueue, type HostQueue, type Scheduled } from '../../src/frontier/host-queue.ts';
import { RefPool, RefQueue } from '../../src/frontier/ref-queue.ts';

const QUEUES: Readonly<Record<string, () => HostQueue<Scheduled>>> = {
  HeapQueue: () => new HeapQueue<Scheduled>(),
  RefQueue: () => new RefQueue(new RefPool()),
};

/** What a queue has, in the order it gives it. */
function drained(queue: HostQueue<Scheduled>): number[] {
  const ids: number[] = [];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) ids.push(next.id);
  return ids;
}

for (const [name, create] of Object.entries(QUEUES)) {
  const test = suite(name);
  test('gives higher priorities first, then lower depths, then lower ids', () => {
    const queue = create();
    for (const [id, [priority, depth]] of [
      [0, 2],
      [0, 1],
      [1.5, 9],
      [0, 1],
      [-1, 0],
    ].entries())
      queue.push({ id, priority: priority!, depth: depth! });
    assert.is(queue.size, 5);
    assert.equal(drained(queue), [2, 1, 3, 0, 4]);
    assert.is(queue.size, 0);
  });
  test('gives what is put back before what came after it', () => {
    const queue = create();
    for (let id = 1; id <= 40; id++) queue.push({ id, priority: 0, depth: 0 });
    const taken = [queue.pop()!, queue.pop()!, queue.pop()!];
    queue.push(taken[2]!);
    queue.push(taken[0]!);
    assert.equal(drained(queue).slice(0, 3), [1, 3, 4]);
  });
  test('holds back what is too deep, and gives it when its level opens', () => {
    const queue = create();
    queue.hold({ id: 1, priority: 0, depth: 2 });
    queue.hold({ id: 2, priority: 0, depth: 1 });
    queue.push({ id: 3, priority: 0, depth: 0 });
    assert.equal([queue.size, queue.held], [1, 2]);
    queue.release(1);
    assert.equal([queue.size, queue.held, drained(queue)], [2, 1, [3, 2]]);
    queue.release(2);
    assert.equal(drained(queue), [1]);
  });
  test.run();
}

const test = suite('RefQueue and HeapQueue');
test('do the same, under any order of calls', () => {
  const step = fc.oneof(
    fc.record({
      act: fc.constant('push' as const),
      priority: fc.integer({ min: 0, max: 1 }),
      depth: fc.nat(2),
    }),
    fc.record({
      act: fc.constant('hold' as const),
      priority: fc.integer({ min: 0, max: 1 }),
      depth: fc.nat(2),
    }),
    fc.record({ act: fc.constant('pop' as const) }),
    fc.record({ act: fc.constant('return' as const) }),
    fc.record({ act: fc.constant('release' as const), depth: fc.nat(2) }),
  );
  const pool = new RefPool();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queues = [new HeapQueue<Scheduled>(), new RefQueue(pool)];
      const out: Scheduled[] = [];
      for (const [id, made] of steps.entries()) {
        if (made.act === 'push' || made.act === 'hold')
          for (const queue of queues) queue[made.act]({ id, priority: made.priority, depth: made.depth });
        else if (made.act === 'release') for (const queue of queues) queue.release(made.depth);
        else if (made.act === 'return') {
          const back = out.pop();
          if (back !== undefined) for (const queue of queues) queue.push(back);
        } else {
          const [first, second] = queues.map((queue) => queue.pop());
          assert.is(first?.id, second?.id);
          if (first !== undefined) out.push(first);
        }
        assert.equal([queues[0]!.size, queues[0]!.held], [queues[1]!.size, queues[1]!.held]);
      }
      assert.equal(drained(queues[0]!), drained(queues[1]!));
    }),
  );
});
test('use the places of one queue again for another', () => {
  const pool = new RefPool();
  const bytes = () => pool.bytes;
  const queues = [new RefQueue(pool), new RefQueue(pool)];
  for (let round = 0; round < 5; round++) {
    for (let id = 0; id < 100_000; id++)
      queues[round % 2]!.push({ id: round * 100_000 + id, priority: 0, depth: 0 });
    assert.is(drained(queues[round % 2]!).length, 100_000);
  }
  assert.is(bytes(), 2 ** 20);
});
test.run();
