// One random schedule: tasks in both forms share all primitives, and are cancelled at random steps. Afterwards nothing
// may be lost, doubled, out of order, held or stuck.
//
// A schedule depends on its seed alone: time is virtual and every choice is drawn from one generator.

import assert from 'node:assert/strict';
import {
  Barrier,
  BrokenBarrierError,
  CancelledError,
  CancelScope,
  CapacityLimiter,
  Condition,
  type Coroutine,
  call,
  checkpoint,
  createTask,
  currentLoop,
  Event,
  gather,
  Lock,
  Queue,
  QueueShutDown,
  race,
  run,
  Semaphore,
  shield,
  sleep,
  type Task,
  TaskGroup,
  TimeoutError,
  timeout,
  VirtualClock,
  wait,
  waitFor,
} from '../../src/index.ts';
import { Random } from './random.ts';

/** Longer than any schedule needs: who is not done by then is stuck. */
const STUCK_AFTER_MS = 10_000;
const SEMAPHORE_PERMITS = 2;
const PARTIES = 2;

/** What a schedule shares, and what it remembers in order to check it. */
class World {
  readonly random: Random;
  readonly queue: Queue<number>;
  readonly lock = new Lock();
  readonly semaphore = new Semaphore(SEMAPHORE_PERMITS);
  readonly limiter = new CapacityLimiter(SEMAPHORE_PERMITS);
  readonly event = new Event();
  readonly condition = new Condition();
  readonly barrier = new Barrier(PARTIES);
  readonly accepted = new Set<number>();
  readonly refused = new Set<number>();
  readonly got: number[] = [];
  nextItem = 0;
  inLock = 0;
  inSemaphore = 0;
  inLimiter = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
    this.queue = new Queue<number>(this.random.chance(50) ? { maxSize: 1 + this.random.below(3) } : {});
  }

  entered(where: 'inLock' | 'inSemaphore' | 'inLimiter', limit: number): void {
    this[where]++;
    assert.ok(this[where] <= limit, `${where}: ${this[where]} of at most ${limit}`);
  }
}

/** What one step does, in both forms. */
interface Step {
  asAsync(world: World): Promise<void>;
  asGenerator(world: World): Coroutine<void>;
}

const shortMs = (world: World): number => world.random.below(4);

const put: Step = {
  async asAsync(world) {
    const item = world.nextItem++;
    world.refused.add(item);
    if (world.random.chance(50)) await world.queue.put(item);
    else await waitFor(world.queue.put(item), shortMs(world));
    world.refused.delete(item);
    world.accepted.add(item);
  },
  *asGenerator(world) {
    const item = world.nextItem++;
    world.refused.add(item);
    if (world.random.chance(50)) yield* world.queue.put(item);
    else yield* waitFor(world.queue.put(item), shortMs(world));
    world.refused.delete(item);
    world.accepted.add(item);
  },
};

const get: Step = {
  async asAsync(world) {
    const how = world.random.below(5);
    if (how === 0) world.got.push(await world.queue.get());
    else if (how === 1) world.got.push(await waitFor(world.queue.get(), shortMs(world)));
    else if (how === 2) world.got.push(await timeout(shortMs(world), async () => world.queue.get()));
    else if (how === 3) {
      const item = await race(world.queue.get(), sleep(shortMs(world)));
      if (typeof item === 'number') world.got.push(item);
    } else world.got.push(await createTask(() => world.queue.get()));
  },
  *asGenerator(world) {
    const how = world.random.below(5);
    if (how === 0) world.got.push(yield* world.queue.get());
    else if (how === 1) world.got.push(yield* waitFor(world.queue.get(), shortMs(world)));
    else if (how === 2) {
      world.got.push(
        yield* timeout(shortMs(world), function* () {
          return yield* world.queue.get();
        }),
      );
    } else if (how === 3) {
      const item = yield* race(world.queue.get(), sleep(shortMs(world)));
      if (typeof item === 'number') world.got.push(item);
    } else world.got.push(yield* call(getNested(world)));
  },
};

function* getNested(world: World): Coroutine<number> {
  return yield* world.queue.get();
}

/** Holds something in the ways a user would, by hand and by `run`. */
function holding(
  pick: (world: World) => {
    acquire(): ReturnType<Lock['acquire']> | ReturnType<Semaphore['acquire']>;
    release(): void;
  },
  where: 'inLock' | 'inSemaphore',
  limit: number,
): Step {
  return {
    async asAsync(world) {
      const held = pick(world);
      if (world.random.chance(30)) await waitFor(held.acquire(), shortMs(world));
      else await held.acquire();
      try {
        world.entered(where, limit);
        if (world.random.chance(70)) await sleep(shortMs(world));
      } finally {
        world[where]--;
        held.release();
      }
    },
    *asGenerator(world) {
      const held = pick(world);
      if (world.random.chance(30)) yield* waitFor(held.acquire(), shortMs(world));
      else yield* held.acquire();
      try {
        world.entered(where, limit);
        if (world.random.chance(70)) yield* sleep(shortMs(world));
      } finally {
        world[where]--;
        held.release();
      }
    },
  };
}

