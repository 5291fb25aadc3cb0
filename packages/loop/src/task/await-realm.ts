/**
 * Tells the handlers of an `await` from those that somebody wrote, which must not be called before `then` has returned.
 *
 * `await op` calls `then` from a job of its own, and ECMA-262 has that job run in the realm of the `then` it calls
 * (NewPromiseResolveThenableJob). The two functions it makes there resolve and reject a native promise, and inherit from that
 * realm's Function.prototype. So `then` lives in a realm where nothing else is. Some engines do otherwise, as Bun's, and a
 * page has no second realm: there every wait takes the long way, and nothing else changes.
 */

import { builtin } from '../host/builtin.ts';

type Then<This, Handlers extends unknown[], R> = (this: This, ...handlers: Handlers) => R;

interface Realm {
  readonly Function: FunctionConstructor;
  /** Gives a function of the realm that does what `then` does. */
  adopt<This, Handlers extends unknown[], R>(then: Then<This, Handlers, R>): Then<This, Handlers, R>;
}

const SOURCE = `({
  Function,
  adopt: (then) => ({
    then(onFulfilled, onRejected) {
      return then.call(this, onFulfilled, onRejected);
    },
  }).then,
})`;

const NAME = 'await-realm';

/** `undefined` in a page. */
const realm: Realm | undefined = makeRealm();

function makeRealm(): Realm | undefined {
  const vm = builtin('node:vm');
  if (vm === undefined) return undefined;
  return vm.runInContext(SOURCE, vm.createContext({}, { name: NAME }), { filename: NAME }) as Realm;
}

/** The function that `then` methods are to be, so that `isOfAwait` knows their callers. */
export const inAwaitRealm: Realm['adopt'] = realm?.adopt ?? ((then) => then);

/** The Function of the realm; without one, of a class that nothing is an instance of. */
const AwaitFunction: new () => object = realm?.Function ?? class {};

/**
 * Whether a handler resolves or rejects a native promise that waits (by `await`, or as it follows what it was resolved
 * with). Calling it runs nobody's code, and nobody looks at what `then` returns.
 */
export function isOfAwait(handler: unknown): boolean {
  return handler instanceof AwaitFunction;
}
