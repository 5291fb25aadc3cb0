/** What `zip` and `zipWith` are: a queue for each input, and the pairing of what waits in them. */

import type { Observable, Subscriber } from 'rxjs';
import { BoundedBuffer } from '../bounded-buffer.ts';
import { findGate, Gate, type GateKeeper } from '../gate.ts';
import { type BufferBounds, DEFAULT_BUFFER_BOUNDS } from '../overflow.ts';
import { GuardedSubscriber } from '../rxjs-inside.ts';

/** Subscribes to all inputs and emits a value, or what `select` makes of it, for every row. */
export function subscribeZip(
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
