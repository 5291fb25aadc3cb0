/** How late this process's event loop is, sampled by Node itself. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Distance of the samples in milliseconds; a lag shorter than this is not seen. */
const RESOLUTION_MS = 10;
const NANOSECONDS_PER_MS = 1e6;

export class LoopLag {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor() {
    this.#histogram.enable();
  }

  /** The worst lag since the last call, in milliseconds. */
  worstMs(): number {
    const { max } = this.#histogram;
    this.#histogram.reset();
    // Node records the whole interval between two samples, the resolution included.
    return Math.max(0, max / NANOSECONDS_PER_MS - RESOLUTION_MS);
  }

  stop(): void {
    this.#histogram.disable();
  }
}
