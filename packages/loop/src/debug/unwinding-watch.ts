/**
 * Tells when the end of a program takes long. Without it, cleanup that hangs looks like a program that
 * ignores Ctrl-C. It keeps the time; what to print is the caller's.
 */

import { afterDelay } from '../host/background-timer.ts';

/** How long unwinding may take before it is reported, in milliseconds. */
export const UNWINDING_PATIENCE_MS = 2000;
/** It is reported again each time it has lasted this many times longer. */
const REPEAT_FACTOR = 10;

/** Watches the unwinding of one program. */
export class UnwindingWatch {
  readonly #tell: (lastedMs: number) => void;
  readonly #after: typeof afterDelay;
  #stop: (() => void) | undefined;
  #ended = false;

  /**
   * @param tell called while unwinding takes long, with the time it has taken so far, in milliseconds
   * @param after what calls back after a time
   */
  constructor(tell: (lastedMs: number) => void, after: typeof afterDelay = afterDelay) {
    this.#tell = tell;
    this.#after = after;
  }

  /** Unwinding has begun; harmless when repeated. */
  begin(): void {
    if (!this.#ended && this.#stop === undefined) this.#wait(0, UNWINDING_PATIENCE_MS);
  }

  /** It is over. */
  end(): void {
    this.#ended = true;
    this.#stop?.();
  }

  #wait(lastedMs: number, untilMs: number): void {
    this.#stop = this.#after(untilMs - lastedMs, () => {
      this.#tell(untilMs);
      this.#wait(untilMs, untilMs * REPEAT_FACTOR);
    });
  }
}
