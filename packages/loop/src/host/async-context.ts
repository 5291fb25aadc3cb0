/**
 * Node's AsyncLocalStorage and AsyncResource, and what stands in for them in a page.
 *
 * The stand-in follows calls, not promises: a value holds from `run` to its return and inside whatever a
 * resource runs. It is gone after the first `await`, where only an engine could bring it back. Generators,
 * which the loop steps by a call, have their context whole.
 */

import type { AsyncResource as NodeResource, AsyncLocalStorage as NodeStorage } from 'node:async_hooks';
import { builtin } from './builtin.ts';

/** The part of Node's class that this package uses. */
export interface ContextStorage<T> {
  run<R, A extends unknown[]>(store: T, body: (...args: A) => R, ...args: A): R;
  enterWith(store: T): void;
  getStore(): T | undefined;
  disable(): void;
}

/** The part of Node's class that this package uses. */
export interface ContextResource {
  runInAsyncScope<This, A extends unknown[], R>(
    body: (this: This, ...args: A) => R,
    thisArg?: This,
    ...args: A
  ): R;
}

/** The values of all stand-ins; never changed, so that a resource can keep it. */
type Frame = ReadonlyMap<object, unknown>;

let frame: Frame = new Map();

function runIn<R>(inner: Frame, body: () => R): R {
  const outer = frame;
  frame = inner;
  try {
    return body();
  } finally {
    frame = outer;
  }
}

/** Stands in for AsyncLocalStorage. */
export class CallStorage<T> implements ContextStorage<T> {
  run<R, A extends unknown[]>(store: T, body: (...args: A) => R, ...args: A): R {
    return runIn(new Map(frame).set(this, store), () => body(...args));
  }

  enterWith(store: T): void {
    frame = new Map(frame).set(this, store);
  }

  getStore(): T | undefined {
    return frame.get(this) as T | undefined;
  }

  disable(): void {
    const without = new Map(frame);
    without.delete(this);
    frame = without;
  }
}

/** Stands in for AsyncResource: keeps the values of the moment in which it was made. */
export class CallResource implements ContextResource {
  readonly #frame: Frame = frame;

  // biome-ignore lint/complexity/noUselessConstructor: it takes what Node's takes
  constructor(_type: string, _triggerAsyncId?: number) {}

  runInAsyncScope<This, A extends unknown[], R>(
    body: (this: This, ...args: A) => R,
    thisArg?: This,
    ...args: A
  ): R {
    return runIn(this.#frame, () => Reflect.apply(body, thisArg, args) as R);
  }
}

const hooks = builtin('node:async_hooks');

/** Whether values follow an async function across its waits. */
export const followsPromises: boolean = hooks !== undefined;

/** Node's class, or its stand-in. */
export const AsyncLocalStorage: new <T>() => ContextStorage<T> = (hooks?.AsyncLocalStorage ??
  CallStorage) as typeof NodeStorage;

/** Node's class, or its stand-in. */
export const AsyncResource: new (type: string, triggerAsyncId?: number) => ContextResource =
  (hooks?.AsyncResource ?? CallResource) as typeof NodeResource;
