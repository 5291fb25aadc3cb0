/**
 * The timeouts of everything in flight on one loop, behind a single timer.
 * Moving to another phase only writes a number; the timer is armed for the earliest time seen and, when it fires, looks at
 * what is still there. So a thousand requests that all end in time cost one timer, not three thousand.
 */
import { currentLoop, type EventLoop, type TimerHandle } from '@oxbow/loop';
import { type Linked, LinkedList } from '@oxbow/loop/structures';

/** Something with a time by which it must have moved on. */
export interface Watched extends Linked<Watched> {
  /** On the loop's clock, in milliseconds; Infinity for never. Change it through {@link Deadlines.set} only. */
  dueMs: number;
  /** The time came. May set a new one, or remove itself. */
  onDue(nowMs: number): void;
}

/** All watched things of one loop. */
export class Deadlines {
  readonly loop: EventLoop;
  readonly #watched = new LinkedList<Watched>();
  #timer: TimerHandle | undefined;
  #armedMs = Number.POSITIVE_INFINITY;

  constructor(loop: EventLoop) {
    this.loop = loop;
  }

  /** Begins to watch. */
  add(watched: Watched): void {
    this.#watched.unshift(watched);
    if (watched.dueMs < this.#armedMs) this.#arm(watched.dueMs);
  }

  /** Changes the time of something watched. */
  set(watched: Watched, dueMs: number): void {
    watched.dueMs = dueMs;
    if (dueMs < this.#armedMs) this.#arm(dueMs);
  }

  /** Stops watching. With nothing left the timer goes too: it must not keep a process alive. */
  remove(watched: Watched): void {
    if (this.#watched.remove(watched) && this.#watched.size === 0) {
      this.#timer?.cancel();
      this.#timer = undefined;
      this.#armedMs = Number.POSITIVE_INFINITY;
    }
  }

  #arm(dueMs: number): void {
    // Requests may outlive the run() they were made in; nobody waits for their timeouts then.
    if (this.loop.closed) return;
    this.#timer?.cancel();
    this.#armedMs = dueMs;
    this.#timer = this.loop.callAt(dueMs, this.#fire);
  }

  readonly #fire = (): void => {
    this.#timer = undefined;
    this.#armedMs = Number.POSITIVE_INFINITY;
    const nowMs = this.loop.time();
    const due: Watched[] = [];
    let earliestMs = Number.POSITIVE_INFINITY;
    for (let watched = this.#watched.first; watched !== undefined; watched = watched.nextLinked) {
      if (watched.dueMs <= nowMs) due.push(watched);
      else if (watched.dueMs < earliestMs) earliestMs = watched.dueMs;
    }
    if (earliestMs < this.#armedMs) this.#arm(earliestMs);
    // Apart from the walk: what one of them does may add and remove others.
    for (const watched of due) if (watched.dueMs <= nowMs) watched.onDue(nowMs);
  };
}

const deadlinesByLoop = new WeakMap<EventLoop, Deadlines>();
let last: Deadlines | undefined;

/** The deadlines of the loop that is current here. */
export function currentDeadlines(): Deadlines {
  const loop = currentLoop();
  if (last?.loop === loop) return last;
  let deadlines = deadlinesByLoop.get(loop);
  if (deadlines === undefined) {
    deadlines = new Deadlines(loop);
    deadlinesByLoop.set(loop, deadlines);
  }
  last = deadlines;
  return deadlines;
}
