/**
 * The loop: what is ready takes its turn, in order; then timers are looked at; then the host gets its share.
 * It knows turns and timers, nothing of tasks, promises or cancellation.
 *
 * Turns run in a microtask kicked by the first entry, so a chain of tasks costs no trip through the host. A time
 * slice bounds that: when it is over (it is counted across microtasks) the rest continues after the host's I/O.
 */

import { startDebugging } from '../debug/debug-mode.ts';
import type { Instrument } from '../debug/instrument.ts';
import { checkDelay } from '../duration.ts';
import { UsageError } from '../errors.ts';
import { afterIo } from '../host/after-io.ts';
import { type Clock, SystemClock } from './clock.ts';
import { bindContext, inOwnScope, type TurnContext, takingTurns } from './context.ts';
import { noticeCopy } from './copies.ts';
import { bindArguments, CallbackTurn, DueTimer, type Handle, TimerHandle } from './handle.ts';
import { checkSlowCallback, type EventLoopOptions, loopSettings } from './loop-options.ts';
import { ReadyQueue, type Turn } from './ready-queue.ts';
import { Registry } from './registry.ts';
import { TimeSlice } from './time-slice.ts';
import type { TimerEntry, TimerSlab } from './timer-slab.ts';
import { TimerWheel } from './timer-wheel.ts';
import { reportToConsole, type UnhandledFailure } from './unhandled-failure.ts';

export { checkDelay };

const ignore = (): void => {};

/** Its `then` is the cheapest microtask: queueMicrotask makes an async resource each time. */
const soon: Promise<void> = Promise.resolve();

/** The event loop: a clock, a queue of what is ready, and the timers. Times are milliseconds. */
export class EventLoop {
  /** Vue's `reactive()` leaves what has this as it is: behind a proxy, private fields cannot be reached. @internal */
  get __v_skip(): true {
    return true;
  }

  /** Called once for every failure nobody looked at. Default: writes it to standard error. */
  onUnhandled: (failure: UnhandledFailure) => void = reportToConsole;
  /** @internal Debug mode's hooks. */
  instrument: Instrument | undefined;
  /** The tasks that are not done, and those that have left waits behind. @internal */
  readonly registry: Registry = new Registry();
  /** The loop of everything outside of `run()`, once it was needed. @internal */
  static implicit: EventLoop | undefined;
  /** The loop whose turns are being taken right now. @internal */
  static active: EventLoop | undefined;

  readonly #clock: Clock;
  #slowCallbackMs: number;
  readonly #onReport: EventLoopOptions['onReport'];
  #endDebugging: (() => void) | undefined = undefined;
  readonly #ready = new ReadyQueue();
  readonly #timers: TimerWheel;
  /** What is to be closed, each with how to call it. */
  readonly #closers = new Map<() => unknown, () => unknown>();
  readonly #context: TurnContext = { entered: false, renew: () => this.#renewContext() };
  /** Turns never inherit the context of the code that woke the loop. */
  #pumpInScope: () => void = inOwnScope(() => this.#pump());
  /** The pump is on its way or at work. */
  #scheduled = false;
  readonly #slice: TimeSlice;
  readonly #afterHost = (): void => {
    this.#slice.start();
    this.#timersDue = true;
    void soon.then(this.#pumpInScope);
  };
  #stopped = false;
  #closed = false;
  #alarmAtMs = Number.POSITIVE_INFINITY;
  #clearAlarm: () => void = ignore;
  /** Timers are to be looked at before the next turn. */
  #timersDue = false;
  #yieldToPromises = false;

  constructor(options: EventLoopOptions = {}) {
    noticeCopy();
    const { clock, debug, slowCallbackMs, onReport } = loopSettings(options);
    this.#clock = clock;
    this.#slowCallbackMs = slowCallbackMs;
    this.#onReport = onReport;
    this.#slice = new TimeSlice(!(this.#clock instanceof SystemClock));
    this.#timers = new TimerWheel(this.#clock.now(), () => this.#noTimers());
    if (debug) this.debug = true;
  }

  /** Debug mode, from now on and until the loop is closed. */
  get debug(): boolean {
    return this.#endDebugging !== undefined;
  }

