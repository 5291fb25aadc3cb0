import { type Emitter, HARD_CAP_FACTOR, map, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import * as rx from 'rxjs';

const test = suite('Emitter');

function emitting<T>(emit: (out: Emitter<T>) => void): Stream<T> {
  return new Stream<T>((out) => {
    setImmediate(() => emit(out));
  });
}

const TEN_THOUSAND = Array.from({ length: 10_000 }, (_, i) => i);

test('a batch longer than the hard cap is one emission, through own and through stock operators', async () => {
  const batched = (): Stream<number> =>
    emitting<number>((out) => {
      out.batch(TEN_THOUSAND);
      out.complete();
    });
  for (const stream of [
    batched(),
    batched().pipe(map((x) => x)),
    batched().pipe(rx.map((x) => x)),
    batched().pipe(
      map((x) => x),
      rx.map((x) => x),
      map((x) => x),
    ),
  ]) {
    const seen: number[] = [];
    for await (const value of stream) seen.push(value);
    assert.equal(seen, TEN_THOUSAND);
  }
});

test('a batch stops at a consumer that has enough', async () => {
  let passed = 0;
  const seen = await emitting<number>((out) => out.batch(TEN_THOUSAND))
    .pipe(
      rx.tap(() => passed++),
      rx.take(3),
    )
    .collect();
  assert.equal(seen, [0, 1, 2]);
  assert.is(passed, 3);
});

test('an error after a batch comes after its values', async () => {
  const stream = emitting<number>((out) => {
    out.batch(TEN_THOUSAND);
    out.error(new Error('late'));
  }).pipe(rx.map((x) => x));
  let seen = 0;
  let message = '';
  try {
    for await (const _ of stream) seen++;
  } catch (error) {
    message = (error as Error).message;
  }
  assert.is(seen, TEN_THOUSAND.length);
  assert.is(message, 'late');
});

test('a producer that goes on though a batch is held meets the hard cap', async () => {
  const stream = emitting<number>((out) => {
    out.batch(TEN_THOUSAND.slice(0, 100));
    for (let i = 0; i < 64 * HARD_CAP_FACTOR; i++) out.next(i);
  }).pipe(rx.map((x) => x));
  let code = '';
  try {
    for await (const _ of stream) await new Promise((resolve) => setImmediate(resolve));
  } catch (error) {
    code = (error as { code: string }).code;
  }
  assert.is(code, 'ERR_OXBOW_STREAM_OVERFLOW');
});

test('nothing is emitted after the end', async () => {
  const seen = await emitting<number>((out) => {
    out.batch([1]);
    out.complete();
    out.batch([2]);
    out.next(3);
    out.error(new Error('too late'));
  }).collect();
  assert.equal(seen, [1]);
});

test('an error thrown by the producer ends the stream', async () => {
  const stream = new Stream<number>((out) => {
    out.next(1);
    throw new Error('producer');
  });
  for (const one of [stream, stream.pipe(rx.map((x) => x))]) {
    assert.is(await one.collect().catch((error: Error) => error.message), 'producer');
  }
});

test.run();
