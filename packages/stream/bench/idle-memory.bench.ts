/** What a pipeline that waits weighs. Run: `node --expose-gc bench/idle-memory.bench.ts`. */
import { Stream } from '@oxbow/stream';
import * as rx from 'rxjs';

const PIPELINES = 100_000;

const collectGarbage = (globalThis as { gc?: () => void }).gc;
if (collectGarbage === undefined) throw new Error('run with node --expose-gc');

async function bytesEach(make: () => unknown): Promise<number> {
  collectGarbage?.();
  const before = process.memoryUsage().heapUsed;
  const kept: unknown[] = [];
  for (let i = 0; i < PIPELINES; i++) kept.push(make());
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage?.();
  const bytes = (process.memoryUsage().heapUsed - before) / PIPELINES;
  // Looked at after the measurement: what nobody keeps is collected before it.
  return kept.length === PIPELINES ? bytes : 0;
}

const ROWS: Record<string, () => unknown> = {
  'rxjs subscription': () => new rx.Observable<number>(() => {}).subscribe(),
  'pending for await': () => {
    const iterator = new Stream<number>(() => {}).values();
    return [iterator, iterator.next()];
  },
  'pending for await behind stock map and filter': () => {
    const iterator = new Stream<number>(() => {})
      .pipe(
        rx.map((x) => x),
        rx.filter(() => true),
      )
      .values();
    return [iterator, iterator.next()];
  },
  'rxjs map and filter subscription': () =>
    new rx.Observable<number>(() => {})
      .pipe(
        rx.map((x) => x),
        rx.filter(() => true),
      )
      .subscribe(),
};

/** So that neither code nor caches made by the first call of a row are counted. */
const WARM_UP_PIPELINES = 1000;

for (const [name, make] of Object.entries(ROWS)) {
  for (let i = 0; i < WARM_UP_PIPELINES; i++) make();
  console.log(`${name.padEnd(48)} ${Math.round(await bytesEach(make))} bytes`);
}
