import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { FrameQueue } from '../../src/connection/frame-queue.ts';

const test = suite('frame queue');

test('behaves like an array that knows its bytes', () => {
  const sizes = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 6_000 }));
  fc.assert(
    fc.property(fc.array(fc.option(sizes, { nil: undefined }), { maxLength: 60 }), (steps) => {
      const queue = new FrameQueue();
      const model: Uint8Array[] = [];
      for (const [index, size] of steps.entries()) {
        if (size === undefined) {
          assert.equal(queue.shift(), model.shift());
        } else {
          const frame = new Uint8Array(size).fill(index);
          queue.push(frame);
          model.push(frame);
        }
        assert.is(queue.size, model.length);
        assert.is(
          queue.bytes,
          model.reduce((sum, frame) => sum + frame.length, 0),
        );
        assert.equal(queue.peek(), model[0]);
      }
    }),
  );
});

test('small frames share memory, and one that was taken is not written over', () => {
  const queue = new FrameQueue();
  queue.push(Uint8Array.of(1, 2));
  queue.push(Uint8Array.of(3, 4));
  const [first, second] = [queue.shift(), queue.shift()];
  queue.push(Uint8Array.of(5, 6));
  assert.equal([first, second], [Uint8Array.of(1, 2), Uint8Array.of(3, 4)]);
  assert.is(first?.buffer, second?.buffer);
});

test('a large frame is held as it is, once for all who share it', () => {
  const queue = new FrameQueue();
  const large = new Uint8Array(10_000);
  queue.push(large);
  assert.is(queue.shift(), large);
});

test('is empty once cleared', () => {
  const queue = new FrameQueue();
  queue.push(new Uint8Array(3));
  queue.clear();
  assert.equal([queue.size, queue.bytes, queue.shift()], [0, 0, undefined]);
});

test.run();
