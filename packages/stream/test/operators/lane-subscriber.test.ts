import { filter, map, Stream, scan, take, tap } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';

const test = suite('the batch lane');

/** Emits one batch; counts how many arrays a terminal at the end of the lane gets. */
function batched(values: readonly number[]): Stream<number> {
  return new Stream<number>((out) => {
    setImmediate(() => {
      out.batch(values);
      out.complete();
    });
  });
}

function fail3(value: number): number {
  if (value === 3) throw new Error('three');
  return value;
}

test('an array passes the lane whole', async () => {
  let order = '';
  const seen = await batched([1, 2, 3])
    .pipe(
      tap(() => {
        order += 'a';
      }),
      tap(() => {
        order += 'b';
      }),
    )
    .collect();
  assert.equal(seen, [1, 2, 3]);
  assert.is(order, 'aaabbb');
});

test('values before a failing one come before its error', async () => {
  for (const operator of [
    map((x: number) => fail3(x)),
    filter((x: number) => fail3(x) > 0),
    tap((x: number) => void fail3(x)),
    scan((_acc: number, x: number) => fail3(x), 0),
  ]) {
    const seen: number[] = [];
    const message = await batched([1, 2, 3, 4])
      .pipe(operator)
      .forEach((value) => {
        seen.push(value);
      })
      .catch((error: Error) => error.message);
    assert.equal(seen, [1, 2]);
    assert.is(message, 'three');
  }
});

test("a producer's array is never changed, however often it is emitted", async () => {
  const constant = Object.freeze([1, 2, 3]);
  const stream = new Stream<number>((out) => {
    out.batch(constant);
    out.batch(constant);
    out.complete();
  }).pipe(
    filter((x) => x !== 2),
    map((x) => x * 10),
    take(3),
  );
  assert.equal(await stream.collect(), [10, 30, 10]);
  const arrays: number[][] = [];
  for await (const values of stream.batches()) arrays.push(values);
  assert.equal(arrays.flat(), [10, 30, 10]);
});

test('indices go on from batch to batch and between batches and single values', async () => {
  const stream = new Stream<string>((out) => {
    out.batch(['a', 'b']);
    out.next('c');
    out.batch(['d']);
    out.complete();
  });
  assert.equal(await stream.pipe(map((value, i) => `${value}${i}`)).collect(), ['a0', 'b1', 'c2', 'd3']);
  assert.equal(await stream.pipe(filter((_value, i) => i % 2 === 0)).collect(), ['a', 'c']);
  assert.equal(await stream.pipe(scan((acc, value, i) => acc + value + i)).collect(), [
    'a',
    'ab1',
    'ab1c2',
    'ab1c2d3',
  ]);
});

test.run();
