/** What one call through `mapAsync` costs, and that it does not grow with the length. Run: `node bench/map-async.bench.ts`. */
import { mapAsync, Stream } from '@oxbow/stream';

const LENGTHS = [10_000, 100_000, 1_000_000];
const ROUNDS = 3;

const numbers = (length: number): Iterable<number> => ({
  *[Symbol.iterator]() {
    for (let i = 0; i < length; i++) yield i;
  },
});

for (const ordered of [true, false]) {
  for (const length of LENGTHS) {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const start = process.hrtime.bigint();
      let seen = 0;
      await Stream.from(numbers(length))
        .pipe(mapAsync(async (x) => x + 1, { concurrency: 8, ordered }))
        .forEach(() => {
          seen++;
        });
      if (seen !== length) throw new Error(`${seen} of ${length} values came`);
      times.push(Number(process.hrtime.bigint() - start) / length);
    }
    times.sort((a, b) => a - b);
    const order = ordered ? 'ordered' : 'as they come';
    console.log(`mapAsync(8), ${order}, ${length} values: ${times[ROUNDS >> 1]?.toFixed(0)} ns a value`);
  }
}
