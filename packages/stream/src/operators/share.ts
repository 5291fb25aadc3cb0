/**
 * `share`: one subscription to the source for many consumers, with a policy for the slow ones. RxJS's own cuts the gate:
 * its Subject pushes without asking. Here every consumer has a bounded queue, and the source is held back while one of
 * them that may not lose anything is full.
 */
import {
  type MonoTypeOperatorFunction,
  type Observable,
  type ObservableInput,
  ReplaySubject,
  Subject,
  type SubjectLike,
  Subscriber,
  type Subscription,
} from 'rxjs';
import type { Gate } from '../gate.ts';
import { type BufferBounds, type BufferOptions, bufferBounds, checkCount } from '../overflow.ts';
import { GuardedSubscriber } from '../rxjs-inside.ts';
import { onAbort } from '../terminal/abort.ts';
import { reportUnhandled } from '../unhandled.ts';
import { Branch, Branches } from './branch.ts';
import { innerFrom } from './inner.ts';
import { operate } from './operate.ts';

/** When a shared stream forgets its source: at once, never, or when what the function gives emits. */
type Reset<A extends unknown[]> = boolean | ((...args: A) => ObservableInput<unknown>);

/** Options of `share`. The buffer options hold for every consumer on its own. */
export interface ShareOptions<T> extends BufferOptions<T> {
  /** How many of the last values a late consumer gets first. Default 0. */
  readonly replay?: number | undefined;
  /** What distributes the values, as in RxJS. Default: a Subject, or a ReplaySubject of `replay` values. */
  readonly connector?: (() => SubjectLike<T>) | undefined;
  /** Default true. */
  readonly resetOnError?: Reset<[error: unknown]> | undefined;
  /** Default true. */
  readonly resetOnComplete?: Reset<[]> | undefined;
  /** Default true: the source is left when the last consumer leaves. */
  readonly resetOnRefCountZero?: Reset<[]> | undefined;
}

/**
 * Shares one subscription to the source. `overflow` says what happens to a consumer whose queue is full. `pause` holds the
 * source, and so all consumers, back. `drop-oldest`, `drop-newest` and `latest` let that one miss values; `error` cuts it
 * off with StreamOverflowError. A consumer without backpressure (`subscribe`) is never full.
 *
 * @example
 * ```ts
 * import { share, Stream } from '@oxbow/stream';
 *
 * const numbers = Stream.from([1, 2, 3]).pipe(share());
 * numbers.subscribe((n) => console.log('one reader', n));
 * numbers.subscribe((n) => console.log('another', n));
 * ```
 */
export function share<T>(options: ShareOptions<T> = {}): MonoTypeOperatorFunction<T> {
  const { replay, connector, resetOnError, resetOnComplete, resetOnRefCountZero, signal, ...buffer } =
    options;
  const bounds = bufferBounds({ ...buffer, signal } as BufferOptions<T>, 'share()', [
    'replay',
    'connector',
    'resetOnError',
    'resetOnComplete',
    'resetOnRefCountZero',
  ]);
  if (replay !== undefined && replay !== 0) checkCount(replay, 'share(): replay');
  const connect = connector ?? (() => (replay ? new ReplaySubject<T>(replay) : new Subject<T>()));
  return (source) => {
    const shared = new Shared<T>(connect, bounds, {
      onError: resetOnError ?? true,
      onComplete: resetOnComplete ?? true,
      onRefCountZero: resetOnRefCountZero ?? true,
    });
    return operate<T, T>((from, subscriber) => {
      if (signal !== undefined) subscriber.add(onAbort(signal, (reason) => subscriber.error(reason)));
      if (!subscriber.closed) shared.join(from, subscriber);
    })(source);
  };
}

interface ResetRules {
  readonly onError: Reset<[error: unknown]>;
  readonly onComplete: Reset<[]>;
  readonly onRefCountZero: Reset<[]>;
}

