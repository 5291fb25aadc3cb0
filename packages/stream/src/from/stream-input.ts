/** What `Stream.from` takes, and which producer each kind gets. It does not know the Stream class. */
import {
  type InteropObservable,
  Observable,
  type ObservableInput,
  type Subscribable,
  type TeardownLogic,
} from 'rxjs';
import type { Emitter } from '../emitter.ts';
import { StreamInputError } from '../errors.ts';
import type { Flow } from '../flow.ts';
import { emitItems, produceAsyncIterable } from './async-iterable.ts';
import { produceArray, produceIterable } from './iterable.ts';
import { producePromise } from './promise.ts';
import { isReadable, produceReadable, type ReadableLike } from './readable.ts';
import { isWebReadable, produceWebReadable, type WebReadableLike } from './web-stream.ts';

/** The protocol symbol by which `node:stream/iter` asks an object for its batches of bytes. */
export const kToAsyncStreamable: unique symbol = Symbol.for('Stream.toAsyncStreamable');

/** An object with the batch protocol of `node:stream/iter`: an async iterable of arrays of byte views. */
export interface AsyncStreamable {
  [kToAsyncStreamable](): unknown;
}

/** Everything that can be made a stream. */
export type StreamInput<T> =
  | Observable<T>
  | InteropObservable<T>
  | Subscribable<T>
  | AsyncIterable<T>
  | Iterable<T>
  | ArrayLike<T>
  | PromiseLike<T>
  | WebReadableLike<T>
  | ReadableLike
  | AsyncStreamable
  | ObservableInput<T>;

type Producer<T> = (out: Emitter<T>, flow: Flow) => TeardownLogic;

/** @internal The producer for any input that is no Observable of ours. */
export function producerOf<T>(input: unknown): Producer<T> {
  if (typeof input === 'string') return produceArray(input as never);
  if (input === null || input === undefined || (typeof input !== 'object' && typeof input !== 'function')) {
    throw notAStream(input);
  }
  const interop = interopObservable<T>(input);
  if (interop !== undefined) return (out) => interop().subscribe(out) as TeardownLogic;
  if (isReadable(input)) return produceReadable<T>(input);
  if (kToAsyncStreamable in input) return produceStreamable<T>(input as AsyncStreamable);
  if (isWebReadable(input)) return produceWebReadable(input as WebReadableLike<T>);
  if (Array.isArray(input)) return produceArray(input as T[]);
  if (Symbol.asyncIterator in input) return produceAsyncIterable(input as AsyncIterable<T>);
  if (typeof (input as PromiseLike<T>).then === 'function') return producePromise(input as PromiseLike<T>);
  // After promises: some of those carry a subscribe() of another kind.
  if (typeof (input as Subscribable<T>).subscribe === 'function') {
    return (out) => (input as Subscribable<T>).subscribe(out) as TeardownLogic;
  }
  if (Symbol.iterator in input) return produceIterable(input as Iterable<T>);
  if (typeof (input as ArrayLike<T>).length === 'number' && typeof input !== 'function') {
    return produceArray(input as ArrayLike<T>);
  }
  throw notAStream(input);
}

/** Symbol.observable may come from a polyfill loaded later than rxjs, hence the look at both names. */
function interopObservable<T>(input: object): (() => Subscribable<T>) | undefined {
  const wellKnown = (Symbol as { readonly observable?: symbol }).observable;
  for (const key of [wellKnown, '@@observable'] as const) {
    if (key === undefined) continue;
    const method = (input as Record<PropertyKey, unknown>)[key];
    if (typeof method !== 'function') continue;
    return () => {
      const observable = method.call(input) as Subscribable<T>;
      if (typeof observable?.subscribe === 'function') return observable;
      throw new StreamInputError('Symbol.observable gave an object without subscribe().');
    };
  }
  return undefined;
}

function produceStreamable<T>(input: AsyncStreamable): Producer<T> {
  return (out, flow) => {
    const given = input[kToAsyncStreamable]();
    const start = (streamable: unknown): void => {
      if (out.closed) return;
      if (streamable !== null && typeof streamable === 'object' && Symbol.asyncIterator in streamable) {
        const batches = streamable as AsyncIterable<T | readonly T[]>;
        const emit = (to: Emitter<T>, item: T | readonly T[]): void =>
          Array.isArray(item) ? emitItems(to, item as readonly T[]) : to.next(item as T);
        out.add(produceAsyncIterable<T, T | readonly T[]>(batches, emit)(out, flow));
      } else {
        out.add(producerOf<T>(streamable)(out, flow));
      }
    };
    if (typeof (given as PromiseLike<unknown> | undefined)?.then !== 'function') {
      start(given);
      return;
    }
    (given as PromiseLike<unknown>).then(start).then(undefined, (error: unknown) => out.error(error));
  };
}

/** True for an Observable of any copy of rxjs 7. */
export function isObservable<T>(input: unknown): input is Observable<T> {
  if (input instanceof Observable) return true;
  const candidate = input as { lift?: unknown; subscribe?: unknown } | null | undefined;
  return typeof candidate?.lift === 'function' && typeof candidate.subscribe === 'function';
}

function notAStream(input: unknown): StreamInputError {
  const what = input === null ? 'null' : typeof input;
  return new StreamInputError(
    `Stream.from() takes an Observable, an iterable, an async iterable, a Readable, a ReadableStream or a promise; got ${what}.`,
  );
}