const borrow: Step = {
  async asAsync(world) {
    await world.limiter.run(async () => {
      try {
        world.entered('inLimiter', SEMAPHORE_PERMITS);
        await sleep(shortMs(world));
      } finally {
        world.inLimiter--;
      }
    });
  },
  *asGenerator(world) {
    yield* world.limiter.run(function* () {
      try {
        world.entered('inLimiter', SEMAPHORE_PERMITS);
        yield* sleep(shortMs(world));
      } finally {
        world.inLimiter--;
      }
    });
  },
};

const condition: Step = {
  async asAsync(world) {
    await world.condition.run(async () => {
      if (world.random.chance(50)) world.condition.notify(1 + world.random.below(2));
      else await world.condition.wait();
      assert.ok(world.condition.locked, 'a condition was left without its lock');
    });
  },
  *asGenerator(world) {
    yield* world.condition.run(function* () {
      if (world.random.chance(50)) world.condition.notify(1 + world.random.below(2));
      else yield* world.condition.wait();
      assert.ok(world.condition.locked, 'a condition was left without its lock');
    });
  },
};

const event: Step = {
  async asAsync(world) {
    if (world.random.chance(40)) {
      world.event.set();
      world.event.clear();
    } else await waitFor(world.event.wait(), shortMs(world));
  },
  *asGenerator(world) {
    if (world.random.chance(40)) {
      world.event.set();
      world.event.clear();
    } else yield* waitFor(world.event.wait(), shortMs(world));
  },
};

const barrier: Step = {
  async asAsync(world) {
    const place = await waitFor(world.barrier.wait(), 1 + shortMs(world));
    assert.ok(place >= 0 && place < PARTIES);
  },
  *asGenerator(world) {
    const place = yield* waitFor(world.barrier.wait(), 1 + shortMs(world));
    assert.ok(place >= 0 && place < PARTIES);
  },
};

const cleanup: Step = {
  async asAsync(world) {
    let cleaned = false;
    try {
      await timeout(shortMs(world), async () => {
        try {
          await sleep(shortMs(world));
        } finally {
          await new CancelScope({ shield: true }).run(async () => {
            await sleep(shortMs(world));
            cleaned = true;
          });
        }
      });
    } finally {
      assert.ok(cleaned, 'shielded cleanup was cut short');
    }
  },
  *asGenerator(world) {
    let cleaned = false;
    try {
      yield* timeout(shortMs(world), function* () {
        try {
          yield* sleep(shortMs(world));
        } finally {
          yield* new CancelScope({ shield: true }).run(function* () {
            yield* sleep(shortMs(world));
            cleaned = true;
          });
        }
      });
    } finally {
      assert.ok(cleaned, 'shielded cleanup was cut short');
    }
  },
};

const group: Step = {
  async asAsync(world) {
    const members: Task<unknown>[] = [];
    try {
      await TaskGroup.run(async (tasks) => {
        for (let count = world.random.below(3); count >= 0; count--) {
          members.push(tasks.createTask(() => member(world)));
        }
        await checkpoint();
      });
    } finally {
      assert.ok(
        members.every((task) => task.done),
        'a group ended before its tasks',
      );
    }
  },
  *asGenerator(world) {
    const members: Task<unknown>[] = [];
    try {
      yield* TaskGroup.run(function* (tasks) {
        for (let count = world.random.below(3); count >= 0; count--) {
          members.push(tasks.createTask(async () => member(world)));
        }
        yield* checkpoint();
      });
    } finally {
      assert.ok(
        members.every((task) => task.done),
        'a group ended before its tasks',
      );
    }
  },
};

class Expected extends Error {}

async function member(world: World): Promise<void> {
  await sleep(shortMs(world));
  if (world.random.chance(30)) throw new Expected();
}

const together: Step = {
  async asAsync(world) {
    await gather(
      sleep(shortMs(world)),
      shield(sleep(shortMs(world))),
      createTask(() => sleep(shortMs(world))),
    );
  },
  *asGenerator(world) {
    yield* gather(
      sleep(shortMs(world)),
      shield(sleep(shortMs(world))),
      createTask(() => sleep(shortMs(world))),
    );
  },
};

const STEPS: readonly Step[] = [
  put,
  put,
  put,
  get,
  get,
  get,
  holding((world) => world.lock, 'inLock', 1),
  holding((world) => world.semaphore, 'inSemaphore', SEMAPHORE_PERMITS),
  borrow,
  condition,
  event,
  barrier,
  cleanup,
  group,
  together,
];