/** The state behind all consumers of one `share()`. */
class Shared<T> {
  readonly #connect: () => SubjectLike<T>;
  readonly #bounds: BufferBounds<T>;
  readonly #rules: ResetRules;
  #subject: SubjectLike<T> | undefined;
  #hub: HubSubscriber<T> | undefined;
  #pendingReset: Subscription | undefined;
  #consumers = 0;
  #ended = false;

  constructor(connect: () => SubjectLike<T>, bounds: BufferBounds<T>, rules: ResetRules) {
    this.#connect = connect;
    this.#bounds = bounds;
    this.#rules = rules;
  }

  join(source: Observable<T>, subscriber: Subscriber<T>): void {
    this.#consumers++;
    if (!this.#ended) this.#cancelReset();
    const subject = (this.#subject ??= this.#connect());
    const hub = (this.#hub ??= new HubSubscriber<T>(subject, this));
    subscriber.add(() => this.#leave());
    hub.join(subscriber, this.#bounds);
    if (hub.connected || this.#consumers === 0) return;
    hub.connected = true;
    source.subscribe(hub);
  }

  failed(error: unknown): void {
    this.#ended = true;
    this.#cancelReset();
    this.#resetAtEnd(() => this.#resetBy(this.#rules.onError, () => this.#reset(), error));
  }

  completed(): void {
    this.#ended = true;
    this.#cancelReset();
    this.#resetAtEnd(() => this.#resetBy(this.#rules.onComplete, () => this.#reset()));
  }

  /** A rule that throws must not keep the end from the consumers. */
  #resetAtEnd(resetBy: () => Subscription | undefined): void {
    try {
      this.#pendingReset = resetBy();
    } catch (error) {
      reportUnhandled(error);
    }
  }

  #leave(): void {
    this.#consumers--;
    if (this.#consumers > 0 || this.#ended) return;
    this.#pendingReset = this.#resetBy(this.#rules.onRefCountZero, () => {
      const hub = this.#hub;
      this.#reset();
      hub?.unsubscribe();
    });
  }

  #reset(): void {
    this.#cancelReset();
    this.#subject = undefined;
    this.#hub = undefined;
    this.#ended = false;
  }

  #cancelReset(): void {
    this.#pendingReset?.unsubscribe();
    this.#pendingReset = undefined;
  }

  #resetBy<A extends unknown[]>(rule: Reset<A>, reset: () => void, ...args: A): Subscription | undefined {
    if (rule === false) return undefined;
    if (rule === true) {
      reset();
      return undefined;
    }
    // What subscribe() makes of a function: RxJS reports what a notifier fails with, and no gate is seen behind it.
    const notified = Subscriber.create<unknown>(() => {
      notified.unsubscribe();
      reset();
    });
    innerFrom(rule(...args)).subscribe(notified);
    return notified;
  }
}

/** @internal Subscribed to the source; its gate is closed while any branch holds it. */
export class HubSubscriber<T> extends GuardedSubscriber<T> {
  readonly branches: Branches = new Branches('share', 'slow consumer');
  readonly oxbowGate: Gate = this.branches.gate;
  private readonly subject: SubjectLike<T>;
  private readonly shared: { failed(error: unknown): void; completed(): void };
  connected = false;

  constructor(subject: SubjectLike<T>, shared: { failed(error: unknown): void; completed(): void }) {
    super();
    this.subject = subject;
    this.shared = shared;
  }

  /** Gives a consumer a queue of its own. */
  join(subscriber: Subscriber<T>, bounds: BufferBounds<T>): void {
    this.subject.subscribe(new Branch('share consumer', subscriber, bounds, this.branches) as never);
  }

  protected override onNext(value: T): void {
    this.subject.next(value);
  }

  protected override onError(error: unknown): void {
    this.stop();
    this.shared.failed(error);
    this.subject.error(error);
    this.unsubscribe();
  }

  protected override onComplete(): void {
    this.stop();
    this.shared.completed();
    this.subject.complete();
    this.unsubscribe();
  }
}
