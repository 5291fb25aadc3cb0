/** Operators and Observables of a second copy of rxjs: RxJS tells its own by their shape, and so does the gate. */
import { createRequire } from 'node:module';
import { Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import * as first from 'rxjs';

const test = suite('a second copy of rxjs');

const require = createRequire(import.meta.url);
for (const path of Object.keys(require.cache)) if (path.includes('rxjs')) delete require.cache[path];
const second = require('rxjs') as typeof first;

test('is another copy', () => {
  assert.is.not(second.Observable, first.Observable);
});

test('its operators pass values and the gate', async () => {
  let read = 0;
  const stream = Stream.from({
    *[Symbol.iterator]() {
      for (;;) yield read++;
    },
  }).pipe(
    second.map((x) => x * 2),
    first.map((x) => x),
    second.filter((x) => x % 4 === 0),
  );
  const seen: number[] = [];
  for await (const value of stream) if (seen.push(value) === 3) break;
  assert.equal(seen, [0, 4, 8]);
  assert.ok(read < 250, `${read}`);
});

test('its Observables are streams, and their errors and ends arrive', async () => {
  assert.equal(await Stream.from(second.of(1, 2)).collect(), [1, 2]);
  const failing = Stream.from(second.throwError(() => new Error('second')));
  assert.is(await failing.collect().catch((error: Error) => error.message), 'second');
});

test('leaving tears its operators down', () => {
  let torn = 0;
  const source = new Stream<number>(() => () => {
    torn++;
  });
  const subscription = source
    .pipe(
      second.mergeMap((x) => [x]),
      second.finalize(() => torn++),
    )
    .subscribe();
  subscription.unsubscribe();
  assert.is(torn, 2);
});

test.run();
