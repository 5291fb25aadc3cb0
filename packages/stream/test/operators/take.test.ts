import { Stream, take } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('take');

test('does what its drawing shows', () => assertDrawing('take', ({ source }) => source.pipe(take(2))));

test('take cuts a batch at its count and leaves the source', async () => {
  let left = false;
  const stream = new Stream<number>((out) => {
    setImmediate(() => out.batch([1, 2, 3]));
    return () => {
      left = true;
    };
  });
  assert.equal(await stream.pipe(take(2)).collect(), [1, 2]);
  assert.ok(left);
  assert.equal(await stream.pipe(take(0)).collect(), []);
});

test('a consumer that makes the source emit again within take gets no value too many', () => {
  const seen: number[] = [];
  let emit: (() => void) | undefined;
  new Stream<number>((out) => {
    emit = () => out.next(seen.length);
    emit();
  })
    .pipe(take(2))
    .subscribe((value) => {
      seen.push(value);
      emit?.();
    });
  assert.equal(seen, [0, 1]);
});

test.run();
