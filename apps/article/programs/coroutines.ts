// What async/await is made of. A generator is a function that can stop in the middle and go on later; with something that resumes it when
// what it waits for is there, it is a coroutine. Thirty lines are enough for an event loop; ours does the same with more care.
import { type Coroutine, call, createTask, run, sleep } from '@oxbow/loop';

type Later = (resume: () => void) => void;
type Waiting = Generator<Later, void>;

/** The event loop from nothing: a queue of coroutines that are ready, and timers that make them so. */
class ThirtyLineLoop {
  readonly #ready: Waiting[] = [];
  #waiting = 0;
  #ended: () => void = () => {};

  spawn(coroutine: Waiting): void {
    this.#ready.push(coroutine);
  }

  run(): Promise<void> {
    this.#turn();
    return new Promise((resolve) => {
      this.#ended = resolve;
    });
  }

  #turn(): void {
    for (let coroutine = this.#ready.shift(); coroutine !== undefined; coroutine = this.#ready.shift()) {
      const current = coroutine;
      const { done, value: later } = current.next(); // runs it up to its next yield
      if (done) continue;
      this.#waiting++;
      later(() => {
        this.#waiting--;
        this.#ready.push(current);
        this.#turn();
      });
    }
    if (this.#waiting === 0) queueMicrotask(() => this.#ended());
  }
}

const pause =
  (ms: number): Later =>
  (resume) =>
    void setTimeout(resume, ms);

function* counted(name: string, ms: number): Waiting {
  for (let i = 1; i <= 2; i++) {
    yield pause(ms);
    console.log(`${name} ${i}`);
  }
}

function* countedHere(name: string, ms: number): Coroutine<void> {
  for (let i = 1; i <= 2; i++) {
    yield* sleep(ms);
    console.log(`${name} ${i}`);
  }
}

export async function main(): Promise<void> {
  const generator = counted('by hand', 0);
  console.log(`a generator stops at each yield: ${typeof generator.next().value}, and goes on when asked:`);
  generator.next();

  console.log('the loop of thirty lines:');
  const loop = new ThirtyLineLoop();
  loop.spawn(counted('slow', 30));
  loop.spawn(counted('quick', 20));
  await loop.run();

  console.log('ours:');
  await run(function* () {
    const slow = createTask(() => countedHere('slow', 30));
    yield* call(countedHere('quick', 20));
    yield* slow;
  });
}
