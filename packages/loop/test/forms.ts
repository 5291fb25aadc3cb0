/**
 * Runs one story in both forms of coroutine, on a virtual clock, and compares what they give. The story is written once, as a
 * generator; where the two forms are to differ, it is written twice.
 */

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

/** Adds two tests for a story that is written once, as a generator without arguments. */
export type AddForms = (title: string, expected: unknown, asGenerator: () => Coroutine<unknown>) => void;

/**
 * Derives the async form of stories: each generator becomes an async function, and each `yield*` an `await`.
 *
 * @param compile evaluates an expression in the scope of the test file, whose imports the story uses: `(text) => eval(text)`
 */
export function eachForm(test: AddTest, compile: (text: string) => unknown): AddForms {
  return (title, expected, asGenerator) => {
    const asAsync = compile(`(${asyncForm(asGenerator.toString())})`) as () => Promise<unknown>;
    inBothForms(test, title, expected, asAsync, asGenerator);
  };
}

/** The text of a generator as that of an async function. Types are gone already: Node has replaced them by spaces. */
export function asyncForm(text: string): string {
  const derived = text
    .replaceAll(/\bfunction\s*\*\s*\(([^()]*)\)\s*\{/g, 'async ($1) => {')
    .replaceAll(/\bfunction\s*\*\s*(?=\w)/g, 'async function ')
    .replaceAll(/\byield\s*\*\s*/g, 'await ');
  if (!/\byield\b|\bfunction\s*\*/.test(derived)) return derived;
  throw new Error(`a story with a bare yield, or a generator of another shape, has two bodies: ${text}`);
}

/** What an error is, in one comparable string. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}
