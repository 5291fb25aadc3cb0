// Suspensions: what passes from an Op through `yield*` to the loop while a generator waits, and nothing else may.

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

export const SUSPEND: Suspend = new Suspend();

const plainSuspension: IteratorYieldResult<Suspend> = { done: false, value: SUSPEND };

/**
 * Counts how many `yield*` a suspension passes through: each reads `done` once. While a frame is being unwound, more
 * than one means a generator nested without call(), which JavaScript would let run on afterwards.
 */
class CountingSuspension {
  reads = 0;
  readonly value: Suspend = SUSPEND;
  get done(): false {
    this.reads++;
    return false;
  }
}

const countingSuspension: CountingSuspension = new CountingSuspension();
/** Which suspension Ops return at present; the driver sets it around each step. */
export const suspension: { current: IteratorYieldResult<Suspend> } = { current: plainSuspension };

/** How often the last suspension was read. */
export function nestingReads(): number {
  return countingSuspension.reads;
}

export function countNesting(on: boolean): void {
  if (on) countingSuspension.reads = 0;
  suspension.current = on ? countingSuspension : plainSuspension;
}
