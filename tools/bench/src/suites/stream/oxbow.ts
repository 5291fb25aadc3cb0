/** The jobs in our stream. Every source here obeys the gate. */
import { filter, map, mapAsync, Stream } from '@oxbow/stream';
import * as rx from 'rxjs';
import type { Workload } from '../../harness/workload.ts';
import { add, addOne, isEven, later, numbers, PER_TURN } from './job.ts';

const batch: readonly number[] = [...numbers(PER_TURN)];

/** Emits a thousand numbers in each macrotask, one by one or as a batch, unless it is held back. */
function pushed(length: number, inBatches: boolean): Stream<number> {
  return new Stream((out, flow) => {
    let first = 0;
    const goLater = (): void => void setImmediate(go);
    const go = (): void => {
      if (flow.paused) {
        flow.onResume(goLater);
        return;
      }
      if (inBatches) out.batch(batch.slice());
      else for (let i = first; i < first + PER_TURN; i++) out.next(i);
      first += PER_TURN;
      if (first < length) goLater();
      else out.complete();
    };
    go();
  });
}

async function addBatches(stream: Stream<number>): Promise<void> {
  for await (const values of stream.batches()) for (const value of values) add(value);
}

async function addEach(stream: Stream<number>): Promise<void> {
  for await (const value of stream) add(value);
}

/** Made once for each length, as its making is not what is measured. */
const arrays = new Map<number, readonly number[]>();
function arrayOf(length: number): readonly number[] {
  const array = arrays.get(length) ?? [...numbers(length)];
  arrays.set(length, array);
  return array;
}

const stock = (stream: Stream<number>): Stream<number> => stream.pipe(rx.map(addOne), rx.filter(isEven));
const own = (stream: Stream<number>): Stream<number> => stream.pipe(map(addOne), filter(isEven));

const items = (run: (length: number) => unknown): Workload => ({ portion: PER_TURN, run });

const mapped = (length: number, ordered: boolean): Workload => ({
  portion: length,
  most: length,
  run: () =>
    Stream.from(numbers(length))
      .pipe(mapAsync(later, { concurrency: 8, ordered }))
      .forEach(add),
});

export const workloads: Readonly<Record<string, Workload>> = {
  'pipeline-stock': items((length) => stock(pushed(length, false)).forEach(add)),
  'pipeline-own': items((length) => own(pushed(length, false)).forEach(add)),
  'pipeline-own-batches': items((length) => own(pushed(length, true)).forEach(add)),
  'batches-stock': items((length) => addBatches(stock(pushed(length, false)))),
  'batches-own': items((length) => addBatches(own(pushed(length, true)))),
  'for-await': items((length) => addEach(Stream.from(numbers(length)))),
  'for-await-array': items((length) => addEach(Stream.from(arrayOf(length)))),
  'for-await-pushed': items((length) => addEach(pushed(length, false))),
  'for-await-stock': items((length) => addEach(stock(pushed(length, false)))),
  'map-async': mapped(100_000, true),
  'map-async-unordered': mapped(100_000, false),
  'map-async-long': mapped(10_000_000, true),
  'map-async-long-unordered': mapped(10_000_000, false),
};
