// Runs one story in both forms of coroutine, on a virtual clock, and compares what they give.

import { assert } from '@oxbow/testkit';
import { type Coroutine, run, VirtualClock } from '../src/index.ts';

type AddTest = (title: string, body: () => Promise<void>) => void;

/** Runs `main` on a virtual clock of its own. */
export function virtually<T>(main: () => Promise<T>): Promise<T> {
  return run(main, { clock: new VirtualClock() }) as Promise<T>;
}

/** As above, for a generator. */
export function virtuallyGenerated<T>(main: () => Coroutine<T>): Promise<T> {
  return run(main as () => Coroutine<unknown>, { clock: new VirtualClock() }) as Promise<T>;
}

/** Two tests: the story as an async function and as a generator must both give `expected`. */
export function inBothForms(
  test: AddTest,
  title: string,
  expected: unknown,
  asAsync: () => Promise<unknown>,
  asGenerator: () => Coroutine<unknown>,
): void {
  test(`${title} (async)`, async () => {
    assert.equal(await virtually(asAsync), expected);
  });
  test(`${title} (generator)`, async () => {
    assert.equal(await virtuallyGenerated(asGenerator), expected);
  });
}

/** What an error is, in one comparable string. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}
