/**
 * Keeps what waits and synchronises out of reactive proxies. Behind one, two references to the same waiter are no longer the
 * same, and private fields cannot be reached at all.
 */

/** What Vue's `markRaw` sets: `reactive()` and `ref()` leave such an object as it is, wherever it stands in their state. */
const VUE_SKIP = '__v_skip';

/** Marks the instances of a class so that Vue leaves them alone. MobX, Immer and the like do so with every class. */
export function keepRaw(prototype: object): void {
  Object.defineProperty(prototype, VUE_SKIP, { value: true });
}
