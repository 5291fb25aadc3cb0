/** traceLoop: records what a loop does, and gives it as a Chrome trace and as a Mermaid sequence diagram. */

import { checkOptions } from '../check-options.ts';
import { UsageError } from '../errors.ts';
import type { EventLoop } from '../scheduler/event-loop.ts';
import { shown } from '../shown-value.ts';
import { currentLoop } from '../task/current.ts';
import { chromeTrace } from './chrome-trace.ts';
import { mermaid } from './mermaid.ts';
import type { Recording } from './trace-events.ts';
import { TraceRecorder } from './trace-recorder.ts';

/** Events kept by default: minutes of a quiet program, and about 10 MB. */
export const DEFAULT_MAX_TRACE_EVENTS = 100_000;
/** Arrows drawn by default: about what a page holds. */
export const DEFAULT_MAX_MERMAID_STEPS = 60;

/** Which loop `traceLoop` records, and how much it keeps. */
export interface TraceLoopOptions {
  /** Default: the current loop. */
  readonly loop?: EventLoop;
  /**
   * How many of the latest events are kept; older ones are dropped and counted. 1 or more; default 100,000.
   */
  readonly maxEvents?: number;
}

/** How much of a recording `toMermaid` draws. */
export interface MermaidOptions {
  /** How many arrows, from the beginning. 1 or more; default 60. */
  readonly maxSteps?: number;
}

/** A recording of a loop; it can be written while it goes on, and after it was stopped. */
export class LoopTrace {
  readonly #recorder: TraceRecorder;

  /** @internal Made by `traceLoop`. */
  constructor(recorder: TraceRecorder) {
    this.#recorder = recorder;
  }

  /** How many events it holds. */
  get size(): number {
    return this.#recorder.events.size;
  }

  /** How many older events were dropped because `maxEvents` was reached. */
  get dropped(): number {
    return this.#recorder.events.dropped;
  }

  /** Ends the recording; what was recorded stays. Harmless when repeated. */
  stop(): void {
    this.#recorder.stop();
  }

  /** The same as `stop()`: leaving a `using` block ends the recording. */
  [Symbol.dispose](): void {
    this.stop();
  }

  /**
   * JSON text: save it to a file and open that in chrome://tracing or ui.perfetto.dev. A row for each task.
   */
  toChromeTrace(): string {
    return chromeTrace(this.#recording());
  }

  /**
   * The source of a Mermaid sequence diagram: coroutine, loop, I/O, resume. Renders in Markdown on most
   * forges.
   */
  toMermaid(options: MermaidOptions = {}): string {
    checkOptions(options, ['maxSteps'], 'toMermaid()');
    const { maxSteps = DEFAULT_MAX_MERMAID_STEPS } = options;
    return mermaid(this.#recording(), requirePositive(maxSteps, 'toMermaid({ maxSteps })'));
  }

  #recording(): Recording {
    const { events, names } = this.#recorder;
    return { events: events.list(), names, dropped: events.dropped };
  }
}

/**
 * Begins to record what the loop does: tasks created and ended, their steps, and what they wait for between
 * them, in both coroutine forms. It ends by `stop()` or with a `using` block. Call it inside of `run()`,
 * which has a loop of its own, or pass that loop.
 *
 * A promise that an async function awaits directly is not seen; `until(promise)` makes it visible.
 *
 * @example
 * ```ts
 * import { run, sleep, traceLoop } from '@oxbow/loop';
 *
 * await run(async () => {
 *   const trace = traceLoop();
 *   await sleep(10);
 *   trace.stop();
 *   console.log(trace.toMermaid());
 * });
 * ```
 */
export function traceLoop(options: TraceLoopOptions = {}): LoopTrace {
  checkOptions(options, ['loop', 'maxEvents'], 'traceLoop()', { number: 'maxEvents' });
  const { loop = currentLoop(), maxEvents = DEFAULT_MAX_TRACE_EVENTS } = options;
  return new LoopTrace(new TraceRecorder(loop, requirePositive(maxEvents, 'traceLoop({ maxEvents })')));
}

function requirePositive(value: number, where: string): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new UsageError(`${where} takes a whole number of 1 or more, got ${shown(value)}`, {
    code: 'ERR_OXBOW_LOOP_BAD_COUNT',
  });
}
