import { assert, suite } from '@oxbow/testkit';
import * as fc from 'fast-check';
import { FifoStore, LifoStore, naturalOrder, PriorityStore } from '../../src/sync/item-store.ts';

const test = suite('ItemStore');

const steps = fc.array(fc.option(fc.integer({ min: 0, max: 9 }), { nil: 'take' as const }), {
  maxLength: 200,
});

test('a FifoStore is an array used with push and shift', () => {
  void fc.assert(
    fc.property(steps, (sequence) => {
      const store = new FifoStore<number>();
      const model: number[] = [];
      for (const step of sequence) {
        if (step !== 'take') {
          store.add(step);
          model.push(step);
        } else if (model.length > 0) assert.is(store.take(), model.shift());
        assert.is(store.size, model.length);
      }
    }),
  );
});

test('a FifoStore keeps the order over any number of links, however full each was when items left', () => {
  for (const [added, taken] of [
    [31, 31],
    [32, 32],
    [33, 32],
    [33, 33],
    [100, 64],
  ] as const) {
    const store = new FifoStore<number>();
    let next = 0;
    let expected = 0;
    for (let round = 0; round < 5; round++) {
      for (let count = 0; count < added; count++) store.add(next++);
      for (let count = 0; count < taken; count++) assert.is(store.take(), expected++);
    }
    while (store.size > 0) assert.is(store.take(), expected++);
    assert.is(expected, next);
  }
});

test('a LifoStore is an array used with push and pop', () => {
  const store = new LifoStore<number>();
  store.add(1);
  store.add(2);
  assert.equal([store.size, store.take(), store.take(), store.size], [2, 2, 1, 0]);
});

test('a PriorityStore is a stable sort', () => {
  void fc.assert(
    fc.property(steps, (sequence) => {
      const store = new PriorityStore<{ rank: number; order: number }>((a, b) => a.rank - b.rank);
      let model: { rank: number; order: number }[] = [];
      let order = 0;
      for (const step of sequence) {
        if (step !== 'take') {
          const item = { rank: step, order: order++ };
          store.add(item);
          model = [...model, item].sort((a, b) => a.rank - b.rank || a.order - b.order);
        } else if (model.length > 0) assert.is(store.take(), model.shift());
        assert.is(store.size, model.length);
      }
    }),
  );
});

test('naturalOrder compares numbers, strings and arrays', () => {
  assert.ok(naturalOrder(1, 2) < 0);
  assert.ok(naturalOrder('b', 'a') > 0);
  assert.is(naturalOrder([1, 'a'], [1, 'a']), 0);
  assert.ok(naturalOrder([1], [1, 0]) < 0);
  assert.ok(naturalOrder([2], [1, 5]) > 0);
});

test.run();
