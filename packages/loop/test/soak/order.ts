// One random schedule about order: who asked first is served first, however many of those before gave up.
//
// All tasks of a schedule are of one form: an `await` begins its wait a microtask later than a `yield*` does.

import assert from 'node:assert/strict';
import {
  type Coroutine,
  checkpoint,
  createTask,
  Lock,
  type Op,
  Queue,
  run,
  Semaphore,
  sleep,
  type Task,
  VirtualClock,
  wait,
} from '../../src/index.ts';
import { Random } from './random.ts';

const MOST_TURNS_BETWEEN = 4;

/** Numbers given out in the order of asking; those who gave up no longer count. */
class Line {
  readonly #waiting = new Map<number, Task<unknown>>();
  #next = 0;

  ask(task: Task<unknown>): number {
    this.#waiting.set(this.#next, task);
    return this.#next++;
  }

  leave(ticket: number): void {
    this.#waiting.delete(ticket);
  }

  served(ticket: number, what: string): void {
    this.#waiting.delete(ticket);
    for (const [earlier, task] of this.#waiting) {
      assert.ok(earlier > ticket || task.cancelling() > 0, `${what}: ${ticket} was served before ${earlier}`);
    }
  }
}

interface Held {
  readonly what: string;
  readonly line: Line;
  acquire(): Op<unknown>;
  release(): void;
}

function held(what: string, lock: Lock | Semaphore): Held {
  return {
    what,
    line: new Line(),
    acquire: () => lock.acquire() as Op<unknown>,
    release: () => lock.release(),
  };
}

/** Takes and gives back `held`, a few times. */
function startHolder(
  random: Random,
  { what, line, acquire, release }: Held,
  asGenerator: boolean,
): Task<unknown> {
  const times = 1 + random.below(4);
  const pause = (): Op<void> => (random.chance(50) ? checkpoint() : sleep(random.below(3)));
  const task: Task<unknown> = asGenerator
    ? createTask(function* (): Coroutine<void> {
        for (let time = 0; time < times; time++) {
          const ticket = line.ask(task);
          try {
            yield* acquire();
          } finally {
            if (task.cancelling() > 0) line.leave(ticket);
          }
          try {
            line.served(ticket, what);
            yield* pause();
          } finally {
            release();
          }
        }
      })
    : createTask(async () => {
        for (let time = 0; time < times; time++) {
          const ticket = line.ask(task);
          try {
            await acquire();
          } finally {
            if (task.cancelling() > 0) line.leave(ticket);
          }
          try {
            line.served(ticket, what);
            await pause();
          } finally {
            release();
          }
        }
      });
  return task;
}

/** Puts items whose numbers say in which order they were offered. */
function startProducer(
  random: Random,
  queue: Queue<number>,
  offered: { next: number },
  asGenerator: boolean,
): Task<unknown> {
  const items = 1 + random.below(5);
  return asGenerator
    ? createTask(function* (): Coroutine<void> {
        for (let item = 0; item < items; item++) {
          yield* queue.put(offered.next++);
          if (random.chance(40)) yield* checkpoint();
        }
      })
    : createTask(async () => {
        for (let item = 0; item < items; item++) {
          await queue.put(offered.next++);
          if (random.chance(40)) await checkpoint();
        }
      });
}

/** The only consumer, never cancelled: what it gets must come in the order in which it was offered. */
function startConsumer(random: Random, queue: Queue<number>): Task<unknown> {
  return createTask(function* (): Coroutine<void> {
    for (let last = -1; ; ) {
      const item = yield* queue.get();
      assert.ok(item > last, `queue: ${item} came after ${last}`);
      last = item;
      if (random.chance(30)) yield* sleep(random.below(3));
    }
  });
}

/**
 * Runs the schedule of one seed.
 *
 * @throws an error that says who was served out of turn, with the seed
 */
export async function runInOrder(seed: number): Promise<void> {
  const random = new Random(seed);
  const asGenerator = random.chance(50);
  const queue = new Queue<number>({ maxSize: 1 + random.below(3) });
  const offered = { next: 0 };
  try {
    await run(
      async () => {
        const places = [held('lock', new Lock()), held('semaphore', new Semaphore(1))];
        const tasks = places.flatMap((place) =>
          Array.from({ length: 2 + random.below(4) }, () => startHolder(random, place, asGenerator)),
        );
        for (let count = 2 + random.below(3); count > 0; count--)
          tasks.push(startProducer(random, queue, offered, asGenerator));
        const consumer = startConsumer(random, queue);
        for (let count = random.below(tasks.length); count > 0; count--) {
          for (let turns = random.below(MOST_TURNS_BETWEEN); turns > 0; turns--) await checkpoint();
          if (random.chance(40)) await sleep(random.below(3));
          random.pick(tasks).cancel();
        }
        const { pending } = await wait(tasks, { timeoutMs: 10_000 });
        assert.equal(pending.size, 0, `${pending.size} tasks are stuck`);
        await sleep(100);
        for (const task of [...tasks, consumer]) {
          if (task.done && !task.cancelled && task.exception() !== undefined) throw task.exception();
        }
        assert.equal(queue.size, 0);
        consumer.cancel();
      },
      { clock: new VirtualClock() },
    );
  } catch (error) {
    throw new Error(`order ${seed}: ${(error as Error).message}`, { cause: error });
  }
}
