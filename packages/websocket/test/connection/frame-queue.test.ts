import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { FrameQueue } from '../../src/connection/frame-queue.ts';

const test = suite('frame queue');

test('behaves like an array that knows its bytes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }), { maxLength: 60 }),
      (steps) => {
        const queue = new FrameQueue();
        const model: Uint8Array[] = [];
        for (const size of steps) {
          if (size === undefined) {
            assert.is(queue.shift(), model.shift());
          } else {
            const frame = new Uint8Array(size);
            queue.push(frame);
            model.push(frame);
          }
          assert.is(queue.size, model.length);
          assert.is(
            queue.bytes,
            model.reduce((sum, frame) => sum + frame.length, 0),
          );
        }
      },
    ),
  );
});

test('is empty once cleared', () => {
  const queue = new FrameQueue();
  queue.push(new Uint8Array(3));
  queue.clear();
  assert.equal([queue.size, queue.bytes, queue.shift()], [0, 0, undefined]);
});

test.run();
