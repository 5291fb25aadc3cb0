/**
 * What the consumers of a `share` and the readers of a window have in common. Each has a bounded queue of its own. While one
 * of the queues is full, the gate of the source they share is closed.
 */
import type { Subscriber } from 'rxjs';
import { Gate, type GateKeeper } from '../gate.ts';
import type { BufferBounds } from '../overflow.ts';
import { BufferStage } from './buffer.ts';

/** The branches of one source, and the gate they hold: closed while one of them is full. */
export class Branches implements GateKeeper {
  readonly label: string;
  readonly gate: Gate;
  readonly #what: string;
  readonly #full = new Set<Branch<never>>();

  /**
   * @param label what to call the operator in a report
   * @param what what to call one branch there
   * @param below the gate this one is closed with, when the operator hands something on besides
   */
  constructor(label: string, what: string, below: Gate | null = null) {
    this.label = label;
    this.#what = what;
    this.gate = new Gate(this, below, true);
  }

  /** How many values wait in the fullest. */
  get queued(): number {
    let most = 0;
    for (const branch of this.#full) most = Math.max(most, branch.queued);
    return most;
  }

  waitsFor(): string {
    const { size } = this.#full;
    return size === 0 ? 'nothing: it waits for the source' : `${size} ${this.#what}${size === 1 ? '' : 's'}`;
  }

  *heldBy(): Generator<Gate> {
    for (const branch of this.#full) yield branch.oxbowGate;
  }

  hold(branch: Branch<never>): void {
    this.#full.add(branch);
    this.gate.close();
  }

  holds(branch: Branch<never>): boolean {
    return this.#full.has(branch);
  }

  release(branch: Branch<never>): void {
    if (this.#full.delete(branch) && this.#full.size === 0) this.gate.open();
  }
}

/** The queue of one consumer. */
export class Branch<T> extends BufferStage<T> {
  override readonly label: string;
  private readonly branches: Branches;

  constructor(label: string, downstream: Subscriber<T>, bounds: BufferBounds<T>, branches: Branches) {
    super(downstream, bounds);
    this.label = label;
    this.branches = branches;
    this.oxbowGate.attach(branches.gate);
  }

  protected override holdSource(): void {
    this.branches.hold(this as never);
  }

  protected override letSourceGoOn(): void {
    this.branches.release(this as never);
  }

  /** True when it is this one that holds the source. */
  protected override get sourceHeld(): boolean {
    return this.branches.holds(this as never);
  }

  protected override discard(): void {
    super.discard();
    this.branches.release(this as never);
  }
}
