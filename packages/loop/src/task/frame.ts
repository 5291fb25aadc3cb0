/**
 * Frames: the generators of a task that are entered by call() or by a scope, kept in a list of our own instead of a
 * chain of `yield*`. Resuming the innermost costs the same at any depth, and cancellation can close them one by one.
 */

import { type Entering, type FrameEnd, handover } from './handover.ts';
import { Op, suspend } from './op.ts';
import { IDLE, PENDING } from './operation.ts';
import type { Place, Region, TaskCore } from './region.ts';
import type { Coroutine, Suspend } from './suspension.ts';

/** A suspended caller: what to go back to when the innermost generator ends. */
export interface Frame {
  /** The caller's generator. */
  readonly generator: Coroutine<unknown>;
  /** Where the frame itself runs: where its caller does, or in a region of its own. */
  readonly place: Place;
  /** How far the caller was being unwound, if it was. */
  readonly unwindTo: Region | undefined;
  /** Whose frame it is. */
  readonly op: Entering;
  readonly below: Frame | undefined;
}

/** An Op that runs a generator as a frame of the task that yields it. */
export abstract class FrameOp<T> extends Op<T> {
  /** Whether yielding it enters a frame; otherwise it is waited for like any other Op. @internal */
  protected abstract readonly framed: boolean;

  /** @internal */
  abstract enter(outer: Place): { generator: Coroutine<unknown>; place: Place };

  /** @internal */
  abstract exit(end: FrameEnd, outcome: unknown): void;

  /** @internal */
  abandon(): void {}

  protected override begun(task: TaskCore): IteratorResult<Suspend, T> {
    if (!this.framed || this.progress !== IDLE) return super.begun(task);
    this.progress = PENDING;
    handover.entering = this;
    return suspend(this);
  }
}
