// Frames: the generators of a task that are entered by call() or by a scope, kept in a list of our own instead of a
// chain of `yield*`. Resuming the innermost costs the same at any depth, and cancellation can close them one by one.

import type { Region } from './current.ts';
import { Op, type SteppingTask } from './op.ts';
import { IDLE, PENDING } from './operation.ts';
import { type Coroutine, type Suspend, suspension } from './suspension.ts';

/** A suspended caller: what to go back to when the innermost generator ends. */
export interface Frame {
  /** The caller's generator. */
  readonly generator: Coroutine<unknown>;
  /** The region of the frame itself: its caller's, or one of its own. */
  readonly region: Region;
  /** How far the caller was being unwound, if it was. */
  readonly unwindTo: Region | undefined;
  readonly op: FrameOp<unknown>;
  readonly below: Frame | undefined;
}

/** The frame that a generator has just asked to enter, until the driver does. */
export const entrance: { op: FrameOp<unknown> | undefined } = { op: undefined };

/** How a frame ended. */
export type FrameEnd = 'returned' | 'threw' | 'unwound';

/** An Op that runs a generator as a frame of the task that yields it. */
export abstract class FrameOp<T> extends Op<T> {
  /** Whether yielding it enters a frame; otherwise it is waited for like any other Op. @internal */
  protected abstract readonly framed: boolean;

  /** The generator to run, and the region it runs in. @internal */
  abstract enter(outer: Region): { generator: Coroutine<unknown>; region: Region };

  /** The frame has ended: settles the Op. Not called with 'unwound' unless the unwinding ends at this frame. @internal */
  abstract exit(end: FrameEnd, outcome: unknown): void;

  /** The frame was unwound on the way to an outer one: its timers and links go, its outcome nobody will see. @internal */
  abandon(): void {}

  protected override begun(task: SteppingTask): IteratorResult<Suspend, T> {
    if (!this.framed || this.progress !== IDLE) return super.begun(task);
    this.progress = PENDING;
    entrance.op = this as FrameOp<unknown>;
    task.waitingOn = this as Op<unknown>;
    return suspension.current;
  }
}
