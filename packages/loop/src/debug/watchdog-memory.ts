/**
 * The memory that the main thread and the watchdog thread share. The main thread writes it with plain stores;
 * the worst that a read between two of them can do is a wrong task name in a report.
 */

import { hostProcess } from '../host/builtin.ts';

/** The global function by which the paused main thread tells on whose behalf it runs; see `watchdog.ts`. */
export const RUNNER_SYMBOL = 'oxbow.debug.runner';

/** How many characters of a task's name are shared. */
const MAX_NAME_LENGTH = 64;

const ALIVE_AT = 0;
const BEAT = 1;
const LIMIT = 2;
const WATCHING_SINCE = 3;
const NUMBERS = 4;

const NAME_LENGTH = 0;
const LOOP = 1;
const QUIET = 2;
const OBSTACLE = 3;
const BUSY = 4;
const CLAIM = 5;
const INTEGERS = 6;

const UNCLAIMED = 0;
const CLAIMED = 1;

/**
 * `debugger`: one is open already and would be disturbed. `permission`: the process runs without
 * `--allow-inspector`.
 */
export type Obstacle = 'none' | 'debugger' | 'permission';
const OBSTACLES: readonly Obstacle[] = ['none', 'debugger', 'permission'];

// On Bun and Deno each thread's hrtime begins with the thread; a page has no other clock than this one.
const hrtime =
  hostProcess?.versions?.bun === undefined && hostProcess?.versions?.deno === undefined
    ? hostProcess?.hrtime
    : undefined;

/** Milliseconds of a clock that all threads of the process share. */
export function sharedTimeMs(): number {
  if (hrtime === undefined) return performance.timeOrigin + performance.now();
  return Number(hrtime.bigint()) / 1e6;
}

/** The signs of life of the main thread, and whose turn it took last. */
export class WatchdogMemory {
  readonly buffer: ArrayBufferLike;
  readonly #numbers: Float64Array;
  readonly #integers: Int32Array;
  readonly #name: Uint16Array;
  #written: string | undefined = undefined;

  constructor(buffer?: ArrayBufferLike) {
    const integersAt = NUMBERS * Float64Array.BYTES_PER_ELEMENT;
    const nameAt = integersAt + INTEGERS * Int32Array.BYTES_PER_ELEMENT;
    // A page that is not isolated has no shared memory, and no other thread to share it with.
    const Buffer = globalThis.SharedArrayBuffer ?? ArrayBuffer;
    this.buffer = buffer ?? new Buffer(nameAt + MAX_NAME_LENGTH * Uint16Array.BYTES_PER_ELEMENT);
    this.#numbers = new Float64Array(this.buffer, 0, NUMBERS);
    this.#integers = new Int32Array(this.buffer, integersAt, INTEGERS);
    this.#name = new Uint16Array(this.buffer, nameAt, MAX_NAME_LENGTH);
  }

  /** When the loop last came round, in `sharedTimeMs`. */
  get aliveAtMs(): number {
    return this.#numbers[ALIVE_AT]!;
  }

  set aliveAtMs(timeMs: number) {
    this.#numbers[ALIVE_AT] = timeMs;
  }

  /** How often the main thread stores its sign of life when nothing blocks it. */
  get beatMs(): number {
    return this.#numbers[BEAT]!;
  }

  set beatMs(ms: number) {
    this.#numbers[BEAT] = ms;
  }

  get slowCallbackMs(): number {
    return this.#numbers[LIMIT]!;
  }

  set slowCallbackMs(ms: number) {
    this.#numbers[LIMIT] = ms;
  }

  /**
   * Whether every watched loop has a reporter (`onReport`), so that nothing is to be written to standard
   * error.
   */
  get quiet(): boolean {
    return this.#integers[QUIET] === 1;
  }

  set quiet(quiet: boolean) {
    this.#integers[QUIET] = quiet ? 1 : 0;
  }

  /** Why the main thread must not be paused. */
  get obstacle(): Obstacle {
    return OBSTACLES[this.#integers[OBSTACLE]!] ?? 'none';
  }

  set obstacle(obstacle: Obstacle) {
    this.#integers[OBSTACLE] = OBSTACLES.indexOf(obstacle);
  }

  /** Written by the watchdog: it is reporting a block, so it must not be terminated now. */
  get busy(): boolean {
    return this.#integers[BUSY] === 1;
  }

  set busy(busy: boolean) {
    this.#integers[BUSY] = busy ? 1 : 0;
  }

  /** Written by the watchdog: when it began to look, in `sharedTimeMs`; 0 while it is starting. */
  get watchingSinceMs(): number {
    return this.#numbers[WATCHING_SINCE]!;
  }

  set watchingSinceMs(timeMs: number) {
    this.#numbers[WATCHING_SINCE] = timeMs;
  }

  /** Claims the report of the present block: true for the side that asks first, until `forgetBlock`. */
  claimBlock(): boolean {
    return Atomics.compareExchange(this.#integers, CLAIM, UNCLAIMED, CLAIMED) === UNCLAIMED;
  }

  /** The block is over: the next one can be claimed. */
  forgetBlock(): void {
    Atomics.store(this.#integers, CLAIM, UNCLAIMED);
  }

  /** The watched loop that took the last turn. */
  get loop(): number {
    return this.#integers[LOOP]!;
  }

  /** The task that took the last turn; `undefined` for a callback. */
  get lastTask(): string | undefined {
    const length = Math.min(this.#integers[NAME_LENGTH]!, MAX_NAME_LENGTH);
    return length < 0 ? undefined : String.fromCharCode(...this.#name.subarray(0, length));
  }

  /** Stores which loop and which task take the turn that begins. */
  writeTurn(loop: number, task: string | undefined): void {
    this.#integers[LOOP] = loop;
    if (task === this.#written) return;
    this.#written = task;
    const length = task === undefined ? -1 : Math.min(task.length, MAX_NAME_LENGTH);
    for (let index = 0; index < length; index++) this.#name[index] = task!.charCodeAt(index);
    this.#integers[NAME_LENGTH] = length;
  }
}