  set debug(on: boolean) {
    if (on === this.debug) return;
    const end = this.#endDebugging;
    this.#endDebugging = on
      ? startDebugging(this, { onReport: this.#onReport, implicitLoop: () => EventLoop.implicit })
      : undefined;
    end?.();
  }

  /** How long a callback may hold the loop before debug mode reports it, in milliseconds, above 0. */
  get slowCallbackMs(): number {
    return this.#slowCallbackMs;
  }

  set slowCallbackMs(ms: number) {
    this.#slowCallbackMs = checkSlowCallback(ms);
  }

  /** The loop's time in milliseconds; only differences mean anything. */
  time(): number {
    return this.#clock.now();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Runs `callback` on the next turn, after what is ready already. */
  callSoon<A extends readonly unknown[]>(callback: (...args: A) => unknown, ...args: A): Handle {
    this.requireOpen();
    const handle = new CallbackTurn(bindArguments(callback, args));
    this.ready(handle);
    return handle;
  }

  /** Runs `callback` after `delayMs` (0 or less: as soon as possible; `Infinity` never), never early. */
  callLater<A extends readonly unknown[]>(
    delayMs: number,
    callback: (...args: A) => unknown,
    ...args: A
  ): TimerHandle {
    const nowMs = this.#clock.now();
    return this.#callAt(nowMs + checkDelay(delayMs, 'callLater()'), nowMs, bindArguments(callback, args));
  }

  /** Runs `callback` at `timeMs` of this loop's clock; equal times run in the order they were set. */
  callAt<A extends readonly unknown[]>(
    timeMs: number,
    callback: (...args: A) => unknown,
    ...args: A
  ): TimerHandle {
    checkDelay(timeMs, 'callAt()');
    return this.#callAt(timeMs, this.#clock.now(), bindArguments(callback, args));
  }

  #callAt(whenMs: number, nowMs: number, callback: () => unknown): TimerHandle {
    const slab = this.setTimer(callback, whenMs, nowMs);
    return new TimerHandle(slab, slab === undefined ? 0 : slab.newestKey, Math.ceil(whenMs));
  }

  /** Registers what `run` must close after the last task: the newest first. Returns what unregisters it. */
  onClose(close: () => unknown): () => void {
    this.#closers.set(close, bindContext(close));
    return () => {
      this.#closers.delete(close);
    };
  }

  /** Pauses the loop after the present turn; what is ready stays ready. `callSoon` and timers start it again. */
  stop(): void {
    this.#stopped = true;
  }

  /** Ends the loop: timers are dropped, and what is scheduled afterwards is refused. Harmless when repeated. */
  close(): void {
    this.#closed = true;
    this.#timers.clear();
    this.#disarm();
    this.debug = false;
  }

  /** Runs what `onClose` registered, the newest first; failures are reported, not thrown. @internal */
  async runClosers(): Promise<void> {
    while (this.#closers.size > 0) {
      const [close, call] = [...this.#closers].pop()!;
      this.#closers.delete(close);
      try {
        await call();
      } catch (error) {
        this.report('A resource failed to close', error);
      }
    }
  }

  /** @internal */
  report(message: string, error: unknown, name?: string, createdAt?: string): void {
    try {
      this.onUnhandled({ message, error, name, createdAt });
    } catch (failure) {
      reportToConsole({ message: 'onUnhandled itself failed', error: failure, name });
    }
  }

  /** Puts a turn at the end of the ready queue. @internal */
  ready(turn: Turn): void {
    // What is left when a loop has been closed has nobody to wake.
    if (this.#closed) return;
    this.#ready.push(turn);
    if (this.instrument !== undefined) this.instrument.turnReady?.(turn);
    if (!this.#scheduled) this.#kick();
  }

  /** Sets a timer: its key is the `newestKey` of the slab it gives. None at `Infinity`, which never comes. @internal */
  setTimer(entry: TimerEntry, whenMs: number, nowMs: number): TimerSlab | undefined {
    this.requireOpen();
    if (whenMs === Number.POSITIVE_INFINITY) return undefined;
    const slab = this.#timers.insert(entry, whenMs, nowMs);
    if (Math.ceil(whenMs) < this.#alarmAtMs && !this.#scheduled) this.#kick();
    return slab;
  }

  /** @internal */
  timerDue(slab: TimerSlab, key: number): void {
    this.ready(new DueTimer(slab, key));
  }

  /** The alarm is of no use any more, and would keep the process waiting for it. */
  #noTimers(): void {
    if (!this.#scheduled && this.#alarmAtMs !== Number.POSITIVE_INFINITY) this.#kick();
  }

  /**
   * Counts a turn that is taken outside of the ready queue: a promise the loop resolves at once. False: the slice is over,
   * and the turn must wait in the queue. @internal
   */
  spendTurn(): boolean {
    return !this.#closed && (--this.#slice.turnsLeft > 0 || !this.#slice.isOver());
  }

  /** Lets promise callbacks run before the next turn: a turn has just resolved a native promise. @internal */
  yieldToPromises(): void {
    this.#yieldToPromises = true;
  }

  /** Refuses work for a loop that is closed. @internal */
  requireOpen(): void {
    if (this.#closed) throw this.closedError();
  }

  /** What is answered to work for a loop that is closed. @internal */
  closedError(): UsageError {
    return new UsageError('This event loop is closed: its run() has ended', {
      code: 'ERR_OXBOW_LOOP_CLOSED',
    });
  }

  #kick(): void {
    this.#scheduled = true;
    this.#stopped = false;
    this.#wake();
  }

  /** In a microtask while the slice lasts, after the host had its share otherwise. */
  #wake(): void {
    if (this.#slice.turnsLeft > 0 || !this.#slice.isOver()) {
      void soon.then(this.#pumpInScope);
      return;
    }
    // Busy, not idle: a virtual clock that was asked for an alarm must not jump meanwhile.
    this.#disarm();
    afterIo(this.#afterHost);
  }

  #pump(): void {
    if (this.#closed) return;
    this.#takeTurns();
    if (this.#ready.size > 0 && !this.#stopped) this.#wake();
    else {
      this.#scheduled = false;
      this.#arm();
    }
  }

  #takeTurns(): void {
    EventLoop.active = this;
    takingTurns(this.#context);
    const ready = this.#ready;
    const slice = this.#slice;
    if (this.#timersDue) this.#expireTimers();
    this.#yieldToPromises = false;
    while (ready.size > 0 && !this.#stopped && !this.#closed) {
      if (slice.turnsLeft <= 0 && slice.isOver()) break;
      try {
        do {
          if (this.instrument === undefined) ready.shift().takeTurn();
          else takeObserved(ready.shift(), this.instrument);
        } while (--slice.turnsLeft > 0 && ready.size > 0 && !this.#stopped);
      } catch (error) {
        slice.turnsLeft--;
        this.report('A callback failed', error);
      }
      if (this.#yieldToPromises) break;
    }
    takingTurns(undefined);
    EventLoop.active = undefined;
  }

  /** What a turn has entered is to reach no other: the batch ends after it, and the next has a context of its own. */
  #renewContext(): void {
    this.#pumpInScope = inOwnScope(() => this.#pump());
    this.#slice.turnsLeft = 0;
    this.#yieldToPromises = true;
  }

  #expireTimers(): void {
    this.#timersDue = false;
    this.#timers.expire(this.#clock.now(), this);
  }

  #arm(): void {
    const nextMs = this.#timers.nextMs;
    if (nextMs === this.#alarmAtMs) return;
    this.#disarm();
    if (nextMs === Number.POSITIVE_INFINITY) return;
    this.#alarmAtMs = nextMs;
    this.#clearAlarm = this.#clock.setAlarm(nextMs, () => {
      this.#alarmAtMs = Number.POSITIVE_INFINITY;
      this.#timersDue = true;
      if (!this.#scheduled) this.#kick();
    });
  }

  #disarm(): void {
    this.#alarmAtMs = Number.POSITIVE_INFINITY;
    this.#clearAlarm();
    this.#clearAlarm = ignore;
  }
}

function takeObserved(turn: Turn, instrument: Instrument): void {
  instrument.turnBegin?.(turn);
  try {
    turn.takeTurn();
  } finally {
    instrument.turnEnd?.(turn);
  }
}
