// covers: src/operators/merge.ts, src/operators/sources.ts

import { merge, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { of } from 'rxjs';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('merge');

test('does what its drawing shows', () =>
  assertDrawing('merge', ({ input }) => merge(input('first'), input('second'))));

test('merge of one Stream is that Stream', () => {
  const only = Stream.from([1]);
  assert.is(merge(only), only);
  assert.is(merge(only, 1), only);
  assert.instance(merge(of(1)), Stream);
});

test('merge subscribes to all of many streams, or to as many as told', () => {
  let open = 0;
  const stream = new Stream<number>(() => {
    open++;
  });
  const many = Array.from({ length: 200 }, () => stream);
  merge(...many)
    .subscribe()
    .unsubscribe();
  assert.is(open, 200);
  open = 0;
  merge(...many, 3)
    .subscribe()
    .unsubscribe();
  assert.is(open, 3);
});

test('streams that are held back take turns', async () => {
  const endless = (name: string): Iterable<string> => ({
    *[Symbol.iterator]() {
      for (;;) yield name;
    },
  });
  const seen: string[] = [];
  for await (const name of merge(endless('a'), endless('b')).values({ highWaterMark: 1 })) {
    if (seen.push(name) === 20) break;
  }
  assert.ok(Math.abs(seen.filter((name) => name === 'a').length - 10) <= 2, seen.join(''));
});

test('takes anything Stream.from takes; without a stream it completes', async () => {
  assert.equal(await merge([1], Promise.resolve(3), [2]).collect(), [1, 2, 3]);
  assert.equal(await merge().collect(), []);
});

test.run();
