/**
 * The types of objects in threads: from what a module exports to what the near side sees. Nothing of it
 * exists at run time.
 */

import type { EventEmitter } from 'node:events';
import type { Result } from '@oxbow/loop';
import type { RemoteCall } from '../call/remote-call.ts';

// biome-ignore lint/suspicious/noExplicitAny: the widest types; `never[]` would not infer the arguments
type AnyMaker = (abstract new (...args: any[]) => object) | ((...args: any[]) => object);

/**
 * The names of what a module exports to make objects by: classes, and functions that give an object or a
 * promise of one.
 */
export type MakerNames<M> = { [K in keyof M]: M[K] extends AnyMaker ? K : never }[keyof M] & string;

/** The arguments of such a class or function. */
export type MakerArguments<M, K extends keyof M> = M[K] extends new (
  ...args: infer A
) => unknown
  ? A
  : M[K] extends (...args: infer A) => unknown
    ? A
    : never;

/** The object that such a class or function makes; a promise of one is awaited in the thread. */
export type MadeBy<M, K extends keyof M> = M[K] extends new (
  ...args: never[]
) => infer T
  ? T
  : M[K] extends (...args: never[]) => infer R
    ? Awaited<R>
    : never;

/** One way to open an object of M: the name, then its arguments. */
export type OpenOf<M, K extends MakerNames<M> = MakerNames<M>> = {
  [N in K]: [name: N, ...args: MakerArguments<M, N>];
}[K];

/** The events of an object and their arguments; those of an EventEmitter without types may have any. */
export type EventsOf<T> = T extends EventEmitter<infer E> ? E : Record<never, never[]>;

type MethodNames<T> = {
  [K in keyof T]: T[K] extends (...args: never[]) => unknown ? K : never;
}[keyof T] &
  string;

type OwnMethodNames<T> = Exclude<
  MethodNames<T>,
  keyof InThreadMembers<never> | (T extends EventEmitter ? keyof EventEmitter : never)
>;

/** What every object in a thread has beside its methods. */
export interface InThreadMembers<Events> extends AsyncDisposable {
  /**
   * Ends the thread: the calls made before run first, then the object's own `close` (or its
   * `Symbol.asyncDispose`, or its
   * `Symbol.dispose`) and whatever that waits for. Repeated calls give the same promise; calls of methods are refused from
   * now on.
   *
   * Rejects with what the object's own `close` threw; the thread is ended all the same.
   */
  close(): Promise<void>;
  /** Ends the thread at once: every call ends with CancelledError, whatever its method does. */
  terminate(reason?: unknown): Promise<void>;
  /**
   * Has `listener` called for each event of this name that the object emits from now on, in their order, each
   * on a turn of the loop. An event comes before the result of the call that emitted it. What a listener
   * throws is reported to `loop.onUnhandled`. A listener keeps the process alive until it is taken off.
   *
   * @returns what takes the listener off
   * @throws UsageError `ERR_OXBOW_THREADS_NO_EVENTS` when the object is no EventEmitter
   */
  on<K extends keyof Events & string>(
    event: K,
    listener: (...args: Events[K] extends unknown[] ? Events[K] : never) => unknown,
  ): () => void;
}

/**
 * An object in a thread, as this side sees it: its methods, each a call that is awaited and cancelled like
 * any other.
 */
export type InThread<T> = {
  readonly [K in OwnMethodNames<T>]: T[K] extends (...args: infer A) => infer R
    ? (...args: A) => RemoteCall<Result<R>>
    : never;
} & InThreadMembers<EventsOf<T>>;
