/** The intake behind `for await` and `values()`: one value for each read. */
import { PullIntake } from './pull-intake.ts';

/** Gives one value at a time. */
export class ValueIntake<T> extends PullIntake<T, T> {
  override get label(): string {
    return 'values()';
  }

  /**
   * For a source that is an iterator: gives it away to be pulled from.
   *
   * @returns false under a policy that never holds the source back: then its values must come as fast as they can
   */
  oxbowPullFrom(iterator: Iterator<T>): boolean {
    if (this.buffer.bounds.overflow !== 'pause') return false;
    this.takeOver(iterator);
    return true;
  }

  /** The short way: nobody waits, or somebody waits for this very value. */
  protected override onNext(value: T): void {
    if (this.waiting && this.buffer.length === 0) this.hand(value);
    else if (!this.buffer.pushIfRoomy(value, this.oxbowGate.closedByKeeper)) this.enqueue(value);
  }

  protected override accept(value: T): boolean {
    if (!this.waiting) return false;
    this.hand(value);
    return true;
  }

  protected override acceptBatch(values: readonly T[]): number {
    let i = 0;
    while (i < values.length && this.waiting) this.hand(values[i++] as T);
    return i;
  }

  protected override available(): void {
    // A waiting reader has already accepted: values are queued only while nobody waits.
  }

  protected override unload(): T {
    return this.buffer.shift();
  }
}
