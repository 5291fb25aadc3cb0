// One source, two consumers: the slow one misses values, the fast one sees all, and the source runs once.
import { setImmediate as turn } from 'node:timers/promises';
import { Stream, share } from '@oxbow/stream';

let started = 0;
const prices = new Stream<number>((out) => {
  started++;
  let price = 0;
  const timer = setInterval(() => {
    out.next(++price);
    if (price === 50) out.complete();
  }, 1);
  return () => clearInterval(timer);
}).pipe(share({ overflow: 'drop-oldest', highWaterMark: 2 }));

const fast = prices.collect();
const slow: number[] = [];
for await (const price of prices.values({ highWaterMark: 1 })) {
  for (let i = 0; i < 200; i++) await turn();
  slow.push(price);
}
console.log(
  `started ${started} time; fast saw ${(await fast).length} prices, slow saw ${slow.at(-1) === 50 ? 'the last' : 'not the last'}`,
);
