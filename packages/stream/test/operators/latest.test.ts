import { latest, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { Subject } from 'rxjs';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('latest');

test('does what its drawing shows', () => assertDrawing('latest', ({ source }) => source.pipe(latest()), 4));

test('latest keeps the newest, and delivers it before the end', async () => {
  const subject = new Subject<number>();
  const iterator = Stream.from<number>(subject).pipe(latest()).values({ highWaterMark: 1 });
  const first = iterator.next();
  for (let i = 0; i < 5; i++) subject.next(i);
  subject.complete();
  await first;
  const rest: number[] = [];
  for await (const value of iterator) rest.push(value);
  assert.equal(rest, [1, 4]);
});

test.run();
