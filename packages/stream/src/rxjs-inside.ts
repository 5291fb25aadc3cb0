/**
 * All that this package knows of the inside of RxJS 7, in one place. None of it is documented by RxJS, and all of it is
 * tried at import (rxjs-self-test.ts):
 *
 * - `destination` links a Subscriber to the next one down; the gate is found along it.
 * - `isStopped` says that a Subscriber has had its end. Set from outside of RxJS it makes one deaf. What comes all the same is
 *   told to `config.onStoppedNotification` by Subscriber's own methods.
 * - The constructor of a Subscriber unsubscribes it at once when what is downstream has ended: before there are fields.
 * - `subscribe()` of a lifted Observable calls `operator.call(subscriber, source)`, of a source `_subscribe(subscriber)`.
 *   `lift` makes the lifted one.
 * - `source` leads from a lifted Observable to the one above it.
 * - A group of `groupBy` is a bare Observable with a `key` and a `_subscribe` of its own; its Subject is out of reach.
 */
import {
  groupBy,
  Observable,
  type Observer,
  type Operator,
  Subject,
  Subscriber,
  type TeardownLogic,
} from 'rxjs';

/**
 * The base of every Subscriber of this package: nothing is heard after the end. Members are `private`, not `#private`: RxJS's
 * objects work behind a Proxy (those of interop libraries, of Vue, of MobX), and so must these.
 */
export abstract class GuardedSubscriber<T> extends Subscriber<T> {
  private readonly isBuilt: boolean = true;

  override next(value: T): void {
    if (this.isStopped) super.next(value);
    else this.onNext(value);
  }

  override error(error?: unknown): void {
    if (this.isStopped) super.error(error);
    else this.onError(error);
  }

  override complete(): void {
    if (this.isStopped) super.complete();
    else this.onComplete();
  }

  override unsubscribe(): void {
    if (this.isBuilt) this.onUnsubscribe();
    else super.unsubscribe();
  }

  /** A value has come. By default it is handed on. */
  protected onNext(value: T): void {
    super.next(value);
  }

  /** The source has failed. By default that is handed on, and this is torn down. */
  protected onError(error: unknown): void {
    super.error(error);
  }

  /** The source has completed. By default that is handed on, and this is torn down. */
  protected onComplete(): void {
    super.complete();
  }

  /** The end has come, or the consumer leaves: tears down. May be called more than once. */
  protected onUnsubscribe(): void {
    super.unsubscribe();
  }

  /** True once nothing is heard any more. */
  get stopped(): boolean {
    return this.isStopped;
  }

  /** From here on nothing is heard, though this is not torn down yet. */
  protected stop(): void {
    this.isStopped = true;
  }
}

/** The base of Stream: RxJS's hook for subscriptions, under a name. */
export abstract class HookedObservable<T> extends Observable<T> {
  /** @internal RxJS's own hook. */
  _subscribe(subscriber: Subscriber<T>): TeardownLogic {
    const { source } = this;
    return source === undefined ? this.onSubscribe(subscriber) : source.subscribe(subscriber as never);
  }

  /** Starts the source for one subscriber. */
  protected abstract onSubscribe(subscriber: Subscriber<T>): TeardownLogic;
}

/** What `lift` returns: `derived` over `source`, subscribed to by `operator`; without one it passes on. */
export function derive<S extends Observable<never> | Observable<unknown>>(
  derived: S,
  source: Observable<unknown>,
  operator?: Operator<never, unknown>,
): S {
  derived.source = source as never;
  derived.operator = operator as never;
  return derived;
}

/** What a Subscriber hands on to; undefined at the end of the chain, and once it has been left. */
export function below(subscriber: Partial<Observer<unknown>>): Partial<Observer<unknown>> | null | undefined {
  return (subscriber as { readonly destination?: Partial<Observer<unknown>> | null }).destination;
}

/** What a lifted Observable was lifted from. */
export function above(observable: Observable<unknown>): Observable<unknown> | undefined {
  return observable.source;
}

/** True for a group of RxJS's `groupBy`: no other Observable subscribes by that very code. */
export function isStockGroup(observable: Observable<unknown>): boolean {
  return Object.hasOwn(observable, 'key') && codeOf(observable) === groupCode();
}

let codeOfGroups: string | undefined;

function groupCode(): string | undefined {
  if (codeOfGroups !== undefined) return codeOfGroups;
  const source = new Subject<unknown>();
  source.pipe(groupBy(() => 0)).subscribe((group) => {
    codeOfGroups = codeOf(group);
  });
  source.next(0);
  source.complete();
  return codeOfGroups;
}

function codeOf(observable: Observable<unknown>): string | undefined {
  const own = Object.getOwnPropertyDescriptor(observable, '_subscribe')?.value as unknown;
  return typeof own === 'function' ? Function.prototype.toString.call(own) : undefined;
}
