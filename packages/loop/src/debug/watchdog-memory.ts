// What the main thread and the watchdog share: a page of memory that one writes with plain stores and the other reads.
// A torn reading costs a report its name, nothing else.

import { hostProcess } from '../host/builtin.ts';

/** The global function by which the paused main thread tells on whose behalf it runs; see `watchdog.ts`. */
export const RUNNER_SYMBOL = 'oxbow.debug.runner';

/** Characters of a task's name that are kept. */
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

/** `debugger`: one is open already and would be disturbed. `permission`: the process runs without `--allow-inspector`. */
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

  /** How often it does when nothing holds it. */
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

  /** Every watched loop has a reporter of its own: nothing is written while that one can still be called soon. */
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

  /** Written by the thread: it has found a block and not yet told its end, so it must not be torn off. */
  get busy(): boolean {
    return this.#integers[BUSY] === 1;
  }

  set busy(busy: boolean) {
    this.#integers[BUSY] = busy ? 1 : 0;
  }

  /** Written by the thread: when it began to look, in `sharedTimeMs`; 0 before. */
  get watchingSinceMs(): number {
    return this.#numbers[WATCHING_SINCE]!;
  }

  set watchingSinceMs(timeMs: number) {
    this.#numbers[WATCHING_SINCE] = timeMs;
  }

  /** Whether the present block is the caller's to report: true once until `forgetBlock`, whichever side asks first. */
  claimBlock(): boolean {
    return Atomics.compareExchange(this.#integers, CLAIM, UNCLAIMED, CLAIMED) === UNCLAIMED;
  }

  /** The loop has come round. */
  forgetBlock(): void {
    Atomics.store(this.#integers, CLAIM, UNCLAIMED);
  }

  /** The watched loop that took the last turn. */
  get loop(): number {
    return this.#integers[LOOP]!;
  }

  /** The task that took it; `undefined` for a callback. */
  get lastTask(): string | undefined {
    const length = Math.min(this.#integers[NAME_LENGTH]!, MAX_NAME_LENGTH);
    return length < 0 ? undefined : String.fromCharCode(...this.#name.subarray(0, length));
  }

  /** A turn begins. */
  writeTurn(loop: number, task: string | undefined): void {
    this.#integers[LOOP] = loop;
    if (task === this.#written) return;
    this.#written = task;
    const length = task === undefined ? -1 : Math.min(task.length, MAX_NAME_LENGTH);
    for (let index = 0; index < length; index++) this.#name[index] = task!.charCodeAt(index);
    this.#integers[NAME_LENGTH] = length;
  }
}
