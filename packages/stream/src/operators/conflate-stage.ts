/** What `conflate` and `latest` are: the place of the one value that waits. It never holds its source back. */

import type { Subscriber } from 'rxjs';
import { Stage } from './stage.ts';

export class ConflateStage<T, A> extends Stage<T, A> {
  readonly label: string;
  private readonly reduce: (waiting: A, value: T) => A;
  private readonly seed: (value: T) => A;
  private waiting: { value: A } | undefined;

  constructor(
    downstream: Subscriber<A>,
    label: string,
    reduce: (waiting: A, value: T) => A,
    seed: (value: T) => A,
  ) {
    super(downstream);
    this.label = label;
    this.reduce = reduce;
    this.seed = seed;
  }

  override get queued(): number {
    return this.waiting === undefined ? 0 : 1;
  }

  protected override onNext(value: T): void {
    let folded: A;
    try {
      folded = this.waiting === undefined ? this.seed(value) : this.reduce(this.waiting.value, value);
    } catch (error) {
      this.error(error);
      return;
    }
    if (this.below?.closed) {
      this.waiting = { value: folded };
      this.below.wait(this);
    } else {
      this.waiting = undefined;
      this.downstream.next(folded);
    }
  }

  override wake(): void {
    const waiting = this.waiting;
    this.waiting = undefined;
    if (waiting !== undefined) this.downstream.next(waiting.value);
    this.settle();
  }

  protected override get idle(): boolean {
    return this.waiting === undefined;
  }

  protected override discard(): void {
    this.waiting = undefined;
  }
}