/** What a step may end with: everything else is a fault of the primitives. */
function isExpected(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isExpected);
  return (
    error instanceof CancelledError ||
    error instanceof TimeoutError ||
    error instanceof QueueShutDown ||
    error instanceof BrokenBarrierError ||
    error instanceof Expected
  );
}

function startWorker(world: World, steps: readonly Step[], asGenerator: boolean): Task<unknown> {
  if (asGenerator) {
    return createTask(function* () {
      for (const step of steps) {
        try {
          yield* call(step.asGenerator(world));
        } catch (error) {
          if (!isExpected(error)) throw error;
        }
      }
    });
  }
  return createTask(async () => {
    for (const step of steps) {
      try {
        await step.asAsync(world);
      } catch (error) {
        if (error instanceof CancelledError || !isExpected(error)) throw error;
      }
    }
  });
}

async function cancelAtRandom(world: World, workers: readonly Task<unknown>[]): Promise<void> {
  for (let count = world.random.below(workers.length * 2); count > 0; count--) {
    for (let turns = world.random.below(6); turns > 0; turns--) await checkpoint();
    if (world.random.chance(50)) await sleep(shortMs(world));
    world.random.pick(workers).cancel();
  }
}

/** Lets everybody out who only waits for others. */
async function release(world: World): Promise<void> {
  world.queue.shutdown();
  world.event.set();
  world.barrier.abort();
  await world.condition.run(async () => world.condition.notifyAll());
}

function check(world: World): void {
  const left: number[] = [];
  while (world.queue.size > 0) left.push(world.queue.getNoWait());
  const out = [...world.got, ...left];
  assert.equal(new Set(out).size, out.length, `an item came out twice: ${out}`);
  for (const item of world.accepted) assert.ok(out.includes(item), `item ${item} was lost`);
  assert.equal(world.lock.locked, false, 'the lock is still held');
  assert.equal(world.condition.locked, false, 'the lock of the condition is still held');
  assert.equal(world.semaphore.value, SEMAPHORE_PERMITS, 'a permit was lost or doubled');
  assert.equal(world.limiter.borrowedTokens, 0, 'a token was not given back');
}

/** Runs tasks in a world of their own until all are done, and checks what they left. */
async function runIn(
  world: World,
  label: string,
  start: () => readonly Task<unknown>[],
  disturb: (workers: readonly Task<unknown>[]) => Promise<void>,
): Promise<void> {
  try {
    await run(
      async () => {
        const workers = start();
        await disturb(workers);
        await sleep(20);
        await release(world);
        const releasing = createTask(async () => {
          for (;;) {
            await sleep(50);
            await release(world);
          }
        });
        const { done, pending } = await wait(workers, { timeoutMs: STUCK_AFTER_MS });
        releasing.cancel();
        assert.equal(pending.size, 0, `${pending.size} tasks are stuck at ${currentLoop().time()} ms`);
        for (const task of done)
          if (!task.cancelled && task.exception() !== undefined) throw task.exception();
      },
      { clock: new VirtualClock() },
    );
    check(world);
  } catch (error) {
    throw new Error(`${label}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Runs the schedule of one seed.
 *
 * @throws an error that says what went wrong, with the seed to run it again
 */
export async function runSchedule(seed: number): Promise<void> {
  const world = new World(seed);
  const start = (): Task<unknown>[] =>
    Array.from({ length: 2 + world.random.below(5) }, () => {
      const steps = Array.from({ length: 1 + world.random.below(4) }, () => world.random.pick(STEPS));
      return startWorker(world, steps, world.random.chance(50));
    });
  await runIn(world, `schedule ${seed}`, start, (workers) => cancelAtRandom(world, workers));
}

/** How many kinds of step there are. */
export const STEP_KINDS: number = STEPS.length;

/**
 * Runs one kind of step beside two others, and cancels it after `turns` turns of the loop.
 *
 * @throws an error that names the case
 */
export async function runCancelledAfter(
  kind: number,
  asGenerator: boolean,
  turns: number,
  seed: number,
): Promise<void> {
  const world = new World(seed);
  const start = (): Task<unknown>[] => [
    startWorker(world, [put, put, STEPS[kind]!], !asGenerator),
    startWorker(world, [STEPS[kind]!, STEPS[kind]!], asGenerator),
    startWorker(world, [get, STEPS[kind]!], asGenerator),
  ];
  await runIn(
    world,
    `kind ${kind}, ${asGenerator}, after ${turns} turns, seed ${seed}`,
    start,
    async (workers) => {
      for (let turn = 0; turn < turns; turn++) await checkpoint();
      workers[1]!.cancel();
    },
  );
}
