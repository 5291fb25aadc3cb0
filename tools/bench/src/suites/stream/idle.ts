/** What a pipeline that waits for its first value takes of the heap: 100,000 of each. */
import { Readable } from 'node:stream';
import { Stream } from '@oxbow/stream';
import * as rx from 'rxjs';
import type { Workload } from '../../harness/workload.ts';
import { add } from './job.ts';

const PIPELINES = 100_000;

const heapBytes = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

const bytesEach = (make: () => unknown): Workload => ({
  measure: async () => {
    const kept: unknown[] = new Array(PIPELINES);
    const before = heapBytes();
    for (let i = 0; i < PIPELINES; i++) kept[i] = make();
    await new Promise((resolve) => setImmediate(resolve));
    const bytes = (heapBytes() - before) / PIPELINES;
    // Looked at after the measurement: what nobody keeps is collected before it.
    return kept.length === PIPELINES ? bytes : 0;
  },
});

export const workloads: Readonly<Record<string, Workload>> = {
  'ours-for-await': bytesEach(() => {
    const iterator = new Stream<number>(() => {}).values();
    return [iterator, iterator.next()];
  }),
  'rxjs-subscription': bytesEach(() => new rx.Observable<number>(() => {}).subscribe({ next: add })),
  'node-iterator': bytesEach(() => {
    const iterator = new Readable({ objectMode: true, read() {} })[Symbol.asyncIterator]();
    return [iterator, iterator.next()];
  }),
  'web-reader': bytesEach(() => {
    const reader = new ReadableStream<number>({}).getReader();
    return [reader, reader.read()];
  }),
};
