/** What the types promise; checked by the compiler, run only to be counted. */

import { Channel, HotStream, mapAsync, Stream, type StreamIterator, share } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import * as rx from 'rxjs';

const test = suite('types');

test('a Stream is an Observable and an AsyncIterable, and covariant', () => {
  const numbers: Stream<number> = Stream.from([1]);
  const observable: rx.Observable<number> = numbers;
  const iterable: AsyncIterable<number> = numbers;
  const unknowns: Stream<unknown> = numbers;
  const channel: Stream<unknown> = new Channel<number>();
  const hot: Stream<unknown> = new HotStream<number>(
    { pause() {}, resume() {}, leave() {} },
    { onLeave: 'close' },
  );
  assert.ok([observable, iterable, unknowns, channel, hot].every(Boolean));
});

test('pipe infers through stock and own operators', () => {
  const piped: Stream<string> = Stream.from([1]).pipe(
    rx.map((x) => x + 1),
    mapAsync(async (x) => `${x}`),
    rx.filter((s) => s.length > 0),
    share(),
  );
  const iterator: StreamIterator<string> = piped.values();
  assert.ok(iterator);
});

test('from infers from every kind of input', () => {
  const a: Stream<number> = Stream.from(Promise.resolve(1));
  const b: Stream<string> = Stream.from('abc');
  const c: Stream<number> = Stream.from(rx.of(1));
  const d: Stream<number> = Stream.from(new Set([1]));
  assert.ok([a, b, c, d].every(Boolean));
});

test.run();
