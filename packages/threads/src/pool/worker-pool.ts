/**
 * What thread and process pools have in common: who gets which call, what waits, and what becomes of the
 * calls of a worker that ends. It knows workers as links and nothing of threads.
 *
 * A call goes to an idle worker first, then to a new one, then in line behind the busy. A few calls are sent
 * ahead so that a worker never waits, and an idle worker takes them back from a busy one.
 */

import { CancelledError } from '@oxbow/loop';
import { outsideAllTasks } from '@oxbow/loop/lowlevel';
import { type Border, checkArguments } from '../call/crossing.ts';
import { crossingReason, type FailureRecord, restoreFailure } from '../call/error-record.ts';
import {
  type ArgumentsOf,
  type CallOf,
  type FunctionNames,
  type ModuleLoader,
  type ModuleReference,
  type ResultOf,
  urlOf,
} from '../call/module-reference.ts';
import { type CallOwner, type CallRequest, RemoteCall } from '../call/remote-call.ts';
import { type FromWorker, FUNCTION, RETURNED, THREW } from '../call/wire.ts';
import { BacklogFullError, PoolClosedError, UncloneableError, type WorkerExit } from '../errors.ts';
import { exitedUnder, notStarted } from '../worker/worker-end.ts';
import type { LinkOwner, WorkerLink } from '../worker/worker-link.ts';
import { Backlog } from './backlog.ts';
import { Grace } from './grace.ts';
import { IdleCheck } from './idle-check.ts';
import type { PoolSettings } from './pool-options.ts';
import type { PoolStatistics } from './pool-statistics.ts';
import { PoolWorker, type PoolWorkerOwner } from './pool-worker.ts';

