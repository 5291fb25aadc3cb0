import { concat } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('concat');

test('does what its drawing shows', () =>
  assertDrawing('concat', ({ input }) => concat(input('first'), input('second'))));

test('takes anything Stream.from takes; without a stream it completes', async () => {
  assert.equal(await concat([1, 2], Promise.resolve(3), [4]).collect(), [1, 2, 3, 4]);
  assert.equal(await concat().collect(), []);
});

test.run();
