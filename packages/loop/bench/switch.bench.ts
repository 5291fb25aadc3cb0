// Two tasks taking turns, and one task resumed through twenty nested calls.
import { type Coroutine, call, checkpoint, createTask, gather, run } from '@oxbow/loop';
import { measure } from './measure.ts';

const TURNS = 100_000;
const DEPTH = 20;

await measure('a turn of each of two tasks', [
  {
    name: 'generator',
    operations: TURNS,
    run: () =>
      run(function* () {
        const spinner = function* () {
          for (let turn = 0; turn < TURNS / 2; turn++) yield* checkpoint();
        };
        yield* gather(createTask(spinner), createTask(spinner));
      }),
  },
  {
    name: 'async function',
    operations: TURNS,
    run: () =>
      run(async () => {
        const spinner = async (): Promise<void> => {
          for (let turn = 0; turn < TURNS / 2; turn++) await checkpoint();
        };
        await gather(createTask(spinner), createTask(spinner));
      }),
  },
  {
    name: `generator, ${DEPTH} calls deep`,
    operations: TURNS,
    run: () =>
      run(function* () {
        const descend = function* (depth: number): Coroutine<void> {
          if (depth > 0) yield* call(descend(depth - 1));
          else for (let turn = 0; turn < TURNS; turn++) yield* checkpoint();
        };
        yield* call(descend(DEPTH));
      }),
  },
  {
    name: 'native await null (unfair)',
    operations: TURNS,
    run: async () => {
      const spinner = async (): Promise<void> => {
        for (let turn = 0; turn < TURNS / 2; turn++) await null;
      };
      await Promise.all([spinner(), spinner()]);
    },
  },
]);
