/**
 * The timeouts of everything in flight on one loop, behind a single timer.
 * Moving to another phase only writes a number; the timer is armed for the earliest time seen and, when it fires, looks at
 * what is still there. So a thousand requests that all end in time cost one timer, not three thousand.
 */
import { currentLoop, type EventLoop, type TimerHandle } from '@oxbow/loop';

/** Something with a time by which it must have moved on. The links belong to {@link Deadlines}. */
export interface Watched {
  /** On the loop's clock, in milliseconds; Infinity for never. Change it through {@link Deadlines.set} only. */
  dueMs: number;
  /** The time came. May set a new one, or remove itself. */
  onDue(nowMs: number): void;
  previousWatched: Watched | undefined;
  nextWatched: Watched | undefined;
}

/** All watched things of one loop. */
export class Deadlines {
  readonly loop: EventLoop;
  #head: Watched | undefined;
  #timer: TimerHandle | undefined;
  #armedMs = Number.POSITIVE_INFINITY;

  constructor(loop: EventLoop) {
    this.loop = loop;
  }

  /** Begins to watch. */
  add(watched: Watched): void {
    watched.nextWatched = this.#head;
    watched.previousWatched = undefined;
    if (this.#head !== undefined) this.#head.previousWatched = watched;
    this.#head = watched;
    if (watched.dueMs < this.#armedMs) this.#arm(watched.dueMs);
  }

  /** Changes the time of something watched. */
  set(watched: Watched, dueMs: number): void {
    watched.dueMs = dueMs;
    if (dueMs < this.#armedMs) this.#arm(dueMs);
  }

  /** Stops watching. With nothing left the timer goes too: it must not keep a process alive. */
  remove(watched: Watched): void {
    const { previousWatched, nextWatched } = watched;
    if (previousWatched !== undefined) previousWatched.nextWatched = nextWatched;
    else if (this.#head === watched) this.#head = nextWatched;
    else return;
    if (nextWatched !== undefined) nextWatched.previousWatched = previousWatched;
    watched.previousWatched = undefined;
    watched.nextWatched = undefined;
    if (this.#head === undefined) {
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
    for (let watched = this.#head; watched !== undefined; watched = watched.nextWatched) {
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
