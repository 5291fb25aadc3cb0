/**
 * The events of a trace, in a ring of fixed size that keeps the latest. Knows nothing of how they are drawn.
 */

/**
 * One thing that happened on a loop. Tasks are numbered in the order the trace met them; 0 stands for
 * callbacks.
 */
export interface TraceEvent {
  readonly kind: 'created' | 'ready' | 'begin' | 'end' | 'wait' | 'done';
  /** The loop's time in milliseconds. */
  readonly atMs: number;
  readonly task: number;
  /** `created`: the parent, if there is one. */
  readonly parent?: number | undefined;
  /** `wait`, `begin`: what is, or was, waited for. `done`: how it ended. */
  readonly what?: string | undefined;
  /** `wait`: it comes from outside of the loop, from a timer, a socket, a thread. */
  readonly outside?: boolean | undefined;
}

/** A ring of the latest `capacity` events; older ones are overwritten and counted. */
export class TraceEvents {
  readonly #capacity: number;
  readonly #ring: TraceEvent[] = [];
  #count = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** How many events are kept. */
  get size(): number {
    return this.#ring.length;
  }

  /** How many events were overwritten. */
  get dropped(): number {
    return this.#count - this.#ring.length;
  }

  push(event: TraceEvent): void {
    this.#ring[this.#count++ % this.#capacity] = event;
  }

  /** The oldest first. */
  list(): TraceEvent[] {
    const start = this.dropped % this.#capacity;
    return [...this.#ring.slice(start), ...this.#ring.slice(0, start)];
  }
}

/** Written into the drawing of a recording without events. */
export const NOTHING_RECORDED: string =
  'nothing was recorded: a trace sees the loop on which it was begun, and run() has one of its own. ' +
  'Call traceLoop() inside of run()';

/** A recording as the writers of diagrams get it. */
export interface Recording {
  readonly events: readonly TraceEvent[];
  /** The name of each task, by its number. */
  readonly names: ReadonlyMap<number, string>;
  readonly dropped: number;
}
