/**
 * One object in a thread of its own, from this side: which call goes when, what becomes of the calls when the
 * thread ends, and who hears of events. Of the object it knows only the names of its methods.
 *
 * A pool replaces a worker that ended; this does not. The state of the object is gone, so every call in
 * flight and every later one fails with how the thread ended.
 */

import { AsyncResource } from 'node:async_hooks';
import { CancelledError, currentLoop, type EventLoop } from '@oxbow/loop';
import { outsideAllTasks } from '@oxbow/loop/lowlevel';
import { checkArguments } from '../call/crossing.ts';
import { crossingReason, type FailureRecord, restoreFailure } from '../call/error-record.ts';
import { type CallOwner, type CallRequest, RemoteCall } from '../call/remote-call.ts';
import {
  CLOSER,
  type EventMessage,
  type FromWorker,
  RETURNED,
  type TargetKind,
  THREW,
} from '../call/wire.ts';
import { BacklogFullError, ObjectClosedError, UncloneableError, type WorkerExit } from '../errors.ts';
import { Backlog } from '../pool/backlog.ts';
import { Grace } from '../pool/grace.ts';
import { PoolWorker, type PoolWorkerOwner } from '../pool/pool-worker.ts';
import type { ThreadLink } from '../worker/thread-link.ts';
import { exitedBefore, exitedUnder, notStarted } from '../worker/worker-end.ts';
import type { LinkOwner } from '../worker/worker-link.ts';
import type { ObjectSettings } from './object-options.ts';

const NOBODY: ReadonlySet<Listener> = new Set();

/** A function that hears of an event. */
export type Listener = (...args: readonly unknown[]) => unknown;

/** Makes calls of the object, in their order. */
export class ThreadObject implements CallOwner {
  readonly #settings: ObjectSettings;
  readonly #loop: EventLoop = currentLoop();
  readonly #worker: PoolWorker;
  readonly #link: ThreadLink;
  readonly #backlog = new Backlog();
  /** Calls that were accepted and have not settled: waiting, on their way, or running. */
  readonly #pending = new Set<RemoteCall<unknown>>();
  readonly #grace: Grace;
  readonly #listeners = new Map<string, Set<Listener>>();
  /** Events that wait for their turn on the loop: answers that came after them wait too. */
  #unheard = 0;
  #flushPlanned = false;
  #closing: Promise<void> | undefined = undefined;
  #exit: WorkerExit | undefined = undefined;
  readonly #gone: Promise<void>;
  readonly #forget: () => void;

