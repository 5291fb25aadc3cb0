import { mergeMap, Stream } from '@oxbow/stream';
import { groupBy, windowCount } from '@oxbow/stream/rx';
import { assert, suite } from '@oxbow/testkit';
import * as rx from 'rxjs';
import { livesOnSource } from '../../src/operators/lives-on-source.ts';

const test = suite('livesOnSource');

const firstOf = (operator: rx.OperatorFunction<number, unknown>): Promise<unknown> =>
  rx.firstValueFrom(rx.of(1, 2, 3).pipe(operator));

test('tells windows and groups of RxJS and of the door, also behind operators', async () => {
  for (const operator of [
    rx.groupBy((x: number) => x),
    rx.windowCount(2),
    groupBy((x: number) => x),
    windowCount(2),
  ]) {
    const inner = (await firstOf(operator as never)) as rx.Observable<number>;
    assert.ok(livesOnSource(inner));
    assert.ok(livesOnSource(inner.pipe(rx.map((x) => x))));
    assert.ok(livesOnSource(Stream.from(inner).pipe(rx.map((x) => x))));
  }
  assert.ok(livesOnSource(new rx.Subject()));
});

test('takes nothing else for one, a key or not', () => {
  const others: rx.Observable<number>[] = [
    rx.of(1),
    Stream.from([1]),
    new Stream(),
    new rx.Observable(() => {}),
  ];
  for (const stream of others) {
    assert.is(livesOnSource(stream), false);
    assert.is(livesOnSource(Object.assign(stream, { key: 'mine' })), false);
    assert.is(livesOnSource(stream.pipe(rx.map((x) => x))), false);
  }
  for (const value of [undefined, null, 1, { key: 1 }, [1]]) assert.is(livesOnSource(value), false);
});

test('the source waits for an inner stream that merely has a key', async () => {
  let begun = 0;
  let emitted = 0;
  const keyed = (): rx.Observable<number> => {
    begun++;
    return Object.assign(new rx.Observable<number>(() => {}), { key: begun });
  };
  const source = new Stream<number>((out, flow) => {
    while (!flow.paused && emitted < 100) out.next(emitted++);
  });
  const stop = new AbortController();
  const reading = source.pipe(mergeMap(keyed, 2)).forEach(() => {}, { signal: stop.signal });
  assert.equal([begun, emitted], [2, 2]);
  stop.abort();
  await reading.catch(() => {});
});

test.run();
