// What one blocked task takes. Run with node --expose-gc.
import { type Coroutine, createTask, Event, run, sleep } from '@oxbow/loop';

const TASKS = 100_000;

async function measureBlocked(name: string, waiter: (event: Event) => () => unknown): Promise<void> {
  const event = new Event();
  await run(async () => {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    const wait = waiter(event);
    for (let count = 0; count < TASKS; count++) createTask(wait);
    await sleep(1);
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
      yield* event.wait();
    };
  });
  await measureBlocked('async task', (event) => async () => {
    await event.wait();
  });
}
