/**
 * What a coroutine may be, in types and at run time: an async function, a plain function, or a generator that waits by `yield*`.
 */

import { isInstance, UsageError } from '../errors.ts';
import type { Coroutine, Suspend } from './suspension.ts';

/** What the compiler says of a generator that yields something of its own: it has forgotten the star of a `yield*`. */
export type StrayYield = 'a star is missing: write yield* instead of yield';

/** What the compiler says of an async generator: it would never be run. */
type NoCoroutine = 'an async generator is no coroutine: loop over it in an async function';

/** `unknown` for everything the loop can drive; a generator that yields anything but Suspend is refused. */
export type NoStray<R> = [R] extends [never]
  ? unknown
  : R extends Generator<infer Y, unknown, never>
    ? [Y] extends [Suspend]
      ? unknown
      : StrayYield
    : R extends AsyncGenerator
      ? NoCoroutine
      : unknown;

/** What a coroutine of this return type results in. */
// biome-ignore lint/suspicious/noExplicitAny: inference positions
export type Result<R> = R extends Generator<any, infer T, any> ? T : Awaited<R>;

/** Anything that can be waited for: an Op, a Task, a Promise, any thenable, or a generator. */
export type Awaitable<T> = PromiseLike<T> | Coroutine<T>;

/** What waiting for an A gives. */
// biome-ignore lint/suspicious/noExplicitAny: inference positions
export type AwaitedOf<A> = A extends Generator<any, infer T, any> ? T : Awaited<A>;

const GeneratorFunction = Object.getPrototypeOf(function* () {}).constructor as GeneratorFunctionConstructor;
const generatorPrototype = GeneratorFunction.prototype.prototype as object;

/** Whether calling it runs nothing yet. */
export function isGeneratorFunction(fn: unknown): boolean {
  return typeof fn === 'function' && fn instanceof GeneratorFunction;
}

export function isGenerator(value: unknown): value is Coroutine<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  try {
    // Two steps up: a generator object inherits from its function's own prototype object.
    return Object.prototype.isPrototypeOf.call(generatorPrototype, value);
  } catch {
    // A revoked Proxy answers nothing.
    return false;
  }
}

const TAKEN = Symbol('taken');

/**
 * Marks a generator as run by one task or frame: given to two, each would see half of its steps.
 *
 * @throws UsageError when it was taken before
 */
export function takeGenerator(generator: object): void {
  const marked = generator as { [TAKEN]?: true };
  if (marked[TAKEN]) {
    throw new UsageError(
      'This generator is run by a task already, or was: call its generator function again, each run needs a generator of its own',
      { code: 'ERR_OXBOW_LOOP_GENERATOR_TAKEN' },
    );
  }
  try {
    marked[TAKEN] = true;
  } catch {
    // Frozen: nobody will know.
  }
}

const nativeThen = Promise.prototype.then;

/** Whether it is a promise of the engine's whose `then` nobody has replaced: one that keeps what promises promise. */
export function isNativePromise(value: unknown): value is Promise<unknown> {
  return isInstance(value, Promise) && value.then === nativeThen;
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null &&
    (typeof value === 'object' || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
