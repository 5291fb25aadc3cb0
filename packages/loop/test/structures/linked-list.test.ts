import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { LinkedItem, LinkedList } from '../../src/structures/linked-list.ts';

const test = suite('LinkedList');

test('does what an array does, and lets its members leave from anywhere', () => {
  const step = fc.oneof(
    fc.constant(['push'] as const),
    fc.constant(['unshift'] as const),
    fc.constant(['shift'] as const),
    fc.tuple(fc.constant('remove' as const), fc.nat(30)),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const list = new LinkedList<LinkedItem<number>>();
      const all = Array.from({ length: 31 }, (_, number) => new LinkedItem(number));
      const model: LinkedItem<number>[] = [];
      for (const [name, index] of steps) {
        const free = all.find((each) => !model.includes(each));
        if (name === 'shift') assert.is(list.shift(), model.shift());
        else if (name === 'remove') {
          const element = all[index]!;
          const at = model.indexOf(element);
          assert.is(list.remove(element), at >= 0);
          if (at >= 0) model.splice(at, 1);
        } else if (free !== undefined) {
          list[name](free);
          model[name](free);
        }
        assert.equal(
          list.toArray().map(({ item }) => item),
          model.map(({ item }) => item),
        );
        assert.is(list.size, model.length);
        assert.is(list.first, model[0]);
        assert.is(list.last, model.at(-1));
      }
    }),
  );
});

test('an element that left may come back, and may join another list', () => {
  const [one, other] = [new LinkedList<LinkedItem<string>>(), new LinkedList<LinkedItem<string>>()];
  const [a, b] = [new LinkedItem('a'), new LinkedItem('b')];
  one.push(a);
  one.push(b);
  one.remove(a);
  other.push(a);
  assert.equal([one.size, other.size], [1, 1]);
  other.remove(a);
  one.push(a);
  assert.equal(one.toArray(), [b, a]);
});

test.run();
