/**
 * Windows and groups, held back by who reads them. RxJS feeds each by a Subject, which pushes without asking; here every
 * reader of one has a bounded queue, and the source waits while one of those is full.
 */

import type { Observable, OperatorFunction, Subscriber } from 'rxjs';
import * as stock from 'rxjs';
import { findGate, Gate, type GateKeeper } from '../gate.ts';
import { BufferStage } from '../operators/buffer.ts';
import { operate } from '../operators/operate.ts';
import { DEFAULT_BUFFER_BOUNDS } from '../overflow.ts';
import { passage } from './passage.ts';

/** Puts a gate above the operator, which readers of the streams it emits can close. */
export function fed<T, R>(
  label: string,
  operator: OperatorFunction<T, Observable<R>>,
): OperatorFunction<T, Observable<R>> {
  return operate<T, Observable<R>>((source, subscriber) => {
    const readers = new Readers(label, subscriber);
    source
      .pipe(
        passage<T>(readers.oxbowGate),
        operator,
        stock.map((stream) => readers.over(stream)),
      )
      .subscribe(subscriber);
    return () => readers.oxbowGate.dispose();
  });
}

/** Those who read the windows of one subscription, and the gate they have in common. */
class Readers implements GateKeeper {
  readonly label: string;
  readonly oxbowGate: Gate;
  readonly #full = new Set<Reader<unknown>>();

  constructor(label: string, downstream: Subscriber<never> | Subscriber<Observable<never>>) {
    this.label = label;
    this.oxbowGate = new Gate(this, findGate(downstream), true);
  }

  get queued(): number {
    let most = 0;
    for (const reader of this.#full) most = Math.max(most, reader.queued);
    return most;
  }

  waitsFor(): string {
    return this.#full.size === 0 ? 'nothing: it waits for the source' : `${this.#full.size} full readers`;
  }

  /** The same stream with a queue for each of its readers. What else it has, a group's key, it keeps. */
  over<R>(stream: Observable<R>): Observable<R> {
    const call = (subscriber: Subscriber<R>, source: Observable<R>): stock.TeardownLogic =>
      source.subscribe(new Reader<R>(subscriber, this) as never);
    const read = stream.lift({ call } as stock.Operator<R, R>);
    return 'key' in stream ? Object.assign(read, { key: stream.key }) : read;
  }

  hold(reader: Reader<never>): void {
    this.#full.add(reader as never);
    this.oxbowGate.close();
  }

  holds(reader: Reader<never>): boolean {
    return this.#full.has(reader as never);
  }

  release(reader: Reader<never>): void {
    if (this.#full.delete(reader as never) && this.#full.size === 0) this.oxbowGate.open();
  }
}

/** The queue of one reader of one window. */
class Reader<T> extends BufferStage<T> {
  override readonly label: string = 'window reader';
  private readonly readers: Readers;

  constructor(downstream: Subscriber<T>, readers: Readers) {
    super(downstream, DEFAULT_BUFFER_BOUNDS);
    this.readers = readers;
  }

  protected override holdSource(): void {
    this.readers.hold(this as never);
  }

  protected override letSourceGoOn(): void {
    this.readers.release(this as never);
  }

  protected override get sourceHeld(): boolean {
    return this.readers.holds(this as never);
  }

  protected override discard(): void {
    super.discard();
    this.readers.release(this as never);
  }
}
