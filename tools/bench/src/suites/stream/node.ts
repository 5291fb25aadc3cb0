/** The jobs in Node's streams: Readable with its operators, Transform, and Web Streams. */
import { once } from 'node:events';
import { Readable, Transform } from 'node:stream';
import type { Workload } from '../../harness/workload.ts';
import { add, addOne, isEven, later, numbers, PER_TURN } from './job.ts';

function readable(length: number): Readable {
  let i = 0;
  return new Readable({
    objectMode: true,
    read() {
      while (this.push(i < length ? i++ : null) && i <= length) if (this.readableEnded) return;
    },
  });
}

const transform = (step: (this: Transform, value: number) => void): Transform =>
  new Transform({
    objectMode: true,
    transform(value: number, _, done) {
      step.call(this, value);
      done();
    },
  });

function web(length: number): ReadableStream<number> {
  let i = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (i < length) controller.enqueue(i++);
      else controller.close();
    },
  });
}

export const workloads: Readonly<Record<string, Workload>> = {
  pipeline: {
    portion: PER_TURN,
    run: async (length) => {
      const mapped = readable(length).pipe(
        transform(function (value) {
          this.push(addOne(value));
        }),
      );
      const kept = mapped.pipe(
        transform(function (value) {
          if (isEven(value)) this.push(value);
        }),
      );
      await once(kept.on('data', add), 'end');
    },
  },
  'pipeline-operators': {
    portion: PER_TURN,
    run: (length) => Readable.from(numbers(length)).map(addOne).filter(isEven).forEach(add),
  },
  'pipeline-web': {
    portion: PER_TURN,
    run: async (length) => {
      const kept = web(length)
        .pipeThrough(
          new TransformStream<number, number>({
            transform: (value, out) => out.enqueue(addOne(value)),
          }),
        )
        .pipeThrough(
          new TransformStream<number, number>({
            transform: (value, out) => {
              if (isEven(value)) out.enqueue(value);
            },
          }),
        );
      for await (const value of kept) add(value);
    },
  },
  'for-await': {
    portion: PER_TURN,
    run: async (length) => {
      for await (const value of readable(length)) add(value as number);
    },
  },
  'for-await-web': {
    portion: PER_TURN,
    run: async (length) => {
      for await (const value of web(length)) add(value);
    },
  },
  'map-async': {
    portion: PER_TURN,
    run: (length) => Readable.from(numbers(length)).map(later, { concurrency: 8 }).forEach(add),
  },
};
