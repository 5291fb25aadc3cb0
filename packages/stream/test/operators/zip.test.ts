// covers: src/operators/zip.ts, src/operators/zip-lanes.ts

import { Stream, zip, zipWith } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { NEVER, Subject } from 'rxjs';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('zip');

test('does what its drawing shows', () =>
  assertDrawing('zip', ({ input }) => zip(input('first'), input('second'))));

test('pairs by position and completes when one input is used up', async () => {
  assert.equal(await zip([1, 2, 3], ['a', 'b']).collect(), [
    [1, 'a'],
    [2, 'b'],
  ]);
  assert.equal(await zip([[1, 2], ['a']] as const).collect(), [[1, 'a']]);
  assert.equal(await zip([1, 2], [3, 4], (a: number, b: number) => a + b).collect(), [4, 6]);
  assert.equal(
    await Stream.from([1])
      .pipe(zipWith(['a'], [true]))
      .collect(),
    [[1, 'a', true]],
  );
  assert.equal(await zip().collect(), []);
});

test('an input that cannot wait may go on to the hard cap, one more is refused', () => {
  const fast = new Subject<number>();
  let code: string | undefined;
  zip(fast, NEVER).subscribe({ error: (error: { code: string }) => (code = error.code) });
  for (let i = 0; i < 1024; i++) fast.next(i);
  assert.is(code, undefined);
  fast.next(0);
  assert.is(code, 'ERR_OXBOW_STREAM_OVERFLOW');
});

test('an input that obeys is held back', () => {
  let read = 0;
  const fast = {
    *[Symbol.iterator]() {
      for (;;) yield read++;
    },
  };
  const subscription = zip(fast, NEVER).subscribe();
  assert.is(read, 64);
  subscription.unsubscribe();
});

test('an error of one input and of the selector ends it', async () => {
  const failing = zip([1], Promise.reject(new Error('input'))).collect();
  assert.is(await failing.catch((error: Error) => error.message), 'input');
  const selecting = zip([1], [2], (_a: number, _b: number): number => {
    throw new Error('selector');
  }).collect();
  assert.is(await selecting.catch((error: Error) => error.message), 'selector');
});

test.run();
