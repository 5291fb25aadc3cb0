/** The intake behind `batches()`: one array for each read. */
import type { Observable } from 'rxjs';
import type { BufferBounds } from '../overflow.ts';
import type { LiveIntakes } from './live-intakes.ts';
import { PullIntake } from './pull-intake.ts';

/** Gives whatever has arrived, as one array. */
export class BatchIntake<T> extends PullIntake<T, T[]> {
  private readonly max: number;
  private scheduled = false;

  constructor(
    source: Observable<T>,
    bounds: BufferBounds<T>,
    max: number,
    signal: AbortSignal | undefined,
    watch: LiveIntakes,
  ) {
    super(source, bounds, signal, watch);
    this.max = max;
  }

  override get label(): string {
    return 'batches()';
  }

  protected override accept(_value: T): boolean {
    return false;
  }

  /** An array that arrives whole is handed over whole; as a copy where somebody else holds it too. */
  protected override acceptBatch(values: readonly T[], owned: boolean): number {
    const { length } = values;
    if (!this.waiting || length > this.max || length === 0) return 0;
    this.hand(owned ? (values as T[]) : values.slice());
    return length;
  }

  /** There is room for no more, so a reader that waits need not: it gets what there is, and the source is not paused. */
  protected override filled(): void {
    if (this.waiting) this.hand(this.unload());
    if (this.buffer.full) super.filled();
  }

  /** Waits for the end of the running job, so that all a source emits in one go arrives as one array. */
  protected override available(): void {
    if (this.scheduled || !this.waiting) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      this.flush();
    });
  }

  protected override unload(): T[] {
    return this.buffer.take(this.max);
  }
}