  /** @param open starts the thread */
  constructor(settings: ObjectSettings, open: (owner: LinkOwner) => ThreadLink) {
    this.#settings = settings;
    this.#grace = new Grace(settings.graceMs);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gone = promise;
    const owner: PoolWorkerOwner = {
      answered: (_worker, call, message) => this.#answered(call, message),
      emitted: (event) => this.#emitted(event),
      exited: (_worker, exit) => {
        this.#exited(exit);
        resolve();
      },
    };
    // What the thread says later belongs to no task, least of all to the one that happened to open it.
    this.#worker = outsideAllTasks(() => new PoolWorker(owner, open));
    this.#link = this.#worker.link as ThreadLink;
    this.#forget = this.#loop.onClose(() =>
      this.#cancelAndClose(new CancelledError('the program has ended')),
    );
  }

  /** What messages call it: the option `name`, or the name of what was opened. */
  get name(): string {
    return this.#settings.name;
  }

  /** A call of something in the thread; one that cannot be made is returned failed. */
  call(kind: TargetKind, url: string, name: string, args: readonly unknown[]): RemoteCall<unknown> {
    let request: CallRequest;
    try {
      this.#requireRoom(name);
      request = { kind, url, name, args, transfers: checkArguments(args, 'thread') };
    } catch (error) {
      const refused = new RemoteCall<unknown>(this, undefined);
      refused.fail(error);
      return refused;
    }
    return this.#enqueue(request);
  }

  #requireRoom(name: string): void {
    if (this.#closing !== undefined) throw new ObjectClosedError(this.name);
    if (this.#exit !== undefined) throw exitedBefore(name, this.#exit);
    const { maxQueue } = this.#settings;
    if (this.#pending.size >= maxQueue) throw new BacklogFullError(this.name, maxQueue);
  }

  #enqueue(request: CallRequest): RemoteCall<unknown> {
    const call = new RemoteCall<unknown>(this, request);
    this.#pending.add(call);
    this.#backlog.add(call);
    this.#planFlush();
    return call;
  }

  // Handing out

  /** Calls made in one go travel in one message. */
  #planFlush(): void {
    if (this.#flushPlanned) return;
    this.#flushPlanned = true;
    queueMicrotask(() => {
      this.#flushPlanned = false;
      this.#handOut();
    });
  }

  /**
   * Sends calls ahead, so that the thread never waits; one that moves something only when it will begin at
   * once.
   */
  #handOut(): void {
    const worker = this.#worker;
    while (worker.room > 0) {
      const next = this.#backlog.first;
      if (next === undefined || (next.request!.transfers !== undefined && !worker.idle)) break;
      this.#backlog.remove(next);
      worker.take(next);
    }
    worker.flush((call, error) => {
      const why = error instanceof Error ? error.message : String(error);
      this.#settle(call, () =>
        call.fail(new UncloneableError(`an argument of ${call.name}()`, why, { cause: error })),
      );
      this.#planFlush();
    });
  }

  /** @internal */
  cancelCall(call: RemoteCall<unknown>, reason: CancelledError): void {
    if (!this.#pending.has(call)) return;
    if (call.worker === undefined || this.#worker.takeBack(call)) {
      this.#settle(call, () => call.fail(reason));
      return;
    }
    this.#link.requestCancel(call.slot!, crossingReason(reason.reason, 'thread'));
    this.#grace.begin(call, () => this.#kill(), { keepsAlive: true });
  }

  // What the thread says

  #answered(call: RemoteCall<unknown> | undefined, [, outcome, payload]: FromWorker): void {
    if (call !== undefined) {
      const settle = (): void => {
        if (outcome === RETURNED) call.succeed(payload);
        else if (outcome === THREW) call.fail(restoreFailure(payload as FailureRecord));
      };
      if (this.#unheard === 0) this.#settle(call, settle);
      else this.#settle(call, () => this.#loop.callSoon(settle));
    }
    if (this.#backlog.size > 0 && (this.#worker.low || this.#worker.idle)) this.#handOut();
  }

  #exited(exit: WorkerExit): void {
    const wasReady = this.#worker.ready;
    this.#exit = exit;
    this.#forget();
    this.#grace.end(this.#worker);
    for (const call of [...this.#pending]) {
      const begun = call.worker !== undefined && this.#worker.begun(call);
      const before = wasReady ? exitedBefore(call.name, exit) : notStarted(this.name, exit);
      const lost = begun ? exitedUnder(call.name, exit) : before;
      this.#settle(call, () => call.fail(call.cancelReason ?? lost));
    }
    this.#listeners.clear();
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
  }

  // Events

  /** Has a listener called, in the asynchronous context of this call. @returns what takes it off */
  listen(event: string, listener: Listener): () => void {
    if (this.#exit !== undefined) throw exitedBefore('on', this.#exit);
    const bound = AsyncResource.bind(listener);
    let listeners = this.#listeners.get(event);
    if (listeners === undefined) this.#listeners.set(event, (listeners = new Set()));
    if (listeners.size === 0) this.#link.listen(event, true);
    listeners.add(bound);
    this.#worker.hold(1);
    return () => {
      if (!listeners.delete(bound) || this.#exit !== undefined) return;
      this.#worker.hold(-1);
      if (listeners.size === 0) this.#link.listen(event, false);
    };
  }

  #emitted([event, args]: EventMessage): void {
    const listeners = this.#listeners.get(event) ?? NOBODY;
    try {
      for (const listener of listeners) {
        this.#loop.callSoon(() => {
          if (listeners.has(listener)) this.#tell(listener, args);
        });
      }
      // Only then is there room for another event: what has been told waits nowhere.
      this.#loop.callSoon(() => {
        this.#unheard--;
        this.#link.eventHeard();
      });
      this.#unheard++;
    } catch {
      // The loop is closed: nobody listens any more.
      this.#link.eventHeard();
    }
  }

  #tell(listener: Listener, args: readonly unknown[]): void {
    const result = listener(...args);
    if (isThenable(result)) result.then(undefined, (error) => this.#loop.callSoon(rethrow, error));
  }

  // Ending

  /** Lets the calls run that were made before, closes the object, and ends the thread. */
  close(): Promise<void> {
    this.#closing ??= outsideAllTasks(() => this.#closeInOrder());
    return this.#closing;
  }

  async #closeInOrder(): Promise<void> {
    if (this.#exit !== undefined) return;
    const closer = this.#enqueue({ kind: CLOSER, url: '', name: 'close', args: [], transfers: undefined });
    try {
      await closer;
    } catch (error) {
      // Terminated meanwhile: that is an end too.
      if (!(error instanceof CancelledError)) throw error;
    } finally {
      this.#stop();
      await this.#gone;
    }
  }

  /** Ends the thread, whatever it does. */
  terminate(reason: unknown = 'the thread was terminated'): Promise<void> {
    const error = CancelledError.from(reason);
    this.#closing ??= this.#gone;
    for (const call of [...this.#pending]) {
      call.cancelReason ??= error;
      this.#settle(call, () => call.fail(error));
    }
    if (this.#exit === undefined) this.#kill();
    return this.#gone;
  }

  /** Cancels every call, each with its grace, then closes. */
  async #cancelAndClose(reason: CancelledError): Promise<void> {
    for (const call of [...this.#pending]) call.cancel(reason);
    const closing = this.close();
    this.#grace.begin(closing, () => this.#kill(), { keepsAlive: true });
    try {
      await closing;
    } finally {
      this.#grace.end(closing);
    }
  }

  #stop(): void {
    if (this.#exit !== undefined) return;
    this.#worker.ending = true;
    this.#link.stop();
    this.#grace.begin(this.#worker, () => this.#kill(), { keepsAlive: false });
    // The closing task waits for the end, and an unreferenced thread would let the process end first.
    this.#link.keepAlive(true);
  }

  #kill(): void {
    this.#worker.ending = true;
    this.#link.kill();
    this.#link.keepAlive(true);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null)?.then === 'function';
}

function rethrow(error: unknown): never {
  throw error;
}
