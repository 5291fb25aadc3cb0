/** `zip`: pairs the values of several streams by position, and holds the faster ones back. */
import type { Observable, ObservableInput, ObservableInputTuple, OperatorFunction, Subscriber } from 'rxjs';
import { BoundedBuffer } from '../bounded-buffer.ts';
import { creationSite, enterSite, leaveSite } from '../creation-site.ts';
import { findGate, Gate, type GateKeeper } from '../gate.ts';
import { type BufferBounds, DEFAULT_BUFFER_BOUNDS } from '../overflow.ts';
import { GuardedSubscriber } from '../rxjs-inside.ts';
import { Stream } from '../stream.ts';
import { innerFrom } from './inner.ts';
import { operate } from './operate.ts';

/**
 * Emits an array of the first value of every input, then of every second, and so on; completes when an input has ended and
 * nothing of it waits. A faster input is held back once 64 of its values wait; one that does not listen may go on to 1024.
 *
 * @throws StreamOverflowError into the stream when an input ignores the pause beyond the hard cap
 */
export function zip<A extends readonly unknown[]>(sources: [...ObservableInputTuple<A>]): Stream<A>;
export function zip<A extends readonly unknown[], R>(
  sources: [...ObservableInputTuple<A>],
  resultSelector: (...values: A) => R,
): Stream<R>;
export function zip<A extends readonly unknown[]>(...sources: [...ObservableInputTuple<A>]): Stream<A>;
export function zip<A extends readonly unknown[], R>(
  ...sourcesAndResultSelector: [...ObservableInputTuple<A>, (...values: A) => R]
): Stream<R>;
export function zip(...args: unknown[]): never {
  const last = args[args.length - 1];
  const select =
    typeof last === 'function' && args.length > 1
      ? (args.pop() as (...values: unknown[]) => unknown)
      : undefined;
  const inputs = (args.length === 1 && Array.isArray(args[0]) ? args[0] : args) as ObservableInput<unknown>[];
  const site = creationSite();
  return new Stream<unknown>((out) => {
    const outer = enterSite(site);
    subscribeZip(inputs.map(innerFrom), out, select);
    leaveSite(outer);
  }) as never;
}

/** Zips the source with further streams. */
export function zipWith<T, A extends readonly unknown[]>(
  ...others: [...ObservableInputTuple<A>]
): OperatorFunction<T, [T, ...A]> {
  return operate((source, subscriber: Subscriber<[T, ...A]>) => {
    const inputs = [source as Observable<unknown>, ...(others as ObservableInput<unknown>[]).map(innerFrom)];
    subscribeZip(inputs, subscriber as Subscriber<unknown>, undefined);
  });
}

function subscribeZip(
  inputs: readonly Observable<unknown>[],
  subscriber: Subscriber<unknown>,
  select: ((...values: unknown[]) => unknown) | undefined,
): void {
  if (inputs.length === 0) {
    subscriber.complete();
    return;
  }
  const lanes = inputs.map(() => new ZipLane(subscriber));
  const pair = (): void => {
    while (!subscriber.closed && lanes.every((lane) => lane.queued > 0)) {
      const values = lanes.map((lane) => lane.shift());
      let result: unknown = values;
      try {
        if (select !== undefined) result = select(...values);
      } catch (error) {
        subscriber.error(error);
        return;
      }
      subscriber.next(result);
      for (const lane of lanes) lane.letSourceGoOn();
    }
    if (!subscriber.closed && lanes.some((lane) => lane.stopped && lane.queued === 0)) subscriber.complete();
  };
  // All lanes know what to do before the first source emits: it may do so at once.
  for (const lane of lanes) {
    lane.arrived = pair;
    lane.lanes = lanes;
  }
  for (const [i, input] of inputs.entries()) {
    if (subscriber.closed) return;
    input.subscribe(lanes[i] as ZipLane);
  }
}

/** What waits of one input. */
class ZipLane extends GuardedSubscriber<unknown> implements GateKeeper {
  readonly label = 'zip';
  readonly oxbowGate: Gate;
  private readonly buffer = new BoundedBuffer<unknown>(DEFAULT_BUFFER_BOUNDS as BufferBounds<unknown>);
  arrived: () => void = () => {};
  lanes: readonly ZipLane[] = [];

  constructor(downstream: Subscriber<unknown>) {
    super(downstream);
    this.oxbowGate = new Gate(this, findGate(downstream), true);
  }

  get queued(): number {
    return this.buffer.length;
  }

  waitsFor(): string {
    return this.queued > 0 ? 'the other streams of zip' : 'nothing: it waits for the source';
  }

  *awaits(): Generator<Gate> {
    for (const lane of this.lanes) if (lane.queued === 0 && !lane.stopped) yield lane.oxbowGate;
  }

  shift(): unknown {
    return this.buffer.shift();
  }

  letSourceGoOn(): void {
    if (this.buffer.drained && !this.stopped) this.oxbowGate.open();
  }

  protected override onNext(value: unknown): void {
    const overflow = this.buffer.push(value, this.oxbowGate.closed);
    if (overflow !== undefined) {
      this.error(overflow);
      return;
    }
    if (this.buffer.full) this.oxbowGate.close();
    this.arrived();
  }

  protected override onComplete(): void {
    this.stop();
    // The source is over and torn down; what waits of it stays for the other lanes.
    this.unsubscribe();
    this.arrived();
  }

  protected override onUnsubscribe(): void {
    this.oxbowGate.dispose();
    super.onUnsubscribe();
  }
}
