// A pipeline that stands still, and the answer to the question why.
import { mapAsync, Stream } from '@oxbow/stream';
import { map } from 'rxjs';

const numbers = {
  *[Symbol.iterator](): Generator<number> {
    for (let i = 0; ; i++) yield i;
  },
};
const hang = (): Promise<number> => new Promise(() => {});

const pipeline = Stream.from(numbers).pipe(
  map((x) => x * 2),
  mapAsync(hang, { concurrency: 8 }),
);
const iterator = pipeline.values();
void iterator.next();
await new Promise((resolve) => setTimeout(resolve, 20));
const report = pipeline.why();
console.log(`${report}`);
console.log(`the blocker is ${report.blocker?.name}; ${report.blocker?.waitingSources} source waits`);
await iterator.return();
