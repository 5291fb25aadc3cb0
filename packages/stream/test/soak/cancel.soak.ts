/**
 * A million pipelines, each left at a random point in a random way: every teardown runs once, in the same turn, and
 * nothing stays behind. Run: `node --expose-gc test/soak/cancel.soak.ts [count] [seed]`.
 */
import { mapAsync, mergeMap, Stream, share } from '@oxbow/stream';
import { map } from 'rxjs';

const count = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const MAX_GROWTH_BYTES = 32 * 1024 * 1024;

/** xorshift32: small, seeded, good enough to choose. */
let state = seed || 1;
function random(below: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}

let opened = 0;
let torn = 0;
function source(): Stream<number> {
  const emits = random(200);
  return new Stream<number>((out, flow) => {
    opened++;
    let next = 0;
    const pump = (): void => {
      while (next < emits && !flow.paused && !out.closed) out.next(next++);
      if (next < emits) flow.onResume(pump);
      else if (random(2) === 0) out.complete();
    };
    pump();
    return () => {
      torn++;
    };
  });
}

const PIPELINES: ReadonlyArray<(stream: Stream<number>) => Stream<number>> = [
  (stream) => stream,
  (stream) => stream.pipe(map((x) => x)),
  (stream) => stream.pipe(mapAsync(async (x) => x, { concurrency: 4 })),
  (stream) => stream.pipe(mergeMap((x) => [x], 4)),
  (stream) => stream.pipe(share()),
];

async function leaveOne(): Promise<void> {
  const stream = (PIPELINES[random(PIPELINES.length)] ?? ((one: Stream<number>) => one))(source());
  const way = random(3);
  if (way === 0) {
    const subscription = stream.subscribe();
    if (random(2) === 0) await null;
    subscription.unsubscribe();
    return;
  }
  const controller = new AbortController();
  const iterator = stream.values({ highWaterMark: 1 + random(64), signal: controller.signal });
  for (let reads = random(5); reads > 0; reads--) {
    const pending = iterator.next();
    pending.catch(() => {});
    if (random(4) === 0) break;
    await Promise.race([pending, null]);
  }
  if (way === 1) await iterator.return();
  else controller.abort();
  await iterator.return();
}

const collectGarbage = (globalThis as { gc?: () => void }).gc;
for (let i = 0; i < 1000; i++) await leaveOne();
collectGarbage?.();
const startBytes = process.memoryUsage().heapUsed;
for (let i = 0; i < count; i++) {
  await leaveOne();
  if (opened !== torn) throw new Error(`pipeline ${i}, seed ${seed}: ${opened} opened, ${torn} torn down`);
}
collectGarbage?.();
const grownBytes = process.memoryUsage().heapUsed - startBytes;
console.log(
  `${count} pipelines, seed ${seed}: ${opened} opened and torn down, heap grown by ${Math.round(grownBytes / 1024)} KiB`,
);
if (collectGarbage !== undefined && grownBytes > MAX_GROWTH_BYTES) process.exitCode = 1;
