/**
 * Suspensions: what passes from an Op through `yield*` to the loop while a generator waits, and nothing else may.
 */

/**
 * What a generator hands to the loop while it waits. Only Ops make it: a generator that yields anything else has
 * forgotten a star.
 */
export class Suspend {
  /** Not there at run time: its name is what the compiler says of whatever else is yielded. */
  declare readonly 'a star is missing: write yield* instead of yield': true;
}

/** A generator the loop can drive: it waits by `yield*` only, and returns a T. */
// biome-ignore lint/suspicious/noExplicitAny: what next() takes is the loop's affair; `any` lets yield* infer each Op's own type
export type Coroutine<T> = Generator<Suspend, T, any>;

/** Tells `next()` that the wait is over. @internal */
export const RESUMED: unique symbol = Symbol('resumed');

/** What every Op suspends its generator with. @internal */
export const SUSPEND: Suspend = new Suspend();
