import { Stream, tap } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('tap');

test('does what its drawing shows', () => assertDrawing('tap', ({ source }) => source.pipe(tap(() => {}))));

test('an observer is told of the end too', async () => {
  const log: string[] = [];
  const observer = {
    next: () => void log.push('next'),
    complete: () => void log.push('complete'),
    finalize: () => void log.push('finalize'),
  };
  await Stream.from([1]).pipe(tap(observer)).collect();
  assert.equal(log, ['next', 'complete', 'finalize']);
});

test('a function that throws ends the stream after the values before', async () => {
  const seen: number[] = [];
  const throwing = Stream.from([1, 2]).pipe(
    tap((value) => {
      if (value === 2) throw new Error('tap');
    }),
    tap((value) => void seen.push(value)),
  );
  assert.is(await throwing.collect().catch((error: Error) => error.message), 'tap');
  assert.equal(seen, [1]);
});

test.run();
