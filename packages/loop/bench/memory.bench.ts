// What one blocked task takes. Run with node --expose-gc.
import { type Coroutine, checkpoint, createTask, Event, run } from '@oxbow/loop';

const TASKS = 100_000;

let blocked = 0;

async function measureBlocked(name: string, waiter: (event: Event) => () => unknown): Promise<void> {
  const event = new Event();
  blocked = 0;
  await run(async () => {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    const wait = waiter(event);
    for (let count = 0; count < TASKS; count++) createTask(wait);
    while (blocked < TASKS) await checkpoint();
    globalThis.gc?.();
    const bytes = (process.memoryUsage().heapUsed - before) / TASKS;
    console.log(`a blocked ${name}: ${bytes.toFixed(0)} bytes`);
    event.set();
  });
}

if (globalThis.gc === undefined) console.log('run with node --expose-gc');
else {
  await measureBlocked('generator task', (event) => {
    return function* (): Coroutine<void> {
      blocked++;
      yield* event.wait();
    };
  });
  await measureBlocked('async task', (event) => async () => {
    blocked++;
    await event.wait();
  });
}
