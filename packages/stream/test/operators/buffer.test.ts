// covers: src/operators/stage.ts

import { type BufferOptions, buffer, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { Subject } from 'rxjs';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('buffer');

test('does what its drawing shows', () =>
  assertDrawing(
    'buffer',
    ({ source }) => source.pipe(buffer({ highWaterMark: 1, overflow: 'drop-oldest' })),
    4,
  ));

/** What a consumer of one value's room gets after ten values have come at once. */
async function tenAtOnce(options: BufferOptions<number>): Promise<unknown[]> {
  const subject = new Subject<number>();
  const iterator = Stream.from<number>(subject).pipe(buffer(options)).values({ highWaterMark: 1 });
  const first = iterator.next();
  for (let i = 0; i < 10; i++) subject.next(i);
  subject.complete();
  const seen: unknown[] = [(await first).value];
  try {
    for await (const value of iterator) seen.push(value);
  } catch (error) {
    seen.push((error as { code: string }).code);
  }
  return seen;
}

test('each policy keeps what it says', async () => {
  // The first value is in the reader's hand, the second in its buffer.
  assert.equal(await tenAtOnce({}), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.equal(await tenAtOnce({ highWaterMark: 2, overflow: 'drop-oldest' }), [0, 1, 8, 9]);
  assert.equal(await tenAtOnce({ highWaterMark: 2, overflow: 'drop-newest' }), [0, 1, 2, 3]);
  assert.equal(await tenAtOnce({ overflow: 'latest' }), [0, 1, 9]);
  assert.equal(await tenAtOnce({ highWaterMark: 2, overflow: 'error' }), [
    0,
    1,
    2,
    3,
    'ERR_OXBOW_STREAM_OVERFLOW',
  ]);
});

test('passes values through untouched while the consumer keeps up', async () => {
  assert.equal(await Stream.from([1, 2, 3]).pipe(buffer()).collect(), [1, 2, 3]);
});

test('the source is torn down when it ends though values still wait', async () => {
  let left = false;
  const stream = new Stream<number>((out) => {
    for (let i = 0; i < 10; i++) out.next(i);
    out.complete();
    return () => {
      left = true;
    };
  });
  const iterator = stream.pipe(buffer()).values({ highWaterMark: 1 });
  await iterator.next();
  assert.ok(left);
  let rest = 0;
  for await (const _ of iterator) rest++;
  assert.is(rest, 9);
});

test('a signal ends the stream with its reason', async () => {
  const controller = new AbortController();
  const done = new Stream<number>(() => {}).pipe(buffer({ signal: controller.signal })).collect();
  controller.abort('enough');
  assert.is(await done.catch((reason: unknown) => reason), 'enough');
});

test.run();
