// The same program in both forms: an async function, and a generator that the loop drives itself.
// Generators are faster, and cannot swallow their cancellation.
import { type Coroutine, call, createTask, gather, run, sleep } from '@oxbow/loop';

async function greetAsync(name: string): Promise<string> {
  await sleep(5);
  return `hello ${name}`;
}

function* greet(name: string): Coroutine<string> {
  yield* sleep(5);
  return `hello ${name}`;
}

console.log(await run(async () => gather(['a', 'b'].map((name) => createTask(() => greetAsync(name))))));

console.log(
  await run(function* () {
    // A task runs beside this one; call() runs a generator as a part of it.
    const beside = createTask(() => greet('task'));
    const within = yield* call(greet('call'));
    return [yield* beside, within];
  }),
);

await run(function* () {
  const stubborn = createTask(function* () {
    try {
      yield* sleep(60_000);
    } catch {
      console.log('never printed: a generator is unwound, not thrown into');
    } finally {
      yield* sleep(1);
      console.log('cleaned up, and even waited for it');
    }
  });
  yield* sleep(1);
  stubborn.cancel();
  yield* sleep(10);
  console.log(`cancelled: ${stubborn.cancelled}`);
});
