import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { RingBuffer } from '../../src/structures/ring-buffer.ts';

const test = suite('RingBuffer');

type Step = ['push', number] | ['unshift', number] | ['shift'] | ['pop'] | ['take', number] | ['clear'];

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('push' as const), fc.nat()) },
  fc.tuple(fc.constant('unshift' as const), fc.nat()),
  { weight: 3, arbitrary: fc.constant<Step>(['shift']) },
  fc.constant<Step>(['pop']),
  fc.tuple(fc.constant('take' as const), fc.nat({ max: 20 })),
  { weight: 1, arbitrary: fc.constant<Step>(['clear']) },
);

test('does what an array does, in any order of calls', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const ring = new RingBuffer<number>();
      const array: number[] = [];
      for (const [name, n] of steps) {
        if (name === 'push') {
          ring.push(n);
          array.push(n);
        } else if (name === 'unshift') {
          ring.unshift(n);
          array.unshift(n);
        } else if (name === 'take') {
          assert.equal(ring.take(n), array.splice(0, n));
        } else if (name === 'clear') {
          ring.clear();
          array.length = 0;
        } else {
          assert.is(ring[name](), array[name]());
        }
        assert.is(ring.length, array.length);
        assert.is(ring.peek(), array[0]);
      }
    }),
  );
});

test('holds undefined as a value', () => {
  const ring = new RingBuffer<undefined>();
  ring.push(undefined);
  assert.is(ring.length, 1);
  ring.shift();
  assert.is(ring.length, 0);
});

test.run();
