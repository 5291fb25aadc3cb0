/**
 * The Subscriber at the end of every gated pipeline: a bounded buffer with a gate on it. Values go straight to the reader
 * while it keeps up and wait here while it does not. What the reader is, an iterator or a function, its subclasses know.
 */

import type { Linked } from '@oxbow/loop/structures';
import type { Observable } from 'rxjs';
import { BoundedBuffer } from '../bounded-buffer.ts';
import type { ConsumerWatch } from '../consumer-watch.ts';
import { creationSite } from '../creation-site.ts';
import type { BatchSubscriber } from '../emitter.ts';
import { Gate, type GateKeeper } from '../gate.ts';
import type { BufferBounds } from '../overflow.ts';
import { GuardedSubscriber } from '../rxjs-inside.ts';
import { suppress } from '../suppressed-error.ts';
import { onlyError } from '../teardown.ts';
import { reportUnhandled } from '../unhandled.ts';

/** How a stream failed. A record, so that an `undefined` error is still an error. */
export interface Failure {
  readonly error: unknown;
}

export abstract class Intake<T>
  extends GuardedSubscriber<T>
  implements BatchSubscriber<T>, GateKeeper, Linked<Intake<never>>
{
  declare readonly oxbowBatch: true;
  readonly oxbowGate: Gate;
  readonly buffer: BoundedBuffer<T>;
  /** Links of the list of the stream's live intakes. */
  nextLinked: Intake<never> | undefined = undefined;
  previousLinked: Intake<never> | undefined = undefined;
  private hasFinished = false;
  private howItFailed: Failure | undefined;
  private connecting = false;
  /** The source has ended before its subscribe call has returned. */
  private endedWithin = false;
  /** Set by a producer that feeds this intake directly; called with what is unread when the consumer leaves. */
  oxbowGiveBack: ((unread: readonly T[]) => void) | undefined = undefined;
  /** Set by a hot source that feeds this intake directly. */
  oxbowWatch: ConsumerWatch<T> | undefined = undefined;

  constructor(bounds: BufferBounds<T>) {
    super();
    this.buffer = new BoundedBuffer(bounds);
    this.oxbowGate = new Gate(this);
    this.oxbowGate.site = creationSite();
  }

  abstract get label(): string;
  /** In words: what the reader is busy with. */
  abstract waitsFor(): string;
  /** Takes the value at once, or says false and leaves it to the buffer. Called only when nothing waits before it. */
  protected abstract accept(value: T): boolean;
  /**
   * Takes the values that it can take at once; called only when nothing waits before them.
   *
   * @param owned true when the reader may keep the array
   * @returns the index of the first value left to the buffer
   */
  protected abstract acceptBatch(values: readonly T[], owned: boolean): number;
  /** Values have been queued. */
  protected abstract available(): void;
  /** Nothing more will be queued; what waits is still to be read, then `failure`. */
  protected abstract ended(): void;

  /** True once the source has ended, or the consumer has left. */
  get finished(): boolean {
    return this.hasFinished;
  }

  /** Why the source ended, when it failed. */
  get failure(): Failure | undefined {
    return this.howItFailed;
  }

  get queued(): number {
    return this.buffer.length;
  }

  get dropped(): number {
    return this.buffer.dropped;
  }

  /** Subscribes this intake to its source. */
  connect(source: Observable<T>): void {
    this.connecting = true;
    try {
      source.subscribe(this);
    } catch (error) {
      // A source that has ended before it gave its teardown: RxJS runs that one here, at once.
      if (this.hasFinished) this.teardownFailed(error);
      else this.error(error);
    }
    this.connecting = false;
    if (!this.endedWithin) return;
    this.endedWithin = false;
    this.ended();
  }

  protected override onNext(value: T): void {
    const { buffer } = this;
    if (buffer.length === 0 && this.accept(value)) return;
    this.enqueue(value);
    if (buffer.length > 0) this.available();
  }

  batch(values: readonly T[], owned = false): void {
    const { buffer } = this;
    // The whole batch is one emission: the gate's state before it decides whether the source ignores the pause.
    const paused = this.oxbowGate.closed;
    if (this.stopped) return;
    let i = buffer.length === 0 ? this.acceptBatch(values, owned) : 0;
    for (; i < values.length && !this.stopped; i++) this.enqueue(values[i] as T, paused);
    if (buffer.length > 0) this.available();
  }

  protected override onError(error: unknown): void {
    this.finish({ error });
  }

  protected override onComplete(): void {
    this.finish(undefined);
  }

  /**
   * Opens the gate at the low-water mark. Sources may emit within this call, so what was taken must be out of the
   * reader's hands before: else a new value overtakes it.
   */
  goOn(): void {
    this.oxbowWatch?.tookQueued();
    const gate = this.oxbowGate;
    // Nothing stands below a terminal: its gate is closed by itself or not at all.
    if (gate.closedByKeeper && this.buffer.drained && !this.hasFinished) gate.open();
  }

  /**
   * The consumer leaves: tears the source down now and forgets what waits.
   *
   * @param failure what later readers are told; nothing when they are to see a plain end
   * @throws what the teardown threw
   */
  close(failure?: Failure): void {
    this.hasFinished = true;
    this.howItFailed = failure;
    const isWanted = this.oxbowGiveBack !== undefined || this.oxbowWatch !== undefined;
    const unread = isWanted ? this.buffer.take(Number.POSITIVE_INFINITY) : [];
    this.buffer.clear();
    if (unread.length > 0) {
      this.oxbowGiveBack?.(unread);
      this.oxbowWatch?.gaveBack(unread);
    }
    this.tearDown();
  }

  /** Leaves a value to the buffer. */
  protected enqueue(value: T, paused: boolean = this.oxbowGate.closedByKeeper): void {
    const overflow = this.buffer.push(value, paused);
    if (overflow !== undefined) this.finish({ error: overflow });
    else if (this.buffer.full) this.filled();
  }

  /** The buffer has just become full. */
  protected filled(): void {
    this.oxbowGate.close();
  }

  private finish(failure: Failure | undefined): void {
    this.stop();
    this.hasFinished = true;
    this.howItFailed = failure;
    try {
      this.tearDown();
    } catch (error) {
      this.howItFailed = this.withTeardownError(error);
    }
    // The reader is told once the teardown is known, which may fail too.
    if (this.connecting) this.endedWithin = true;
    else this.ended();
  }

  /** A teardown has failed that came only when the stream was over already. */
  teardownFailed(error: unknown): void {
    if (this.endedWithin) this.howItFailed = this.withTeardownError(error);
    else reportUnhandled(error);
  }

  private withTeardownError(error: unknown): Failure {
    const failure = this.howItFailed;
    return { error: failure === undefined ? error : suppress(error, failure.error) };
  }

  /** RxJS's way to leave, which all ways lead to. */
  protected override onUnsubscribe(): void {
    try {
      super.onUnsubscribe();
    } finally {
      this.oxbowWatch?.left();
    }
  }

  private tearDown(): void {
    try {
      this.unsubscribe();
    } catch (error) {
      throw onlyError(error);
    }
  }
}
Object.defineProperty(Intake.prototype, 'oxbowBatch', { value: true });
