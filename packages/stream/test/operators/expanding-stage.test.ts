/** What `unbatch` and `decode` have in common: what one chunk made is kept for a full consumer, in order and bounded. */
import { Stream, unbatch } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { Subject, tap } from 'rxjs';

const test = suite('expanding stage');

const numbers = (length: number, from = 0): number[] => Array.from({ length }, (_, i) => from + i);

/** A source that ignores the pause, and a reader that has room for one. */
function unbatched(onValue: (value: number, chunks: Subject<number[]>) => void = () => {}): {
  chunks: Subject<number[]>;
  iterator: AsyncIterableIterator<number>;
} {
  const chunks = new Subject<number[]>();
  // RxJS's own tap takes no arrays: values go through one by one.
  const source = Stream.from<number[]>(chunks).pipe(
    unbatch(),
    tap((value) => onValue(value, chunks)),
  );
  return { chunks, iterator: source.values({ highWaterMark: 1 }) as AsyncIterableIterator<number> };
}

test('one chunk is kept whole, however long', async () => {
  const { chunks, iterator } = unbatched();
  const seen = [iterator.next()];
  chunks.next(numbers(5000));
  chunks.complete();
  for (let i = 1; i < 5000; i++) seen.push(iterator.next());
  assert.equal(
    (await Promise.all(seen)).map(({ value }) => value),
    numbers(5000),
  );
});

test('of further chunks 1024 values are kept, one more is refused', async () => {
  for (const [beyond, expected] of [
    [0, undefined],
    [1, 'ERR_OXBOW_STREAM_OVERFLOW'],
  ] as const) {
    const { chunks, iterator } = unbatched();
    const first = iterator.next();
    // One is handed over, one fills the reader, two are kept.
    chunks.next(numbers(4));
    chunks.next(numbers(1022 + beyond, 4));
    await first;
    let code: string | undefined;
    chunks.complete();
    const rest = (async () => {
      for await (const _ of iterator);
    })();
    await rest.catch((error: { code: string }) => (code = error.code));
    assert.is(code, expected);
  }
});

test('a chunk that comes while kept values go out is kept whole, before the rest of them', async () => {
  const { chunks, iterator } = unbatched((value, source) => {
    if (value === 2) source.next(numbers(2000, 100));
  });
  const seen = [(await Promise.all([iterator.next(), chunks.next([0, 1, 2, 3, 4])]))[0].value];
  while (seen.length < 2005) seen.push((await iterator.next()).value);
  assert.equal(seen, [0, 1, 2, ...numbers(2000, 100), 3, 4]);
  await iterator.return?.();
});

test('what a kept value makes the source emit comes before those behind it, also for a reader with room for all', async () => {
  const chunks = new Subject<number[]>();
  const source = Stream.from<number[]>(chunks).pipe(
    unbatch(),
    tap((value) => value === 2 && chunks.next([100, 101])),
  );
  const iterator = source.values({ highWaterMark: 8 });
  const first = iterator.next();
  chunks.next(numbers(8, 10));
  chunks.next([18, 2, 3, 4]);
  const seen = [(await first).value];
  while (seen.at(-1) !== 4) seen.push((await iterator.next()).value);
  assert.equal(seen, [...numbers(9, 10), 2, 100, 101, 3, 4]);
  await iterator.return();
});

test.run();
