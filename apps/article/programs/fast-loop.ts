// The same program twice: as async functions, which Node's own machinery drives, and as generators, which the loop steps itself.
import { type Coroutine, call, createTask, Queue } from '@oxbow/loop';

const ITEMS = 200_000;

/** A producer and a consumer with a queue between them: the default form. */
async function asynchronous(): Promise<void> {
  const queue = new Queue<number>({ maxSize: 1 });
  const producer = createTask(async () => {
    for (let item = 0; item < ITEMS; item++) await queue.put(item);
  });
  for (let item = 0; item < ITEMS; item++) await queue.get();
  await producer;
}

/** The fast form. */
function* generators(): Coroutine<void> {
  const queue = new Queue<number>({ maxSize: 1 });
  const producer = createTask(function* () {
    for (let item = 0; item < ITEMS; item++) yield* queue.put(item);
  });
  for (let item = 0; item < ITEMS; item++) yield* queue.get();
  yield* producer;
}

async function nanosecondsOf(program: () => PromiseLike<void>): Promise<number> {
  const started = performance.now();
  await program();
  return Math.round(((performance.now() - started) * 1e6) / ITEMS);
}

export async function main(): Promise<void> {
  const forms = { async: asynchronous, generator: () => call(generators()) };
  for (const program of Object.values(forms)) await program(); // once for the compiler
  const slow = await nanosecondsOf(forms.async);
  const fast = await nanosecondsOf(forms.generator);
  console.log(`async functions: ${slow} ns an item`);
  console.log(`generators:      ${fast} ns an item`);
  console.log(`ratio: ${(slow / fast).toFixed(1)}`);
}