/** Workers that run functions of modules; made as a ThreadPool or a ProcessPool. */
export abstract class WorkerPool implements CallOwner {
  readonly #settings: PoolSettings;
  readonly #border: Border;
  readonly #workers = new Set<PoolWorker>();
  readonly #backlog = new Backlog();
  /** Calls that were accepted and have not settled: waiting, on their way, or running. */
  readonly #pending = new Set<RemoteCall<unknown>>();
  /** Of cancelled calls, and of workers told to stop. */
  readonly #grace: Grace;
  readonly #idleCheck: IdleCheck<PoolWorker>;
  #flushPlanned = false;
  #closed = false;
  #closing: Promise<void> | undefined = undefined;
  #resolveClosing: (() => void) | undefined = undefined;
  readonly #workerOwner: PoolWorkerOwner = {
    answered: (worker, call, message) => this.#answered(worker, call, message),
    exited: (worker, exit) => this.#exited(worker, exit),
  };

  readonly #refuse = (call: RemoteCall<unknown>, error: unknown): void => {
    const why = error instanceof Error ? error.message : String(error);
    const refusal = new UncloneableError(`an argument of ${call.name}()`, why, { cause: error });
    this.#settle(call, () => call.fail(refusal));
    // No answer will come for it that would hand out the next.
    this.#planFlush();
  };

  /** @internal */
  constructor(settings: PoolSettings, border: Border) {
    this.#settings = settings;
    this.#border = border;
    this.#grace = new Grace(settings.graceMs);
    this.#idleCheck = new IdleCheck(this.#workers, settings.idleTimeoutMs, (worker) => this.#stop(worker));
  }

  /** Starts a worker. @internal */
  protected abstract open(owner: LinkOwner): WorkerLink;

  /** What messages call it: the option `name`, or its class. */
  get name(): string {
    return this.#settings.name;
  }

  /** No calls are taken any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** A snapshot of the pool's work. */
  statistics(): PoolStatistics {
    let busy = 0;
    for (const worker of this.#workers) if (worker.inFlight > 0) busy++;
    return Object.freeze({
      workers: this.#workers.size,
      busy,
      pending: this.#pending.size,
      waiting: this.#backlog.size,
    });
  }

  /**
   * Calls the function `name` that `module` exports, in a worker, one call at a time in each: calls begin in
   * the order they were made. It may be a plain, an async or a generator function; in it `currentSignal()`
   * tells of cancellation.
   *
   * Arguments and results are copied (structured clone), not shared; SharedArrayBuffers are shared with
   * threads, and
   * `transfer(value)` moves. The copy is made when the call is sent, so leave arguments alone until the call is done.
   *
   * The call rejects with what the function threw, or with an error of the pool: UncloneableError for what
   * cannot cross, in either direction; WorkerExitError when the worker ends under it. UsageError tells of a
   * module or name that does not exist, and BacklogFullError and PoolClosedError of a pool that takes no call.
   */
  run<M, K extends FunctionNames<M>>(
    module: ModuleLoader<M> | ModuleReference<M>,
    name: K,
    ...args: ArgumentsOf<M, K>
  ): RemoteCall<ResultOf<M, K>>;
  run<M, K extends FunctionNames<M> = FunctionNames<M>>(
    module: URL,
    ...call: CallOf<M, K>
  ): RemoteCall<ResultOf<M, K>>;
  run(module: unknown, name: string, ...args: readonly unknown[]): RemoteCall<unknown> {
    return this.submit(module, name, args);
  }

  /** `run` without its types. @internal */
  submit(module: unknown, name: string, args: readonly unknown[]): RemoteCall<unknown> {
    let request: CallRequest;
    try {
      if (this.#closed) throw new PoolClosedError(this.name);
      request = {
        kind: FUNCTION,
        url: urlOf(module),
        name,
        args,
        transfers: checkArguments(args, this.#border),
      };
      const { size, maxQueue } = this.#settings;
      if (this.#pending.size >= size + maxQueue) throw new BacklogFullError(this.name, maxQueue);
    } catch (error) {
      const refused = new RemoteCall<unknown>(this, undefined);
      refused.fail(error);
      return refused;
    }
    const call = new RemoteCall<unknown>(this, request);
    this.#pending.add(call);
    this.#backlog.add(call);
    this.#planFlush();
    return call;
  }

  /**
   * Ends the pool: takes no more calls, waits for those it has, and ends the workers. Repeated calls give the
   * same promise.
   */
  close(): Promise<void> {
    this.#closed = true;
    this.#idleCheck.stop();
    this.#closing ??= new Promise((resolve) => {
      this.#resolveClosing = resolve;
    });
    this.#endIfDone();
    return this.#closing;
  }

  /**
   * Ends the pool at once: every call ends with CancelledError, whatever its function does, and every worker
   * is killed.
   */
  terminate(reason: unknown = 'the pool was terminated'): Promise<void> {
    const closing = this.close();
    const error = CancelledError.from(reason);
    for (const call of [...this.#pending]) {
      call.cancelReason ??= error;
      this.#settle(call, () => call.fail(error));
    }
    for (const worker of this.#workers) this.#kill(worker);
    this.#endIfDone();
    return closing;
  }

  /** As leaving `await using`: `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Cancels every call, each with its grace, then closes. @internal */
  cancelAndClose(reason: CancelledError): Promise<void> {
    for (const call of [...this.#pending]) call.cancel(reason);
    return this.close();
  }

  /** @internal */
  cancelCall(call: RemoteCall<unknown>, reason: CancelledError): void {
    if (!this.#pending.has(call)) return;
    const worker = call.worker as PoolWorker | undefined;
    if (worker === undefined) {
      this.#settle(call, () => call.fail(reason));
    } else if (worker.takeBack(call)) {
      this.#settle(call, () => call.fail(reason));
    } else {
      worker.link.requestCancel(call.slot!, crossingReason(reason.reason, this.#border));
      if (this.#settings.abandonOnCancel) {
        worker.abandon(call);
        this.#settle(call, () => call.fail(reason));
      } else this.#grace.begin(call, () => this.#kill(worker), { keepsAlive: true });
    }
  }

  #kill(worker: PoolWorker): void {
    worker.ending = true;
    worker.link.kill();
  }

  // Handing out

  #planFlush(): void {
    if (this.#flushPlanned) return;
    this.#flushPlanned = true;
    queueMicrotask(() => {
      this.#flushPlanned = false;
      this.#handOut();
    });
  }

  #handOut(): void {
    for (const worker of this.#workers) {
      if (this.#backlog.size === 0) break;
      if (worker.idle) this.#give(worker);
    }
    while (this.#backlog.size > 0 && this.#workers.size < this.#settings.size) {
      const worker = this.#startWorker();
      if (worker !== undefined) this.#give(worker);
    }
    const share = Math.ceil(this.#backlog.size / this.#settings.size);
    for (const worker of this.#workers) this.#fill(worker, share);
    for (const worker of this.#workers) worker.flush(this.#refuse);
  }

  /**
   * Sends calls ahead to a busy worker, at most `most`. Calls that move something are not: they could not be
   * taken back.
   */
  #fill(worker: PoolWorker, most: number): void {
    for (let count = Math.min(most, worker.room); count > 0; count--) {
      const next = this.#backlog.first;
      if (next === undefined || (next.request!.transfers !== undefined && !worker.idle)) return;
      this.#give(worker);
    }
  }

  #give(worker: PoolWorker): void {
    const call = this.#backlog.first!;
    this.#backlog.remove(call);
    worker.take(call);
  }

  /** A new worker; where there can be none, the first waiting call fails of it. */
  #startWorker(): PoolWorker | undefined {
    try {
      // What a worker says later belongs to no task, least of all to the one that happened to start it.
      const worker = outsideAllTasks(() => new PoolWorker(this.#workerOwner, (owner) => this.open(owner)));
      this.#workers.add(worker);
      return worker;
    } catch (cause) {
      const call = this.#backlog.first!;
      const exit = { exitCode: undefined, signal: undefined, cause };
      this.#settle(call, () => call.fail(notStarted(this.name, exit)));
      return undefined;
    }
  }

  /** An idle worker takes over the oldest call that waits behind another in a busy one. */
  #takeOver(idle: PoolWorker): void {
    for (const busy of this.#workers) {
      if (busy.inFlight < 2) continue;
      for (const call of busy.calls) {
        if (call.cancelReason !== undefined || !busy.takeBack(call)) continue;
        idle.take(call);
        idle.flush(this.#refuse);
        return;
      }
    }
  }

  // Answers and ends

  #answered(worker: PoolWorker, call: RemoteCall<unknown> | undefined, message: FromWorker): void {
    if (call !== undefined) {
      const [, outcome, payload] = message;
      this.#settle(call, () => {
        if (outcome === RETURNED) call.succeed(payload);
        else if (outcome === THREW) call.fail(restoreFailure(payload as FailureRecord));
      });
    }
    if (this.#backlog.size > 0) {
      if (worker.low) {
        this.#fill(worker, Math.ceil(this.#backlog.size / this.#settings.size));
        worker.flush(this.#refuse);
      }
      return;
    }
    if (!worker.idle) return;
    this.#takeOver(worker);
    if (!worker.idle) return;
    if (this.#closed) this.#endIfDone();
    else this.#idleCheck.plan();
  }

  #exited(worker: PoolWorker, exit: WorkerExit): void {
    this.#workers.delete(worker);
    this.#grace.end(worker);
    const returned: RemoteCall<unknown>[] = [];
    let startFailed = !worker.ready;
    for (const call of worker.calls) {
      if (call.cancelReason !== undefined) {
        this.#settle(call, () => call.fail(call.cancelReason));
      } else if (startFailed) {
        // One call for each worker that does not start: trying again for ever would help nobody.
        startFailed = false;
        this.#settle(call, () => call.fail(notStarted(this.name, exit)));
      } else if (worker.begun(call) || call.request!.transfers !== undefined) {
        this.#settle(call, () => call.fail(exitedUnder(call.name, exit)));
      } else {
        call.slot = undefined;
        call.worker = undefined;
        returned.push(call);
      }
    }
    this.#backlog.giveBack(returned);
    if (this.#backlog.size > 0) this.#handOut();
    if (this.#closed) this.#endIfDone();
  }

  #settle(call: RemoteCall<unknown>, settle: () => void): void {
    if (!this.#pending.delete(call)) return;
    if (call.worker === undefined) this.#backlog.remove(call);
    this.#grace.end(call);
    try {
      settle();
    } catch {
      // The waiting task belonged to a loop that is closed: there is nobody left to tell.
    }
    if (this.#closed && this.#pending.size === 0) this.#endIfDone();
  }

  // Ending workers

  #stop(worker: PoolWorker): void {
    worker.ending = true;
    worker.link.stop();
    this.#grace.begin(worker, () => this.#kill(worker), { keepsAlive: false });
  }

  #endIfDone(): void {
    if (this.#pending.size > 0) return;
    for (const worker of this.#workers) {
      if (worker.idle) this.#stop(worker);
      worker.holdToItsEnd();
    }
    if (this.#workers.size === 0) this.#resolveClosing?.();
  }
}
