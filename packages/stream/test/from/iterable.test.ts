// covers: src/terminal/pull-intake.ts
import { createTask, run, sleep } from '@oxbow/loop';
import { Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { map } from 'rxjs';

const test = suite('Stream.from(iterable)');

/** The numbers from 0 on, and what has been done to them. */
function counting(until = Number.POSITIVE_INFINITY): {
  readonly iterable: Iterable<number>;
  readonly read: () => number;
  readonly closings: () => number;
} {
  let read = 0;
  let closings = 0;
  const iterable = {
    *[Symbol.iterator]() {
      try {
        while (read < until) yield read++;
      } finally {
        closings++;
      }
    },
  };
  return { iterable, read: () => read, closings: () => closings };
}

test('read without operators it is pulled from, one value for each next()', async () => {
  const { iterable, read, closings } = counting();
  const iterator = Stream.from(iterable).values();
  assert.is(read(), 0);
  const results = await Promise.all([iterator.next(), iterator.next(), iterator.next()]);
  assert.equal(
    results.map(({ value }) => value),
    [0, 1, 2],
  );
  assert.is(read(), 3);
  await iterator.return();
  assert.is(closings(), 1);
  assert.equal(await iterator.next(), { done: true, value: undefined });
  assert.is(read(), 3);
});

test('behind an operator it is read ahead as far as the buffer', async () => {
  const { iterable, read, closings } = counting();
  const iterator = Stream.from(iterable)
    .pipe(map((x) => x))
    .values({ highWaterMark: 4 });
  await iterator.next();
  assert.is(read(), 4);
  await iterator.return();
  assert.is(closings(), 1);
});

test('an array is read as it is by then, holes and later values included', async () => {
  const array: number[] = [];
  array[0] = 1;
  array[2] = 3;
  const iterator = Stream.from(array).values();
  await iterator.next();
  array.push(4);
  const rest: unknown[] = [];
  for await (const value of iterator) rest.push(value);
  assert.equal(rest, [undefined, 3, 4]);
});

test('an array is read by its indices, whatever iterator it has of its own', async () => {
  const array = Object.assign([1, 2], { [Symbol.iterator]: () => [9][Symbol.iterator]() });
  const seen: number[] = [];
  for await (const value of Stream.from<number>(array)) seen.push(value);
  assert.equal(seen, [1, 2]);
});

test('an iterator that has ended or failed is not returned; its error comes once', async () => {
  let returned = 0;
  const of = (next: () => IteratorResult<number>): Iterable<number> => ({
    [Symbol.iterator]: () => ({
      next,
      return() {
        returned++;
        return { done: true, value: undefined };
      },
    }),
  });
  const ended = Stream.from(of(() => ({ done: true, value: undefined }))).values();
  assert.is((await ended.next()).done, true);
  await ended.return();
  const failing = Stream.from(
    of(() => {
      throw new Error('input');
    }),
  ).values();
  assert.is(await failing.next().catch((error: Error) => error.message), 'input');
  assert.equal(await failing.next(), { done: true, value: undefined });
  await failing.return();
  assert.is(returned, 0);
});

test('an error of return() rejects the reader that leaves', async () => {
  const iterable = {
    *[Symbol.iterator]() {
      try {
        yield 1;
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: that it throws is what is tested
        throw new Error('closing');
      }
    },
  };
  const iterator = Stream.from(iterable).values();
  await iterator.next();
  assert.is(await iterator.return().catch((error: Error) => error.message), 'closing');
});

test('a reader that leaves from within the iterator gets the end, and the iterator is returned', async () => {
  let returned = 0;
  const leaving = new AbortController();
  const iterable = {
    [Symbol.iterator]: () => ({
      next() {
        leaving.abort('within');
        return { done: false, value: 1 };
      },
      return() {
        returned++;
        return { done: true as const, value: undefined };
      },
    }),
  };
  const iterator = Stream.from<number>(iterable).values({ signal: leaving.signal });
  assert.is(await iterator.next().catch((reason: unknown) => reason), 'within');
  assert.is(returned, 1);
  assert.equal(await iterator.next(), { done: true, value: undefined });
});

test('the abort of a signal returns the iterator at once', async () => {
  const { iterable, closings } = counting();
  const leaving = new AbortController();
  const iterator = Stream.from(iterable).values({ signal: leaving.signal });
  await iterator.next();
  leaving.abort('enough');
  assert.is(closings(), 1);
  assert.is(await iterator.next().catch((reason: unknown) => reason), 'enough');
});

test('a task cancelled in the body of its loop returns the iterator', async () => {
  const { iterable, closings } = counting();
  await run(async () => {
    const task = createTask(async () => {
      for await (const _ of Stream.from(iterable)) await sleep(1_000_000);
    });
    await sleep(0);
    task.cancel();
    await Promise.resolve(task).catch(() => {});
  });
  assert.is(closings(), 1);
});

test('pull() takes values and the end from the iterator', async () => {
  const seen = await run(function* () {
    const iterator = Stream.from(new Set(['a', undefined])).values();
    return [yield* iterator.pull(), yield* iterator.pull(), yield* iterator.pull()];
  });
  assert.equal(seen, [
    { done: false, value: 'a' },
    { done: false, value: undefined },
    { done: true, value: undefined },
  ]);
});

test('under a policy that drops, values come as fast as the iterable gives them', async () => {
  const newest = Stream.from([1, 2, 3, 4]).values({ overflow: 'latest' });
  assert.is((await newest.next()).value, 4);
  assert.is((await newest.next()).done, true);
});

test('batches() reads it by arrays as long as the buffer', async () => {
  const { iterable } = counting(100);
  const lengths: number[] = [];
  for await (const values of Stream.from(iterable).batches()) lengths.push(values.length);
  assert.is(
    lengths.reduce((sum, length) => sum + length),
    100,
  );
  assert.ok(Math.max(...lengths) <= 64);
});

test('why() says that the consumer is waited for', async () => {
  const stream = Stream.from([1, 2]);
  const iterator = stream.values();
  await iterator.next();
  assert.is(String(stream.why()), 'values() waits for the consumer to call next(); nobody is held back.');
  await iterator.return();
});

test.run();
