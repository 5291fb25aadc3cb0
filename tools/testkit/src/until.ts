/**
 * Waiting for a fact: the one place in the tests where real time passes on purpose.
 */
import { signalIfRunning, waitingFor } from './running-test.ts';

// Tests may replace the global timers; the waiting must not notice.
const { setTimeout } = globalThis;

/** The first pauses between two looks are this long, in milliseconds; each is twice the one before. */
const FIRST_PAUSE_MS = 1;

/** No pause between two looks is longer, in milliseconds. */
const LONGEST_PAUSE_MS = 50;

/**
 * Looks again and again until `fact` gives something truthy, and resolves to that. For what no event tells: a line
 * that another process printed, a file, a counter. Bounded by the running test's deadline, whose message then says
 * `what`; a virtual clock does not matter to it.
 *
 * @param what the fact in words, such as `the worker has begun`
 * @param fact called at once, then after pauses of 1 ms up to 50 ms; may return a promise
 * @throws what `fact` throws; the deadline's error once the test has run into it
 */
export async function until<Fact>(
  what: string,
  fact: () => Fact | PromiseLike<Fact>,
): Promise<Exclude<Awaited<Fact>, false | 0 | '' | null | undefined>> {
  const takeBack = waitingFor(what);
  const signal = signalIfRunning();
  try {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const found = await fact();
      if (found) return found as Exclude<Awaited<Fact>, false | 0 | '' | null | undefined>;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      signal?.throwIfAborted();
    }
  } finally {
    takeBack();
  }
}
