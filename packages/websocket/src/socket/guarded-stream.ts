/**
 * Streams whose plain subscribers have an owner for what they throw. RxJS reports an error of a subscriber, and one that
 * reaches a subscriber without an error callback, as uncaught, which ends the process. Of a socket, one bad message of a
 * stranger would do. Here the socket is told instead, also behind any operators.
 */
import { Stream } from '@oxbow/stream';
import { type Observer, type Operator, Subscriber, type Subscription } from 'rxjs';

/** Told of errors that a subscriber threw or did not want to hear of. */
export type ErrorOwner = (error: unknown) => void;

/** What `subscribe` takes first. */
export type ObserverOrNext<T> = Partial<Observer<T>> | ((value: T) => void) | null | undefined;

/** A stream derived from a socket by operators. */
export class GuardedStream<T> extends Stream<T> {
  readonly #owner: ErrorOwner;

  constructor(owner: ErrorOwner) {
    super();
    this.#owner = owner;
  }

  override lift<R>(operator?: Operator<T, R>): Stream<R> {
    return liftGuarded(this, this.#owner, operator);
  }

  override subscribe(
    observerOrNext?: ObserverOrNext<T>,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    return super.subscribe(guardedObserver(this.#owner, observerOrNext, error, complete));
  }
}

/** What `lift` of a socket, and of all that comes of it, returns. */
export function liftGuarded<T, R>(
  source: Stream<T>,
  owner: ErrorOwner,
  operator: Operator<T, R> | undefined,
): Stream<R> {
  const stream = new GuardedStream<R>(owner);
  stream.source = source;
  stream.operator = operator;
  return stream;
}

/** The observer to subscribe in the place of the given one. */
export function guardedObserver<T>(
  owner: ErrorOwner,
  given: ObserverOrNext<T>,
  error?: ((error: unknown) => void) | null,
  complete?: (() => void) | null,
): Partial<Observer<T>> {
  // Operators and terminals of a stream keep their errors in the stream themselves.
  if (given instanceof Subscriber) return given;
  const observer: Partial<Observer<T>> =
    typeof given === 'function' || given === null || given === undefined
      ? { ...(given && { next: given }), ...(error && { error }), ...(complete && { complete }) }
      : given;
  return new GuardedObserver(owner, observer);
}

/** A plain subscriber: what it throws, or its promises reject with, goes to the owner. */
class GuardedObserver<T> implements Observer<T> {
  readonly #owner: ErrorOwner;
  readonly #observer: Partial<Observer<T>>;

  constructor(owner: ErrorOwner, observer: Partial<Observer<T>>) {
    this.#owner = owner;
    this.#observer = observer;
  }

  next(value: T): void {
    try {
      this.#follow(this.#observer.next?.(value));
    } catch (thrown) {
      this.#owner(thrown);
    }
  }

  error(failure: unknown): void {
    if (this.#observer.error === undefined) {
      this.#owner(failure);
      return;
    }
    try {
      this.#follow(this.#observer.error(failure));
    } catch (thrown) {
      this.#owner(thrown);
    }
  }

  complete(): void {
    try {
      this.#follow(this.#observer.complete?.());
    } catch (thrown) {
      this.#owner(thrown);
    }
  }

  #follow(result: unknown): void {
    if (isThenable(result)) result.then(undefined, this.#owner);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}
