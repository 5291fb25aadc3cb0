/** A clock for tests: time stands still while anything can run and jumps to the next timer when all wait. */

import { checkOptions } from '../check-options.ts';
import { UsageError } from '../errors.ts';
import { afterIoUnless } from '../host/after-io.ts';
import { shown } from '../shown-value.ts';
import type { Clock } from './clock.ts';

/** How a VirtualClock behaves. */
export interface VirtualClockOptions {
  /** The first reading in milliseconds. Default 0. */
  readonly startMs?: number;
  /** Jump to the next timer once the loop is idle. Default true; otherwise only `advance` moves time. */
  readonly autoJump?: boolean;
}

const VIRTUAL_CLOCK_OPTIONS = ['startMs', 'autoJump'];

/**
 * A clock whose time costs nothing: `run(main, { clock: new VirtualClock() })`.
 *
 * It jumps when every task waits and no promise callback or I/O event is left in this turn of the host's loop. Work
 * that takes real time (files, sockets, threads) is not waited for: use it for what depends on time alone.
 *
 * @example
 * ```ts
 * import { run, sleep, VirtualClock } from '@oxbow/loop';
 *
 * const clock = new VirtualClock();
 * await run(() => sleep(3_600_000), { clock }); // an hour, in no time
 * console.log(clock.now()); // 3600000
 * ```
 */
export class VirtualClock implements Clock {
  #nowMs: number;
  readonly #autoJump: boolean;
  readonly #alarms = new Set<{ readonly atMs: number; readonly wake: () => void }>();

  constructor(options: VirtualClockOptions = {}) {
    checkOptions(options, VIRTUAL_CLOCK_OPTIONS, 'new VirtualClock()', { number: 'startMs' });
    this.#nowMs = options.startMs ?? 0;
    if (!Number.isFinite(this.#nowMs)) {
      throw new UsageError(
        `new VirtualClock({ startMs }) takes a number of milliseconds, got ${shown(this.#nowMs)}`,
        {
          code: 'ERR_OXBOW_LOOP_BAD_DELAY',
        },
      );
    }
    this.#autoJump = options.autoJump ?? true;
  }

  now(): number {
    return this.#nowMs;
  }

  /**
   * Moves time forward by `ms` (0 or more) and wakes the loops whose timers are due, in the order of their deadlines
   * on their next turn.
   */
  advance(ms: number): void {
    if (!(ms >= 0)) {
      throw new UsageError(`VirtualClock.advance() takes milliseconds of 0 or more, got ${shown(ms)}`, {
        code: 'ERR_OXBOW_LOOP_BAD_DELAY',
      });
    }
    this.#moveTo(this.#nowMs + ms);
  }

  setAlarm(atMs: number, wake: () => void): () => void {
    const alarm = { atMs, wake };
    this.#alarms.add(alarm);
    if (this.#autoJump) {
      const stay = afterIoUnless(() => this.#moveTo(atMs));
      return () => {
        stay();
        this.#alarms.delete(alarm);
      };
    }
    return () => this.#alarms.delete(alarm);
  }

  #moveTo(atMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, atMs);
    for (const alarm of [...this.#alarms]) {
      if (alarm.atMs > this.#nowMs) continue;
      this.#alarms.delete(alarm);
      alarm.wake();
    }
  }
}
