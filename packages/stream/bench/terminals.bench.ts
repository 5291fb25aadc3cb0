/**
 * What one value costs at each terminal, in nanoseconds of processor time, beside RxJS's subscribe and hand-written async
 * iterators: one that makes its values, and ones that are fed by the same pushes as ours. The rows take turns, and the
 * median of the rounds counts; a ratio is the median of the ratios within a round. Run: `node bench/terminals.bench.ts`.
 */
import { filter, map, Stream } from '@oxbow/stream';
import * as rx from 'rxjs';
import { queueIterator, refilledIterator } from './queue-iterator.ts';

const VALUES = 1_000_000;
/** Values a source emits in one turn. */
const PER_TURN = 1000;
const ROUNDS = 11;
/** What a stream buffers by default. */
const HIGH_WATER_ITEMS = 64;

const chunk = Array.from({ length: PER_TURN }, (_, i) => i);
const addOne = (x: number): number => x + 1;
const isEven = (x: number): boolean => (x & 1) === 0;

function plain(): rx.Observable<number> {
  return new rx.Observable((out) => {
    let emitted = 0;
    const go = (): void => {
      for (let i = 0; i < PER_TURN; i++) out.next(i);
      emitted += PER_TURN;
      if (emitted < VALUES) setImmediate(go);
      else out.complete();
    };
    go();
  });
}

function gated(batches: boolean): Stream<number> {
  return new Stream((out, flow) => {
    let emitted = 0;
    const later = (): void => void setImmediate(go);
    const go = (): void => {
      if (flow.paused) {
        flow.onResume(later);
        return;
      }
      if (batches) out.batch(chunk);
      else for (let i = 0; i < PER_TURN; i++) out.next(i);
      emitted += PER_TURN;
      if (emitted < VALUES) later();
      else out.complete();
    };
    go();
  });
}

const counting: Iterable<number> = {
  *[Symbol.iterator]() {
    for (let i = 0; i < VALUES; i++) yield i;
  },
};

/** Pushes one value for every few microtasks, so that the reader always waits for it. */
function ticking(out: rx.Subscriber<number>): void {
  let emitted = 0;
  const emit = (): void => {
    if (out.closed) return;
    out.next(emitted++);
    if (emitted < VALUES) queueMicrotask(pause);
    else out.complete();
  };
  const pause = (): void => queueMicrotask(later);
  const later = (): void => queueMicrotask(emit);
  later();
}

const stock = rx.pipe(rx.map(addOne), rx.filter(isEven));
const own = rx.pipe(map(addOne), filter(isEven));
let sum = 0;
const add = (value: number): void => {
  // Kept a small integer: a sum that outgrows it would be a new object for every value.
  sum = (sum + value) | 0;
};

async function byBatches(stream: Stream<number>): Promise<void> {
  for await (const values of stream.batches()) for (const value of values) add(value);
}

async function byForAwait(values: AsyncIterable<number>): Promise<void> {
  for await (const value of values) add(value);
}

function handWritten(): AsyncIterable<number> {
  let i = 0;
  const done = Promise.resolve({ done: true as const, value: undefined });
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => (i < VALUES ? Promise.resolve({ done: false as const, value: i++ }) : done),
      return: () => done,
    }),
  };
}

const ROWS: Record<string, () => Promise<unknown>> = {
  'rxjs: map, filter, subscribe': () =>
    new Promise<void>((resolve) => void plain().pipe(stock).subscribe({ next: add, complete: resolve })),
  'stock map, filter, forEach': () => gated(false).pipe(stock).forEach(add),
  'own map, filter on batches, forEach': () => gated(true).pipe(own).forEach(add),
  'own map, filter on batches, batches()': () => byBatches(gated(true).pipe(own)),
  'batches() of batches': () => byBatches(gated(true)),
  'stock map, filter, for await': () => byForAwait(gated(false).pipe(stock)),
  'hand-written iterator, for await': () => byForAwait(handWritten()),
  'stock map, filter, hand-written queue': () => byForAwait(queueIterator(plain().pipe(stock))),
  'source that obeys, for await': () => byForAwait(Stream.from(counting)),
  'hand-written refilled queue, for await': () => byForAwait(refilledIterator(counting, HIGH_WATER_ITEMS)),
  'one value a turn, for await': () => byForAwait(new Stream<number>(ticking)),
  'one value a turn, hand-written queue': () => byForAwait(queueIterator(new rx.Observable(ticking))),
};

/** Ours, and what it is measured against. */
const RATIOS: readonly (readonly [ours: string, reference: string])[] = [
  ['stock map, filter, forEach', 'rxjs: map, filter, subscribe'],
  ['stock map, filter, for await', 'hand-written iterator, for await'],
  ['stock map, filter, for await', 'stock map, filter, hand-written queue'],
  ['source that obeys, for await', 'hand-written iterator, for await'],
  ['source that obeys, for await', 'hand-written refilled queue, for await'],
  ['one value a turn, for await', 'one value a turn, hand-written queue'],
];

const times: Record<string, number[]> = {};
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, run] of Object.entries(ROWS)) {
    const start = process.cpuUsage();
    await run();
    (times[name] ??= []).push((process.cpuUsage(start).user * 1000) / VALUES);
  }
}

console.log(
  `node ${process.version}, ${VALUES} values, median and spread of ${ROUNDS} rounds, ns of processor time per source value`,
);
const inOrder = (measured: readonly number[]): number[] => measured.toSorted((a, b) => a - b);
const medianOf = (measured: readonly number[]): number => inOrder(measured)[measured.length >> 1] ?? 0;
for (const [name, measured] of Object.entries(times)) {
  const ordered = inOrder(measured);
  const spread = `${ordered[0]?.toFixed(1)}–${ordered.at(-1)?.toFixed(1)}`;
  console.log(`${name.padEnd(40)} ${medianOf(measured).toFixed(1).padStart(8)}   (${spread})`);
}
for (const [ours, reference] of RATIOS) {
  const ratios = (times[ours] ?? []).map((time, round) => time / (times[reference]?.[round] ?? 0));
  console.log(`${medianOf(ratios).toFixed(2)} × ${reference}: ${ours}`);
}
console.log(`checksum ${sum}`);
