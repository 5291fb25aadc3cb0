/**
 * CancelScope: a stretch of a task that can be cancelled on its own, by hand or by a deadline.
 *
 * Cancelling it is level-triggered: every wait inside fails until the scope is left. Its own cancellation ends at its
 * boundary; cancellation from further out passes through, even when both come at once.
 */

import { checkOptions } from '../check-options.ts';
import { addCause, CancelledError, isAbortOf, isCancelled, UsageError } from '../errors.ts';
import { checkDelay, type EventLoop } from '../scheduler/event-loop.ts';
import type { TimerHandle } from '../scheduler/handle.ts';
import { shown } from '../shown-value.ts';
import { adopt } from './adopt.ts';
import { isGenerator, isGeneratorFunction, type NoStray, type Result } from './coroutine.ts';
import { spawnPart } from './create-task.ts';
import { currentLoop, currentPlace, runAt } from './current.ts';
import { FrameOp } from './frame.ts';
import type { FrameEnd } from './handover.ts';
import type { Op } from './op.ts';
import { CANCELLED, FULFILLED, PENDING, REJECTED } from './operation.ts';
import { dueAt, type Place, Region, regionAt, requestsSoFar } from './region.ts';
import type { Coroutine } from './suspension.ts';
import type { Task } from './task.ts';

/** What a scope's own cancellation becomes at its boundary. */
export interface Boundary<T> {
  readonly name: string;
  readonly shield: boolean;
  /** The region has been entered. */
  entered(region: Region): void;
  /** It is being left: timers go. */
  left(): void;
  /** The body ended with the scope's own cancellation: the value to go on with, or an error to throw. */
  cancelled(request: CancelledError): T;
  /** The scope's own cancellation as the cause of another failure, that of the cleanup. Default: the request. */
  cause?(request: CancelledError): Error;
}

/** An Op that runs `body` in a region of the waiting task. */
export class ScopeOp<T> extends FrameOp<T> {
  protected readonly framed: boolean;
  readonly #body: () => unknown;
  readonly #boundary: Boundary<T>;
  #region: Region | undefined = undefined;
  #child: Task<unknown> | undefined = undefined;
  #stopped = false;
  #enteredAt = 0;

  constructor(body: () => unknown, boundary: Boundary<T>, framed: boolean = isGeneratorFunction(body)) {
    super();
    if (typeof body !== 'function') {
      throw new UsageError(`${boundary.name} takes a function as its body, got ${shown(body)}`, {
        code: 'ERR_OXBOW_LOOP_NOT_A_FUNCTION',
      });
    }
    this.#body = body;
    this.#boundary = boundary;
    this.framed = framed;
  }

  override get name(): string {
    return this.#boundary.name;
  }

