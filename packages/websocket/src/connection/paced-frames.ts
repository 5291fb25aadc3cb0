/**
 * Frames that go out at the reader's pace whatever its policy: a topic's past, handed to a peer that comes back. They wait
 * beside the line of sends, and take no more than half of the budget, so that live messages find room in the meantime.
 */
import { bindToTask, type Settle } from '@oxbow/loop/lowlevel';
import { handled } from './handled.ts';

interface PacedFrame {
  readonly frame: Uint8Array;
  readonly settle: Settle<void>;
}

/** The frames of one connection that wait for a reader. There is at most one for each look into the past. */
export class PacedFrames {
  #waiting: PacedFrame[] | undefined;

  /** How many wait. */
  get size(): number {
    return this.#waiting?.length ?? 0;
  }

  /** Waits in line; the wait belongs to the calling task, and cancelled it sends nothing. */
  wait(frame: Uint8Array): Promise<void> {
    return handled(
      bindToTask<void>((settle) => {
        const paced: PacedFrame = { frame, settle };
        this.#waiting ??= [];
        this.#waiting.push(paced);
        return () => {
          this.#waiting = this.#waiting?.filter((other) => other !== paced);
        };
      }),
    );
  }

  /** Offers each in turn to `accept`, until it says no. */
  release(accept: (frame: Uint8Array) => boolean): void {
    while (this.#waiting !== undefined && this.#waiting.length > 0) {
      const first = this.#waiting[0]!;
      if (!accept(first.frame)) return;
      this.#waiting.shift();
      first.settle.resolve();
    }
    this.#waiting = undefined;
  }

  /** Ends every wait with an error. */
  rejectAll(error: unknown): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    for (const { settle } of waiting ?? []) settle.reject(error);
  }
}
