/** `bounded`: puts a limit on what hides inside an operator that queues without telling anybody. */
import type { Observable, OperatorFunction, Subscriber } from 'rxjs';
import { StreamInputError, StreamOverflowError } from '../errors.ts';
import { checkCount, HARD_CAP_FACTOR } from '../overflow.ts';
import { GuardedSubscriber } from '../rxjs-inside.ts';
import { operate } from './operate.ts';
import { Stage } from './stage.ts';

/**
 * Lets at most `limit` values be inside `operator`: the source is held back until it has given as many results as it was
 * given values, less `limit`. For operators that give one result for each value, such as a stock `concatMap` over
 * promises; one that drops values would stop the source for good.
 *
 * @throws StreamOverflowError into the stream when the source ignores the pause beyond 16 times `limit`
 *
 * @example
 * ```ts
 * import { bounded, Stream } from '@oxbow/stream';
 * import { delay } from 'rxjs';
 *
 * // At most a hundred values are on their way through it.
 * for await (const value of Stream.from([1, 2, 3]).pipe(bounded(delay(10), 100))) console.log(value);
 * ```
 */
export function bounded<T, R>(operator: OperatorFunction<T, R>, limit: number): OperatorFunction<T, R> {
  if (typeof operator !== 'function') {
    throw new StreamInputError(`bounded() takes an operator; got ${typeof operator}.`);
  }
  checkCount(limit, 'bounded(): limit');
  return (source) => {
    return operate<T, R>((from: Observable<T>, subscriber: Subscriber<R>) => {
      let entry: BoundedEntry<T> | undefined;
      // The limit is counted per subscription of the operator to its source: retry and repeat begin anew.
      const entrance = operate<T, T>((inner, operatorSubscriber) => {
        entry = new BoundedEntry<T>(operatorSubscriber, limit);
        inner.subscribe(entry);
      });
      const exit = new ExitSubscriber<R>(subscriber, () => entry?.gaveOne());
      from.pipe(entrance, operator).subscribe(exit);
    })(source);
  };
}

class BoundedEntry<T> extends Stage<T, T> {
  readonly label = 'bounded';
  private readonly limit: number;
  private inside = 0;

  constructor(downstream: Subscriber<T>, limit: number) {
    super(downstream, true);
    this.limit = limit;
  }

  override get queued(): number {
    return this.inside;
  }

  override waitsFor(): string {
    return this.inside >= this.limit ? 'the operator to give results' : super.waitsFor();
  }

  override wake(): void {}

  protected override get idle(): boolean {
    return true;
  }

  protected override discard(): void {
    this.inside = 0;
  }

  protected override onNext(value: T): void {
    const hardCap = this.limit * HARD_CAP_FACTOR;
    if (this.inside >= hardCap) {
      this.error(new StreamOverflowError('pause', hardCap, this.inside + 1));
      return;
    }
    if (++this.inside >= this.limit) this.oxbowGate.close();
    this.downstream.next(value);
  }

  gaveOne(): void {
    if (this.inside > 0) this.inside--;
    if (this.inside < this.limit && !this.closed) this.oxbowGate.open();
  }
}

class ExitSubscriber<R> extends GuardedSubscriber<R> {
  private readonly downstream: Subscriber<R>;
  private readonly gave: () => void;

  constructor(downstream: Subscriber<R>, gave: () => void) {
    super(downstream);
    this.downstream = downstream;
    this.gave = gave;
  }

  protected override onNext(value: R): void {
    this.downstream.next(value);
    this.gave();
  }
}