  enter(outer: Place): { generator: Coroutine<unknown>; place: Place } {
    return { generator: this.#body() as Coroutine<unknown>, place: this.#open(outer) };
  }

  exit(end: FrameEnd, outcome: unknown): void {
    this.#close();
    if (end === 'returned') this.settle(FULFILLED, outcome);
    else if (end === 'unwound') this.#convert(outcome as CancelledError);
    else this.#fail(outcome);
  }

  override abandon(): void {
    this.#close();
  }

  /** @internal */
  override get transparent(): boolean {
    return this.#child === undefined || this.#boundary.shield;
  }

  /** Entering a region is no wait: those inside are. A body that needs a task of its own is one. @internal */
  override passesCheckpoint(form: 'await' | 'yield'): boolean {
    return form === 'yield' || !this.framed || this.#boundary.shield;
  }

  /** Ends the body on its own, as a race does with its losers; the Op ends when the body has. @internal */
  override stop(reason: CancelledError, level: boolean): void {
    const region = this.#region;
    if (this.#boundary.shield && region === undefined && this.progress === PENDING) return;
    if (this.#child !== undefined) this.#child.stop(reason, level);
    else if (region === undefined) super.stop(reason, level);
    else if (region.outer!.requesterOf(reason) === undefined) {
      // A request from further out reaches the waits of the body by itself.
      this.#stopped = true;
      region.request(reason, level);
    }
  }

  protected begin(): void {
    const outer = currentPlace();
    if (this.framed || outer === undefined) {
      this.#runAsTask();
      return;
    }
    const region = this.#open(outer);
    let result: unknown;
    try {
      result = runAt(region, () => {
        const returned = this.#body();
        return isGenerator(returned) ? spawnPart(returned, this.name) : returned;
      });
    } catch (error) {
      this.exit('threw', error);
      return;
    }
    runAt(region, () =>
      adopt(
        { fulfil: (value) => this.exit('returned', value), reject: (error) => this.exit('threw', error) },
        result,
      ),
    );
  }

  /** A generator awaited by an async function, or a scope outside of tasks: it needs a task of its own. */
  #runAsTask(): void {
    const inner = new ScopeOp<T>(this.#body, this.#boundary, this.framed);
    const child = spawnPart<T>(
      this.framed
        ? function* (): Coroutine<T> {
            return yield* inner;
          }
        : // Not async: it is waited for inside this call, where a page still knows whose it is.
          () => new Promise<T>((resolve, reject) => void inner.then(resolve, reject)),
      this.name,
    );
    this.#child = child as Task<unknown>;
    child.observe();
    child.addWaiter({ wake: () => void this.settle(child.progress as 2 | 3 | 4, child.outcome) });
  }

  #open(outer: Place): Region {
    const region = new Region(outer.task, regionAt(outer), this.#boundary.shield);
    this.#region = region;
    this.#enteredAt = requestsSoFar();
    this.#boundary.entered(region);
    return region;
  }

  #close(): void {
    this.#boundary.left();
    this.#region!.leave();
  }

  /** The body threw: its own cancellation ends here, everything else passes. */
  #fail(error: unknown): void {
    const region = this.#region!;
    const { requested } = region;
    const own = requested !== undefined && !this.#stopped;
    if (own && isAbortOf(requested, error)) this.#endOwn(requested);
    else if (!isCancelled(error)) {
      if (own) addCause(error, this.#boundary.cause?.(requested) ?? requested);
      this.settle(REJECTED, error);
    } else if (!own || region.outer!.requesterOf(error) !== undefined) this.settle(CANCELLED, error);
    else this.#endOwn(requested);
  }

  #endOwn(request: CancelledError): void {
    const region = this.#region!;
    // Obeyed already, when the body was cleaning up after it: then its error has been lost to this scope's.
    const outer = region.shield
      ? undefined
      : (dueAt(region.outer) ?? region.outer!.requestedSince(this.#enteredAt));
    if (outer === undefined) this.#convert(request);
    else {
      // The outer request must not be absorbed by this scope's own ending.
      outer.obey();
      this.settle(CANCELLED, outer.requested);
    }
  }

  #convert(request: CancelledError): void {
    try {
      this.settle(FULFILLED, this.#boundary.cancelled(request));
    } catch (error) {
      this.settle(isCancelled(error) ? CANCELLED : REJECTED, error);
    }
  }
}

/** How a CancelScope is made. */
export interface CancelScopeOptions {
  /** Cancel it this many milliseconds after it is entered. Default: no deadline. */
  readonly timeoutMs?: number;
  /** Keep cancellation from outside away from the waits inside, until the scope is left. Default false. */
  readonly shield?: boolean;
}

const CANCEL_SCOPE_OPTIONS = ['timeoutMs', 'shield'];

/**
 * A stretch of a task that can be cancelled on its own: `await scope.run(async () => …)`, `yield* scope.run(function* () …)`.
 *
 * Once cancelled, or past its deadline, every wait inside fails until it is left; `run` then gives `undefined`.
 *
 * @example
 * ```ts
 * import { CancelScope, run, sleep } from '@oxbow/loop';
 *
 * await run(async () => {
 *   const scope = new CancelScope({ timeoutMs: 10 });
 *   await scope.run(() => sleep(1000)); // is left after 10 ms, without an error
 *   console.log(scope.cancelledCaught); // true
 * });
 * ```
 */
export class CancelScope {
  /** Vue's `reactive()` leaves what has this as it is: behind a proxy, private fields cannot be reached. @internal */
  get __v_skip(): true {
    return true;
  }

  readonly #shield: boolean;
  readonly #timeoutMs: number | undefined;
  #deadlineMs: number = Number.POSITIVE_INFINITY;
  #region: Region | undefined = undefined;
  #loop: EventLoop | undefined = undefined;
  #timer: TimerHandle | undefined = undefined;
  #request: CancelledError | undefined = undefined;
  #caught = false;
  #used = false;

  constructor(options?: CancelScopeOptions) {
    checkOptions(options, CANCEL_SCOPE_OPTIONS, 'new CancelScope()', { number: 'timeoutMs' });
    this.#shield = options?.shield ?? false;
    const timeoutMs = options?.timeoutMs;
    this.#timeoutMs =
      timeoutMs === undefined ? undefined : checkDelay(timeoutMs, 'new CancelScope({ timeoutMs })');
  }

  /** Cancellation was asked for, by `cancel` or the deadline. */
  get cancelCalled(): boolean {
    return this.#request !== undefined;
  }

  /** The body was ended by this scope's cancellation. */
  get cancelledCaught(): boolean {
    return this.#caught;
  }

  /** When it cancels itself, in milliseconds of the loop's clock; settable at any time, `Infinity` for never. */
  get deadlineMs(): number {
    return this.#deadlineMs;
  }

  set deadlineMs(timeMs: number) {
    checkDelay(timeMs, 'CancelScope.deadlineMs');
    this.#deadlineMs = timeMs;
    this.#setTimer();
  }

  /** Cancels what is inside: now, and until the scope is left. Called before `run`, the body's first wait fails. */
  cancel(reason?: unknown): void {
    if (this.#request !== undefined) return;
    this.#request = CancelledError.from(reason);
    this.#region?.request(this.#request, true);
  }

  /**
   * Runs `body` inside the scope, once.
   *
   * @returns what the body gives; `undefined` when the scope's own cancellation ended it
   */
  run<R>(body: (() => R) & NoStray<R>): Op<Result<R> | undefined> {
    if (this.#used) {
      throw new UsageError('A CancelScope can be entered once: make a new one', {
        code: 'ERR_OXBOW_LOOP_SCOPE_USED',
      });
    }
    this.#used = true;
    return new ScopeOp<Result<R> | undefined>(body, {
      name: 'CancelScope',
      shield: this.#shield,
      entered: (region) => this.#enter(region),
      left: () => this.#leave(),
      cancelled: () => {
        this.#caught = true;
        return undefined;
      },
    });
  }

  #enter(region: Region): void {
    this.#region = region;
    this.#loop = region.task.loop;
    if (this.#timeoutMs !== undefined)
      this.#deadlineMs = Math.min(this.#deadlineMs, this.#loop.time() + this.#timeoutMs);
    if (this.#request !== undefined) region.request(this.#request, true);
    else this.#setTimer();
  }

  #leave(): void {
    this.#region = undefined;
    this.#timer?.cancel();
  }

  #setTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#region === undefined || this.#request !== undefined) return;
    const loop = this.#loop ?? currentLoop();
    if (this.#deadlineMs <= loop.time()) this.cancel('the deadline has passed');
    else this.#timer = loop.callAt(this.#deadlineMs, () => this.cancel('the deadline has passed'));
  }
}
