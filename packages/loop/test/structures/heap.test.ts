import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { Heap } from '../../src/structures/heap.ts';

const test = suite('Heap');
test('gives what was pushed in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (numbers) => {
      const heap = new Heap<number>((a, b) => a < b);
      for (const number of numbers) heap.push(number);
      assert.is(heap.size, numbers.length);
      assert.is(heap.peek(), numbers.length === 0 ? undefined : Math.min(...numbers));
      assert.equal(
        numbers.map(() => heap.pop()),
        [...numbers].sort((a, b) => a - b),
      );
      assert.is(heap.pop(), undefined);
    }),
  );
});
test.run();
